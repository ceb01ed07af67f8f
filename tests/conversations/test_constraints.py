"""The database itself refuses rows whose parts contradict each other."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from tests.support.builders import a_picture, a_turn
from tests.support.turns import BUSY, DONE, held, settled
from visionapp.conversations.models import Turn, TurnPicture
from visionapp.reply import Stopped

NONSENSE = {
    "an unknown state": ("waiting", {"state": "dreaming"}),
    "waiting and settled": ("waiting", {"settled_at": timezone.now()}),
    "waiting with a failure": ("waiting", {"failure_code": "claude.busy"}),
    "answering without a lease": ("answering", {"lease_until": None}),
    "answered without a stop reason": ("answered", {"stop_reason": ""}),
    "answered at no time": ("answered", {"settled_at": None}),
    "answered with a failure": ("answered", {"failure_code": "claude.busy"}),
    "stopped at no time": ("stopped", {"settled_at": None}),
    "failed for no reason": ("failed", {"failure_code": ""}),
    "its own parent": ("waiting", {"parent": F("id")}),
    "fewer than no attempts": ("waiting", {"attempt": -1}),
}
MOVES = {
    "waiting": lambda turn: turn,
    "answering": held,
    "answered": lambda turn: settled(turn, DONE),
    "stopped": lambda turn: settled(turn, Stopped()),
    "failed": lambda turn: settled(turn, BUSY),
}


@pytest.mark.parametrize(("state", "values"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused(owner, state, values):
    MOVES[state](a_turn(owner.id))
    before = Turn.objects.values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.update(**values)

    assert Turn.objects.values().get() == before


@pytest.mark.parametrize("state", MOVES)
def test_every_state_that_makes_sense_is_taken(owner, state):
    MOVES[state](a_turn(owner.id))

    assert Turn.objects.get().state == state


def test_a_picture_is_in_a_turn_once(owner):
    turn = a_turn(owner.id)

    with pytest.raises(IntegrityError), transaction.atomic():
        TurnPicture.objects.create(turn=turn, picture=turn.pictures.get().picture, place=1)

    assert turn.pictures.count() == 1


def test_a_place_holds_one_picture(owner):
    turn, picture = a_turn(owner.id), a_picture(owner.id)

    with pytest.raises(IntegrityError), transaction.atomic():
        TurnPicture.objects.create(turn=turn, picture=picture, place=0)

    assert turn.pictures.count() == 1
