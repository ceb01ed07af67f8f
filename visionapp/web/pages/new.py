"""The first page: pictures, an instruction, Analyse."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from visionapp.analysis.start import start
from visionapp.catalogue.presets import presets
from visionapp.conversations.asking import Choices, ask
from visionapp.errors import VisionError
from visionapp.uploads.models import Upload
from visionapp.web.identity import MemberRequest
from visionapp.web.ids import picture_ids
from visionapp.web.pages import shown
from visionapp.web.policy import members_only
from visionapp.web.problems import status_of


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """Show the empty page, or take a question."""
    if request.method == "POST":
        return _ask(request)
    return render(request, "new.html", _choices(request))


def _ask(request: MemberRequest) -> HttpResponse:
    sent = request.POST
    try:
        turn = ask(
            owner_id=request.user.pk,
            picture_ids=picture_ids(sent.getlist("images")),
            instruction=sent.get("instruction", ""),
            choices=Choices(model=sent.get("model", ""), preset=sent.get("preset", "")),
        )
    except VisionError as failure:
        return render(
            request,
            "new.html",
            _choices(request) | {"error": failure.message, "error_beside": _beside(failure)},
            status=status_of(failure),
        )
    start(turn)
    return redirect("conversation", pk=turn.conversation_id)


def _beside(failure: VisionError) -> str:
    """Return which control the sentence belongs to."""
    subject = failure.code.partition(".")[0]
    return {"image": "pictures", "images": "pictures", "instruction": "instruction"}.get(
        subject, "settings"
    )


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Return what there is to choose from, and what was chosen already."""
    sent = request.POST
    return shown.picker(sent.get("model", "")) | {
        "presets": presets(),
        "preset": sent.get("preset", ""),
        "instruction": sent.get("instruction", ""),
        "images": kept_tiles(request),
    }


def kept_tiles(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pictures that a refused form had named, for the page to show again."""
    try:
        ids = picture_ids(request.POST.getlist("images"))
    except VisionError:
        return []
    mine = Upload.objects.owned_by(request.user.pk or 0).prefetch_related("prepared_images")
    found = {upload.pk: upload for upload in mine.filter(pk__in=ids)}
    return [shown.tile(found[pk]) for pk in ids if pk in found]
