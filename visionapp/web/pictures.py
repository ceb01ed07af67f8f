"""Serves the bytes of a picture to its owner, for a browser to show and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, cast
from urllib.parse import quote

from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from visionapp.conversations import offers
from visionapp.preparation import MEDIA_TYPES, Format
from visionapp.uploads.models import Upload
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import opened, prepared_for
from visionapp.web.refusals import BytesGone, RenditionUnknown

CHUNK = 256 * 1024
SANDBOX = "default-src 'none'; sandbox"


@contextmanager
def bytes_there() -> Iterator[None]:
    """Answer 404 where a picture's bytes are what is asked for; raises BytesGone."""
    try:
        yield
    except PictureGone:
        raise BytesGone from None


def rendition_response(
    request: HttpRequest, upload: Upload, rendition: str, model: str = ""
) -> HttpResponseBase:
    """Answer with one version of a picture; raises RenditionUnknown, ModelUnknown, BytesGone."""
    with bytes_there():
        response = _rendition(request, upload, rendition, model)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _rendition(
    request: HttpRequest, upload: Upload, rendition: str, model: str
) -> HttpResponseBase:
    if rendition == "original":
        response = streamed(request, opened(upload.original))
        response["Content-Type"] = MEDIA_TYPES[cast("Format", upload.format)]
        response["Content-Length"] = str(upload.bytes)
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(upload.name)}"
        return response
    if rendition == "thumbnail":
        return _whole(upload.thumbnail, upload.thumbnail_type)
    if rendition == "prepared":
        image = prepared_for(upload, offers.chosen(model).tier)
        return _whole(image.file, image.media_type)
    raise RenditionUnknown


def _whole(file: FieldFile, media_type: str) -> HttpResponse:
    """Answer with a small file: prepared images and thumbnails have a few megabytes at most."""
    with opened(file) as stored:
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
