"""Hands a checked request over from Django to the endpoint that streams.

As a web server's ``X-Accel-Redirect`` does for files: Django's answer carries a header that names
what to stream, and :class:`visionapp.web.streams.endpoint.EventStreams` in front of it takes
over. Nothing of Django (thread, database connection) is held while the stream is open.
"""

from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from visionapp.conversations.models import Turn
from visionapp.web.refusals import PositionInvalid

HEADER = "X-Visionapp-Stream"
LONGEST_POSITION = 18
"""Digits; a database's big integer holds as many."""

Form = Literal["events", "pieces"]


@dataclass(frozen=True, slots=True)
class Stream:
    """What to stream: a turn's events, or its answer as rendered pieces, after a position."""

    form: Form
    turn_id: UUID
    after: int
    settled: bool

    def header(self) -> str:
        """Return the value that names this stream."""
        return f"{self.form} {self.turn_id} {self.after} {int(self.settled)}"

    @classmethod
    def parse(cls, header: str) -> "Stream":
        """Return the stream that :meth:`header` named."""
        form, turn_id, after, settled = header.split(" ")
        return cls(cast("Form", form), UUID(turn_id), int(after), settled == "1")


def hand_over(request: HttpRequest, turn: Turn, *, form: Form, after: str = "") -> HttpResponse:
    """Return the answer that makes the endpoint stream; raises PositionInvalid.

    The header ``Last-Event-ID`` of a browser that reconnects wins over ``after`` of its first
    call.
    """
    position = request.headers.get("Last-Event-ID") or after or "0"
    if not (position.isascii() and position.isdigit() and len(position) <= LONGEST_POSITION):
        raise PositionInvalid
    response = HttpResponse(content_type="text/event-stream")
    response[HEADER] = Stream(form, turn.pk, int(position), turn.is_settled).header()
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response
