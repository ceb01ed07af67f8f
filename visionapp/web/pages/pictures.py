"""The bytes of pictures, for pages."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from visionapp.web import access
from visionapp.web.identity import MemberRequest
from visionapp.web.pictures import rendition_response
from visionapp.web.policy import members_only


@members_only
@require_safe
def show(request: MemberRequest, pk: UUID, rendition: str) -> HttpResponseBase:
    """Answer with one version of a picture."""
    return rendition_response(request, access.upload_of(request.user.pk, pk), rendition)
