"""``/images``: pictures in, and their bytes out."""

from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http.response import HttpResponseBase
from ninja import File, Router, Status, UploadedFile

from visionapp.conversations import offers, removal
from visionapp.preparation import MEDIA_TYPES
from visionapp.uploads import intake
from visionapp.uploads.models import Upload
from visionapp.uploads.refusals import PictureMissing
from visionapp.uploads.renditions import prepared_for
from visionapp.web import access
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
    """Take in a JPEG, PNG, GIF or WebP picture, sent as the multipart part ``file``."""
    if file is None:
        raise PictureMissing("Send the picture as the multipart part “file”.")
    upload = intake.accept(owner_id=request.user.pk, file=cast("TemporaryUploadedFile", file))
    return Status(201, _shape(upload))


@router.get("/images/{uuid:image_id}", response=shapes.Image)
def get_image(request: MemberRequest, image_id: UUID) -> dict[str, Any]:
    """Return a picture's record."""
    return _shape(access.upload_of(request.user.pk, image_id))


@router.get(
    "/images/{uuid:image_id}/{rendition}",
    response={200: None},
    openapi_extra=answers(*MEDIA_TYPES.values()),
)
def get_rendition(
    request: MemberRequest, image_id: UUID, rendition: str, model: str = ""
) -> HttpResponseBase:
    """Return the bytes of a picture: ``original``, ``prepared`` (for a model) or ``thumbnail``."""
    upload = access.upload_of(request.user.pk, image_id)
    return rendition_response(request, upload, rendition, model)


@router.delete("/images/{uuid:image_id}", response={204: None})
def delete_image(request: MemberRequest, image_id: UUID) -> Status[None]:
    """Delete a picture that no conversation shows, with all that was made from it."""
    removal.delete_upload(access.upload_of(request.user.pk, image_id))
    return Status(204, None)


def _shape(upload: Upload) -> dict[str, Any]:
    with bytes_there():
        return shapes.image(upload, prepared_for(upload, offers.chosen("").tier))
