"""The bytes of pictures, for pages, and the pages or frames of a file to choose from."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visionapp.errors import Missing
from visionapp.uploads.models import Picture
from visionapp.uploads.names import frame_word
from visionapp.web import access, forms
from visionapp.web.identity import MemberRequest
from visionapp.web.pictures import frame_response, rendition_response
from visionapp.web.policy import members_only

AT_ONCE = 60
"""How many pages or frames come in one piece."""


@members_only
@require_safe
def show(request: MemberRequest, pk: UUID, rendition: str) -> HttpResponseBase:
    """Answer with one version of a picture."""
    picture = access.picture_of(request.user.pk, pk)
    model, tier = (forms.text(request.GET, name) for name in ("model", "tier"))
    return rendition_response(request, picture, rendition, model, tier)


@members_only
@require_safe
def frames(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer with places for the next pages or frames; ``to`` names one that must be there."""
    picture = access.picture_of(request.user.pk, pk)
    first = _number(request, "from", picture)
    end = max(first + AT_ONCE, _number(request, "to", picture) + 1)
    return render(request, "_frames.html", _piece(picture, first, end))


def _number(request: MemberRequest, name: str, picture: Picture) -> int:
    """Return the number of a frame that the address names, 0 without one; raises Missing."""
    raw = request.GET.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}", raw) or int(raw) >= picture.upload.frames:
        raise Missing
    return int(raw)


def _piece(picture: Picture, first: int, end: int) -> dict[str, object]:
    count = picture.upload.frames
    return {
        "picture": picture,
        "numbers": range(first, min(end, count)),
        "frame_word": frame_word(picture.upload.format),
        "next_from": end if end < count else None,
    }


@members_only
@require_safe
def frame(request: MemberRequest, pk: UUID, number: int) -> HttpResponseBase:
    """Answer with a small picture of one page or frame, counted from 0."""
    picture = access.picture_of(request.user.pk, pk)
    if number >= picture.upload.frames:
        raise Missing
    return frame_response(picture, number)
