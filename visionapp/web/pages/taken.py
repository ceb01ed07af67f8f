"""Pictures that are taken out of a thread and put back, on its page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from visionapp.conversations import offers, pictures
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.paths import path_to
from visionapp.web import access
from visionapp.web.identity import MemberRequest
from visionapp.web.pages.thread import thread
from visionapp.web.policy import members_only

TAKEN_OUT = "The picture is taken out. No question sends it from now on."
PUT_BACK = "The picture is back. It is sent again from the next question on."


@members_only
@require_POST
def take_out(request: MemberRequest, pk: UUID, picture_pk: UUID) -> HttpResponse:
    """Take a picture out of a thread; answer with the questions that show it."""
    conversation = access.conversation_of(request.user.pk, pk)
    pictures.take_out(conversation, picture_pk)
    return _questions(request, conversation, picture_pk, out=True)


@members_only
@require_POST
def put_back(request: MemberRequest, pk: UUID, picture_pk: UUID) -> HttpResponse:
    """Put a picture back into a thread; answer with the questions that show it."""
    conversation = access.conversation_of(request.user.pk, pk)
    pictures.put_back(conversation, picture_pk)
    return _questions(request, conversation, picture_pk, out=False)


def turn_without(request: HttpRequest, row: Turn, picture_pk: UUID) -> HttpResponse:
    """Answer with a turn that is tried again, and the questions above it that show the picture."""
    turns = thread(path_to(row.conversation, row.pk), offers.offered())["turns"]
    context = {
        "conversation": row.conversation,
        "turn": turns[-1],
        "others": [turn for turn in turns[:-1] if _shows(turn, picture_pk)],
    }
    return _told(render(request, "_taken.html", context), picture_pk, out=True)


def _questions(
    request: HttpRequest, conversation: Conversation, picture_pk: UUID, *, out: bool
) -> HttpResponse:
    path = path_to(conversation, conversation.current_turn_id)
    turns = thread(path, offers.offered())["turns"]
    others = [turn for turn in turns if _shows(turn, picture_pk)]
    context = {"conversation": conversation, "others": others}
    return _told(render(request, "_taken.html", context), picture_pk, out=out)


def _shows(turn: Mapping[str, Any], picture_pk: UUID) -> bool:
    return any(picture["id"] == picture_pk for picture in turn["pictures"])


def _told(response: HttpResponse, picture_pk: UUID, *, out: bool) -> HttpResponse:
    """Tell the rest of the page, which shows the picture too."""
    news = {"id": str(picture_pk), "out": out, "words": TAKEN_OUT if out else PUT_BACK}
    return trigger_client_event(response, "picture-taken", news, after="settle")
