"""Brings turns into each of their states, by the moves that a worker makes."""

from datetime import timedelta

from django.utils import timezone

from visionapp.conversations.life import Hold
from visionapp.conversations.models import Turn
from visionapp.reply import Done, Failed, Stopped, Usage

BUSY = Failed("claude.busy", "Claude is busy. Try again.", retryable=True)
DONE = Done("end_turn")
USAGE = Usage(input_tokens=1000, output_tokens=50)


def held(turn: Turn) -> Hold:
    """Claim a waiting turn."""
    hold = Hold.claim(turn.pk)
    assert hold is not None
    return hold


def ended(hold: Hold, event: Done | Stopped | Failed = DONE, answer: str = "Sales rose.") -> Turn:
    """Settle a held turn and return it as it is stored."""
    hold.settle(event, answer=answer, first_text_at=timezone.now(), usage=USAGE)
    return Turn.objects.get(pk=hold.turn_id)


def settled(
    turn: Turn, event: Done | Stopped | Failed = DONE, answer: str = "Sales rose."
) -> Turn:
    """Bring a waiting turn to this end."""
    return ended(held(turn), event, answer)


def abandoned(turn: Turn) -> Hold:
    """Claim a turn for a worker that then dies, long enough ago for anybody to notice."""
    hold = held(turn)
    Turn.objects.filter(pk=turn.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    return hold
