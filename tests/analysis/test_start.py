"""Telling a worker of a turn: only once the row is committed, and never in the way of a person."""

import pytest
from django.db import transaction

from tests.support import queue
from tests.support.builders import a_turn
from visionapp.analysis.start import start
from visionapp.conversations.models import Turn

pytestmark = pytest.mark.django_db(transaction=True)


class Regret(Exception):
    """Something went wrong after the question was stored."""


@pytest.fixture
def broken_queue():
    """Take the queue's folder away for the test."""
    folder, aside = queue.folder(), queue.folder().with_name("aside")
    folder.rename(aside)
    yield
    aside.rename(folder)


def test_a_worker_is_told_of_the_turn(owner):
    turn = a_turn(owner.id)

    start(turn)

    assert queue.messages() == [("answer_turn", [str(turn.pk)])]


def test_a_worker_is_told_only_once_the_turn_is_committed(owner):
    with transaction.atomic():
        turn = a_turn(owner.id)
        start(turn)
        assert queue.hints() == []

    assert queue.hints() == [str(turn.pk)]


def test_of_a_turn_that_is_rolled_back_nobody_is_told(owner):
    def ask_and_regret() -> None:
        with transaction.atomic():
            start(a_turn(owner.id))
            raise Regret

    with pytest.raises(Regret):
        ask_and_regret()

    assert not Turn.objects.exists()
    assert queue.hints() == []


def test_a_queue_that_is_away_is_survived_and_the_turn_waits(owner, broken_queue, caplog):
    turn = a_turn(owner.id)

    start(turn)

    turn.refresh_from_db()
    assert turn.state == "waiting"
    assert f"The queue is away; turn {turn.pk} waits for the sweep" in caplog.text


def test_a_queue_that_comes_back_is_used_again(owner):
    folder, aside = queue.folder(), queue.folder().with_name("aside")
    turn = a_turn(owner.id)
    folder.rename(aside)
    start(turn)
    aside.rename(folder)

    start(turn)

    assert queue.hints() == [str(turn.pk)]
