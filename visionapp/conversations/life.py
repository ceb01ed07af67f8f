"""The moves of a turn's state: each is one conditional UPDATE, and the row count says who won.

A worker *holds* a turn by a lease and an attempt number. Every write of a holder names its
attempt, so a worker that was given up for dead can change nothing when it comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from visionapp.conversations.models import Turn, TurnQuerySet
from visionapp.conversations.refusals import NotRetryable, NotStoppable
from visionapp.relay import log
from visionapp.reply import Done, Failed, Stopped, Usage

LEASE = timedelta(seconds=10)
"""How long a holder may be silent; a dead worker's turn is taken up again after that."""

REQUEST_ID_LENGTH, STOP_REASON_LENGTH = 128, 64
"""What the columns hold; another server's words must not fail an answer that was paid for."""

State = Turn.State


class HoldLost(Exception):
    """Somebody else holds the turn now, or it was settled or deleted."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to answer a turn: lasts as long as it is renewed and the attempt is the newest."""

    turn_id: UUID
    attempt: int

    @classmethod
    def claim(cls, turn_id: UUID) -> Self | None:
        """Take a waiting turn; None if it does not wait (answered, held by another, gone)."""
        now = timezone.now()
        with transaction.atomic():
            claimed = Turn.objects.filter(pk=turn_id, state=State.WAITING).update(
                state=State.ANSWERING,
                attempt=F("attempt") + 1,
                lease_until=now + LEASE,
                started_at=now,
                first_text_at=None,
                answer="",
            )
            if not claimed:
                return None
            return cls(turn_id, Turn.objects.values_list("attempt", flat=True).get(pk=turn_id))

    def renew(self) -> None:
        """Prolong the lease; raises HoldLost."""
        self._write(lease_until=timezone.now() + LEASE)

    def stop_asked(self) -> bool:
        """Tell whether a person asked to stop; raises HoldLost."""
        turn = Turn.objects.filter(pk=self.turn_id, attempt=self.attempt)
        asked = turn.values_list("stop_requested", flat=True).first()
        if asked is None:
            raise HoldLost
        return asked

    def save_text(self, more: str, first_text_at: datetime) -> None:
        """Append to the stored answer; raises HoldLost."""
        self._write(answer=Concat(F("answer"), Value(more)), first_text_at=first_text_at)

    def note(self, notices: Sequence[Sequence[str | int]]) -> None:
        """Keep how pictures were fitted into the request; raises HoldLost."""
        self._write(notices=[list(notice) for notice in notices])

    def hand_back(self) -> None:
        """Let another worker take the turn, which starts its answer anew."""
        self._write(**_waiting())

    def settle(
        self,
        event: Done | Stopped | Failed,
        *,
        answer: str,
        first_text_at: datetime | None,
        request_id: str = "",
        usage: Usage,
        **more: Any,
    ) -> None:
        """Write the end of the turn; raises HoldLost."""
        self._write(
            **_ending(event),
            answer=answer,
            first_text_at=first_text_at,
            request_id=request_id[:REQUEST_ID_LENGTH],
            input_tokens=usage.input_tokens,
            cache_read_input_tokens=usage.cache_read_input_tokens,
            cache_creation_input_tokens=usage.cache_creation_input_tokens,
            output_tokens=usage.output_tokens,
            **more,
        )

    def _write(self, **values: Any) -> None:
        held = Turn.objects.filter(pk=self.turn_id, attempt=self.attempt, state=State.ANSWERING)
        if not held.update(**values):
            raise HoldLost


def _ending(event: Done | Stopped | Failed) -> dict[str, Any]:
    """Return the columns that an ending sets."""
    common: dict[str, Any] = {"lease_until": None, "settled_at": timezone.now()}
    match event:
        case Done(stop_reason=stop_reason):
            return common | {
                "state": State.ANSWERED,
                "stop_reason": stop_reason[:STOP_REASON_LENGTH],
            }
        case Stopped():
            return common | {"state": State.STOPPED}
        case Failed(code=code, message=message, retryable=retryable):
            return common | {
                "state": State.FAILED,
                "failure_code": code,
                "failure_message": message,
                "failure_retryable": retryable,
            }


def end_unheld(turns: TurnQuerySet, turn: Turn, event: Stopped | Failed) -> bool:
    """Settle a turn that no worker holds, if it is still among ``turns``; tell whether it was.

    Counts as an attempt of its own, so that its event comes after all that was said before.
    """
    with transaction.atomic():
        ended = turns.filter(pk=turn.pk, attempt=turn.attempt).update(
            **_ending(event), attempt=F("attempt") + 1
        )
        if ended:
            log.LogWriter(turn.pk, turn.attempt + 1).append(event)
    return bool(ended)


def request_stop(turn: Turn) -> None:
    """Stop a waiting turn at once; ask the worker of an answering one. Raises NotStoppable."""
    if end_unheld(Turn.objects.filter(state=State.WAITING), turn, Stopped()):
        return
    asked = Turn.objects.filter(pk=turn.pk, state__in=(State.WAITING, State.ANSWERING))
    if not asked.update(stop_requested=True):
        raise NotStoppable


def try_again(turn: Turn) -> None:
    """Let a stopped or failed turn wait again; raises NotRetryable if it is neither.

    Also raises it for a turn that later ones build on: they would lose what they refer to.
    """
    if turn.children.exists():
        raise NotRetryable("Later questions build on this answer. Ask again below it instead.")
    with transaction.atomic():
        waiting = Turn.objects.filter(
            pk=turn.pk, state__in=(State.STOPPED, State.FAILED), attempt=turn.attempt
        ).update(
            **_waiting(),
            lost=0,
            answer="",
            stop_requested=False,
            stop_reason="",
            stop_explanation="",
            failure_code="",
            failure_message="",
            failure_retryable=False,
            refused_pictures=[],
            notices=[],
            cost_usd=None,
            input_tokens=0,
            cache_read_input_tokens=0,
            cache_creation_input_tokens=0,
            output_tokens=0,
            request_id="",
            started_at=None,
            first_text_at=None,
            settled_at=None,
        )
        if not waiting:
            raise NotRetryable
        log.forget([turn.pk])


def release(turns: TurnQuerySet) -> int:
    """Give turns whose holder is gone back to the queue; return how many."""
    return turns.filter(state=State.ANSWERING).update(**_waiting(), lost=F("lost") + 1)


def _waiting() -> dict[str, Any]:
    """Return the columns of a turn that begins to wait, and of which a worker is told next."""
    now = timezone.now()
    return {
        "state": State.WAITING,
        "lease_until": None,
        "waiting_since": now,
        "hinted_at": now,
    }
