"""Serves the bytes of a picture to its owner, for a browser to show and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO
from urllib.parse import quote

from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from visionapp.conversations import offers
from visionapp.uploads.models import Upload
from visionapp.uploads.renditions import prepared_for
from visionapp.web.refusals import RenditionUnknown

CHUNK = 256 * 1024
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
SANDBOX = "default-src 'none'; sandbox"


def rendition_response(
    request: HttpRequest, upload: Upload, rendition: str, model: str = ""
) -> HttpResponseBase:
    """Answer with one version of a picture; raises RenditionUnknown and ModelUnknown."""
    response: HttpResponseBase
    if rendition == "original":
        response = streamed(request, upload.original.open("rb"))
        response["Content-Type"] = MEDIA_TYPES[upload.format]
        response["Content-Length"] = str(upload.bytes)
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(upload.name)}"
    elif rendition == "thumbnail":
        response = _whole(upload.thumbnail, upload.thumbnail_type)
    elif rendition == "prepared":
        image = prepared_for(upload, offers.chosen(model).tier)
        response = _whole(image.file, image.media_type)
    else:
        raise RenditionUnknown
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _whole(file: "File[bytes]", media_type: str) -> HttpResponse:
    """Answer with a small file: prepared images and thumbnails have a few megabytes at most."""
    with file.open("rb") as stored:
        return HttpResponse(stored.read(), content_type=media_type)


def streamed(request: HttpRequest, file: "IO[bytes] | File[bytes]") -> HttpResponseBase:
    """Answer with a file of any size, chunk by chunk in the way that the server needs."""
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_chunks(file))
    return FileResponse(file)


async def _chunks(file: "IO[bytes] | File[bytes]") -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
