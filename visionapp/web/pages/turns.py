"""One turn on a conversation's page: shown, stopped, tried again, watched."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from visionapp.analysis.start import start
from visionapp.conversations import life, offers, pictures
from visionapp.conversations.models import Turn
from visionapp.conversations.paths import path_to
from visionapp.conversations.refusals import NotStoppable
from visionapp.web import access
from visionapp.web.identity import MemberRequest
from visionapp.web.pages.taken import turn_without
from visionapp.web.pages.thread import thread
from visionapp.web.policy import members_only
from visionapp.web.streams.handover import hand_over


@members_only
@require_GET
def show(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer with the turn's part of the page."""
    return _turn(request, access.turn_of(request.user.pk, pk))


@members_only
@require_POST
def stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stop an answer; the stream then tells the page. One that has just ended is no mistake."""
    try:
        life.request_stop(access.turn_of(request.user.pk, pk))
    except NotStoppable:
        return HttpResponse(status=204)
    return HttpResponse(status=204)


@members_only
@require_POST
def retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Run a stopped or failed turn again, and answer with it waiting."""
    turn = access.turn_of(request.user.pk, pk)
    life.try_again(turn)
    start(turn)
    return _turn(request, access.turn_of(request.user.pk, pk))


@members_only
@require_POST
def without(request: MemberRequest, pk: UUID, picture_pk: UUID) -> HttpResponse:
    """Take a picture out of the thread and run the turn again; answer with it waiting."""
    turn = access.turn_of(request.user.pk, pk)
    with transaction.atomic():
        pictures.take_out(turn.conversation, picture_pk)
        life.try_again(turn)
        start(turn)
    return turn_without(request, access.turn_of(request.user.pk, pk), picture_pk)


@members_only
@require_GET
def stream(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stream the answer as rendered pieces."""
    turn = access.turn_of(request.user.pk, pk)
    return hand_over(request, turn, form="pieces", after=request.GET.get("after", ""))


def _turn(request: MemberRequest, turn: Turn) -> HttpResponse:
    path = path_to(turn.conversation, turn.pk)
    turns = thread(path, offers.offered())["turns"]
    context = {"conversation": turn.conversation, "turn": turns[-1]}
    return render(request, "_turn.html", context)
