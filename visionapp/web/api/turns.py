"""``/turns``: one question and its answer, live."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from visionapp.analysis.start import start
from visionapp.conversations import life
from visionapp.web import access
from visionapp.web.api import shapes
from visionapp.web.api.description import answers
from visionapp.web.identity import MemberRequest
from visionapp.web.streams.handover import hand_over

router = Router(tags=["turns"])


@router.get("/turns/{uuid:turn_id}", response=shapes.TurnShape)
def get_turn(request: MemberRequest, turn_id: UUID) -> dict[str, Any]:
    """Return a turn; while it is answered, its answer so far."""
    return shapes.turn(access.turn_of(request.user.pk, turn_id))


@router.post("/turns/{uuid:turn_id}/stop", response=shapes.TurnShape)
def stop(request: MemberRequest, turn_id: UUID) -> dict[str, Any]:
    """Stop an answer and keep what came of it."""
    life.request_stop(access.turn_of(request.user.pk, turn_id))
    return shapes.turn(access.turn_of(request.user.pk, turn_id))


@router.post("/turns/{uuid:turn_id}/retry", response=shapes.TurnShape)
def retry(request: MemberRequest, turn_id: UUID) -> dict[str, Any]:
    """Run a failed or stopped turn again."""
    turn = access.turn_of(request.user.pk, turn_id)
    life.try_again(turn)
    start(turn)
    return shapes.turn(access.turn_of(request.user.pk, turn_id))


@router.get(
    "/turns/{uuid:turn_id}/events",
    response={200: None},
    openapi_extra=answers("text/event-stream"),
)
def events(request: MemberRequest, turn_id: UUID, after: str = "") -> HttpResponse:
    """Stream the reply events as ``text/event-stream``; ``Last-Event-ID`` replays the rest."""
    turn = access.turn_of(request.user.pk, turn_id)
    return hand_over(request, turn, form="events", after=after)
