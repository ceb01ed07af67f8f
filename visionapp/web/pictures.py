"""Serves the bytes of a picture to its owner, for a browser to show and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, TypeVar, cast
from urllib.parse import quote

from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from visionapp.catalogue.budget import TIERS, Tier
from visionapp.conversations import offers
from visionapp.preparation import MEDIA_TYPES, Format
from visionapp.uploads.models import Picture
from visionapp.uploads.names import file_name
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import opened, prepared_for, preview_of
from visionapp.web.refusals import BytesGone, RenditionUnknown

Response = TypeVar("Response", bound=HttpResponseBase)

CHUNK = 256 * 1024
SANDBOX = "default-src 'none'; sandbox"

SHOWN_BY_BROWSERS = {"JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP"}
"""Formats that all browsers show as a plain picture; the others are only handed out as files."""


@contextmanager
def bytes_there() -> Iterator[None]:
    """Answer 404 where a picture's bytes are what is asked for; raises BytesGone."""
    try:
        yield
    except PictureGone:
        raise BytesGone from None


def rendition_response(
    request: HttpRequest, picture: Picture, rendition: str, model: str = "", tier: str = ""
) -> HttpResponseBase:
    """Answer with one version of a picture; ``tier`` says which prepared one, whatever the model.

    Raises RenditionUnknown, ModelUnknown and BytesGone.
    """
    with bytes_there():
        return _harmless(_rendition(request, picture, rendition, model, tier))


def frame_response(picture: Picture, number: int) -> HttpResponse:
    """Answer with a small picture of any frame or page; raises FrameMissing, Busy, BytesGone."""
    with bytes_there():
        small = preview_of(picture.upload, number)
    return _harmless(HttpResponse(small.data, content_type=small.media_type))


def shows_original(picture: Picture) -> bool:
    """Tell whether a browser that is given the file shows just this picture."""
    whole = picture.frame == 0 and picture.box is None
    return whole and picture.upload.format in SHOWN_BY_BROWSERS


def _harmless(response: Response) -> Response:
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _rendition(
    request: HttpRequest, picture: Picture, rendition: str, model: str, tier: str
) -> HttpResponseBase:
    if rendition == "original":
        return _original(request, picture)
    if rendition == "thumbnail":
        return _whole(picture.thumbnail, picture.thumbnail_type)
    if rendition == "prepared":
        image = prepared_for(picture, _tier(tier) if tier else offers.chosen(model).tier)
        return _whole(image.file, image.media_type)
    raise RenditionUnknown


def _tier(name: str) -> Tier:
    if name not in TIERS:
        raise RenditionUnknown
    return name


def _original(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    upload = picture.upload
    way = "inline" if upload.format in SHOWN_BY_BROWSERS else "attachment"
    response = streamed(request, opened(upload.file))
    response["Content-Type"] = MEDIA_TYPES[cast("Format", upload.format)]
    response["Content-Length"] = str(upload.bytes)
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(file_name(picture.name))}"
    return response


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
