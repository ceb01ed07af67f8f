"""``/images``: pictures in, and their bytes out."""

from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http.response import HttpResponseBase
from ninja import File, Router, Status, UploadedFile

from visionapp.conversations import offers, removal
from visionapp.preparation import MEDIA_TYPES, View
from visionapp.uploads import intake
from visionapp.uploads.models import Picture
from visionapp.uploads.refusals import PictureMissing
from visionapp.uploads.renditions import prepared_for
from visionapp.web import access, listing
from visionapp.web.api import shapes
from visionapp.web.api.description import answers
from visionapp.web.identity import MemberRequest
from visionapp.web.pictures import bytes_there, rendition_response

router = Router(tags=["images"])


@router.post("/images", response={201: shapes.Image})
def add_image(
    request: MemberRequest,
    file: File[UploadedFile | None] = None,
) -> Status[dict[str, Any]]:
    """Take in a picture or a PDF, sent as the multipart part ``file``."""
    if file is None:
        raise PictureMissing("Send the picture as the multipart part “file”.")
    picture = intake.accept(owner_id=request.user.pk, file=cast("TemporaryUploadedFile", file))
    return Status(201, _shape(picture))


@router.post("/images/from-url", response={201: shapes.Image})
def add_image_from_url(request: MemberRequest, body: shapes.Link) -> Status[dict[str, Any]]:
    """Take in a picture that is public on the web; this server fetches it."""
    picture = intake.accept_link(owner_id=request.user.pk, url=body.url)
    return Status(201, _shape(picture))


@router.get("/images", response=shapes.ImagePage)
def list_images(
    request: MemberRequest, cursor: str = "", limit: int = listing.PAGE
) -> dict[str, Any]:
    """Return earlier pictures, newest first, to be asked about again."""
    page = listing.pictures(request.user.pk, cursor=cursor, limit=limit)
    return {
        "items": [shapes.listed_image(picture) for picture in page.rows],
        "next_cursor": page.next_cursor or None,
    }


@router.get("/images/{uuid:image_id}", response=shapes.Image)
def get_image(request: MemberRequest, image_id: UUID) -> dict[str, Any]:
    """Return a picture's record."""
    return _shape(access.picture_of(request.user.pk, image_id))


@router.post("/images/{uuid:image_id}/parts", response={201: shapes.Image})
def add_part(
    request: MemberRequest, image_id: UUID, body: shapes.NewPart
) -> Status[dict[str, Any]]:
    """Make a picture of another frame or page of the same file, or of a region of this one.

    ``box`` is left, top, right, bottom in pixels of the given picture, or of the whole frame if
    another one is asked for.
    """
    picture = access.picture_of(request.user.pk, image_id)
    view = View(picture.frame if body.frame is None else body.frame, body.box)
    with bytes_there():
        part = intake.accept_part(picture, view, body.name)
    return Status(201, _shape(part))


@router.get(
    "/images/{uuid:image_id}/{rendition}",
    response={200: None},
    openapi_extra=answers(*MEDIA_TYPES.values()),
)
def get_rendition(
    request: MemberRequest, image_id: UUID, rendition: str, model: str = ""
) -> HttpResponseBase:
    """Return the bytes of a picture: ``original``, ``prepared`` (for a model) or ``thumbnail``."""
    picture = access.picture_of(request.user.pk, image_id)
    return rendition_response(request, picture, rendition, model)


@router.delete("/images/{uuid:image_id}", response={204: None})
def delete_image(request: MemberRequest, image_id: UUID) -> Status[None]:
    """Delete a picture that no conversation shows, with all that was made from it."""
    removal.delete_picture(access.picture_of(request.user.pk, image_id))
    return Status(204, None)


def _shape(picture: Picture) -> dict[str, Any]:
    with bytes_there():
        return shapes.image(picture, prepared_for(picture, offers.chosen("").tier))
