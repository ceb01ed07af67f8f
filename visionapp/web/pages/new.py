"""The first page: pictures, an instruction, Analyse."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from visionapp.analysis.start import start
from visionapp.catalogue.cards import Card, find
from visionapp.catalogue.presets import presets
from visionapp.conversations import offers
from visionapp.conversations.asking import Choices, ask
from visionapp.errors import VisionError
from visionapp.uploads.models import Picture
from visionapp.web import forms
from visionapp.web.identity import MemberRequest
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
            picture_ids=forms.picture_ids(sent.getlist("images")),
            instruction=forms.text(sent, "instruction"),
            choices=Choices(model=forms.text(sent, "model"), preset=forms.text(sent, "preset")),
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


def _choices(request: MemberRequest) -> dict[str, Any]:
    """Return what there is to choose from, and what was chosen already."""
    sent = request.POST
    offered = offers.offered()
    return shown.picker(offered, forms.text(sent, "model")) | {
        "presets": presets(),
        "preset": forms.text(sent, "preset"),
        "instruction": forms.text(sent, "instruction"),
        "images": kept_tiles(request, offered),
    }


def kept_tiles(request: MemberRequest, offered: Sequence[Card]) -> list[dict[str, Any]]:
    """Return the pictures that a refused form had named, for the page to show again."""
    try:
        ids = forms.picture_ids(request.POST.getlist("images"))
    except VisionError:
        return []
    card = find(offered, forms.text(request.POST, "model")) or offered[0]
    mine = Picture.objects.owned_by(request.user.pk).select_related("upload")
    mine = mine.filter(pk__in=ids).prefetch_related("prepared_images")
    found = {picture.pk: picture for picture in mine}
    return [shown.choice(found[pk], card.tier) for pk in ids if pk in found]
