"""What a watcher gets of a settled turn, from its log or, once that is forgotten, from its row."""

from collections.abc import Sequence
from uuid import UUID

from visionapp.conversations.models import Turn
from visionapp.relay import log
from visionapp.relay.log import Entry
from visionapp.reply import Done, Failed, ReplyEvent, Started, Stopped, Text, is_last


def remainder(turn_id: UUID, after: int, *, whole: bool = False) -> Sequence[Entry] | None:
    """Return what of a settled turn comes after a position; None while it is not settled.

    Nothing is left for a turn that is gone, and for a watcher that has it all. ``whole`` returns
    the log from its start, if anything is left.
    """
    turn = Turn.objects.filter(pk=turn_id).first()
    if turn is None:
        return ()
    if not turn.is_settled:
        return None
    kept = log.replay(turn_id, after)
    if kept and is_last(kept[-1].event):
        return log.replay(turn_id, 0) if whole else kept
    if not kept and 0 < log.last_position(turn_id) <= after:
        return ()
    first = max(after, turn.attempt * log.ATTEMPT_SPAN) + 1
    return [Entry(turn_id, place, event) for place, event in enumerate(told(turn), start=first)]


def told(turn: Turn) -> Sequence[ReplyEvent]:
    """Return a settled turn's row as reply events."""
    events: list[ReplyEvent] = [Started(turn.attempt)]
    if turn.answer:
        events.append(Text(turn.answer))
    return [*events, _last(turn)]


def _last(turn: Turn) -> ReplyEvent:
    if turn.state == Turn.State.ANSWERED:
        return Done(turn.stop_reason, turn.usage, turn.cost_usd)
    if turn.state == Turn.State.STOPPED:
        return Stopped()
    return Failed(turn.failure_code, turn.failure_message, turn.failure_retryable)
