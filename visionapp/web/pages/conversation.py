"""A conversation's page, and what can be done to the conversation as a whole."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from visionapp.analysis.start import start
from visionapp.catalogue.cards import Card
from visionapp.conversations import offers, removal
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.paths import path_to
from visionapp.errors import VisionError
from visionapp.web import access, forms
from visionapp.web.downloads import export_response
from visionapp.web.identity import MemberRequest
from visionapp.web.pages import shown
from visionapp.web.pages.frame import listing_context
from visionapp.web.pages.new import kept_tiles
from visionapp.web.pages.thread import thread
from visionapp.web.policy import members_only

TITLE_LENGTH = 200


@members_only
@require_GET
def show(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show the current path of a conversation."""
    conversation = access.conversation_of(request.user.pk, pk)
    path = path_to(conversation, conversation.current_turn_id)
    offered = offers.offered()
    last = path[-1] if path else None
    context = thread(path, offered) | _composer(conversation, last, offered)
    return render(request, "conversation.html", context)


@members_only
@require_POST
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a follow-up: answer with its turn, or with the form and what is wrong with it."""
    conversation = access.conversation_of(request.user.pk, pk)
    sent = request.POST
    try:
        turn = follow_up(
            conversation=conversation,
            instruction=forms.text(sent, "question"),
            picture_ids=forms.picture_ids(sent.getlist("images")),
            parent_id=conversation.current_turn_id,
            choices=Choices(model=forms.text(sent, "model")),
        )
    except VisionError as failure:
        return _refused(request, conversation, failure)
    start(turn)
    path = path_to(conversation, turn.pk)
    turns = thread(path, offers.offered())["turns"]
    context = {"conversation": conversation, "turn": turns[-1]}
    return render(request, "_turn.html", context)


def _refused(
    request: MemberRequest, conversation: Conversation, failure: VisionError
) -> HttpResponse:
    offered = offers.offered()
    kept = {
        "error": failure.message,
        "question": forms.text(request.POST, "question"),
        "images": kept_tiles(request, offered),
    }
    response = render(
        request,
        "_composer.html",
        _composer(conversation, conversation.current_turn, offered) | kept,
        # Whatever was refused: the page takes the form back with this status alone.
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    response["HX-Retarget"] = "#composer"
    response["HX-Reswap"] = "outerHTML"
    return response


def _composer(
    conversation: Conversation, last: Turn | None, offered: Sequence[Card]
) -> dict[str, Any]:
    return shown.picker(offered, last.model if last else "") | {
        "conversation": conversation,
        "busy": last is not None and not last.is_settled,
    }


@members_only
@require_GET
def listed(request: MemberRequest) -> HttpResponse:
    """Answer with a piece of the list of conversations."""
    context = listing_context(
        request.user.pk,
        query=forms.text(request.GET, "query"),
        cursor=request.GET.get("cursor", ""),
    )
    return render(request, "_list.html", {"listing": context})


@members_only
@require_POST
def rename(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a conversation another title; an empty one changes nothing."""
    conversation = access.conversation_of(request.user.pk, pk)
    title = " ".join(forms.text(request.POST, "title").split())[:TITLE_LENGTH]
    if title:
        conversation.title = title
        conversation.save(update_fields=["title"])
    return render(request, "_title.html", {"conversation": conversation})


@members_only
@require_POST
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Delete a conversation for good."""
    removal.delete_conversation(access.conversation_of(request.user.pk, pk))
    return redirect("new")


@members_only
@require_GET
def export(request: MemberRequest, pk: UUID, format_name: str) -> HttpResponseBase:
    """Answer with the current path as a file."""
    conversation = access.conversation_of(request.user.pk, pk)
    return export_response(request, conversation, format_name)
