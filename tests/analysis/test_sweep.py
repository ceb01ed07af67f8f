"""The sweep: whatever died, every turn goes on or ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support import queue
from tests.support.builders import a_picture, a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.turns import BUSY, DONE, abandoned, ended, held, settled
from tests.support.waiting import all_at_once
from visionapp.analysis import sweep as sweeping
from visionapp.analysis.run import run_turn
from visionapp.analysis.sweep import (
    HINT_AGAIN,
    KEEP_LOG,
    MOST_LOST,
    forget_old_logs,
    sweep,
    take_over,
)
from visionapp.conversations import life, pulse
from visionapp.conversations.models import Turn
from visionapp.relay import log
from visionapp.reply import Started, Stopped, Text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turn(owner) -> Turn:
    """A turn that waits."""
    return a_turn(owner.id)


def row(turn: Turn) -> Turn:
    return Turn.objects.get(pk=turn.pk)


def events(turn):
    return [entry.event for entry in log.read({turn.pk: 0})]


def lose_workers(turn: Turn, times: int) -> None:
    """Let so many workers die of it, the last one just now."""
    for number in range(times):
        if number:
            life.release(Turn.objects.filter(pk=turn.pk))
        abandoned(turn)


def forgotten_for(turn: Turn, time: timedelta) -> None:
    Turn.objects.filter(pk=turn.pk).update(hinted_at=timezone.now() - time)


def test_a_dead_workers_turn_waits_again_and_a_worker_is_told(turn):
    abandoned(turn)

    sweep()

    assert (row(turn).state, row(turn).lease_until) == ("waiting", None)
    assert queue.hints() == [str(turn.pk)]


def test_a_turn_that_was_taken_up_is_answered_once_and_the_log_tells_it_whole(turn):
    hold = abandoned(turn)
    log.LogWriter(turn.pk, hold.attempt).append(Started(1), Text("Sales fe"))
    sweep()

    run_turn(turn.pk, claude=ScriptedClaude("Sales rose."))

    assert (row(turn).state, row(turn).answer) == ("answered", "Sales rose.")
    told = [entry.event for entry in log.replay(turn.pk, 0)]
    assert told[:2] == [Started(2), Text("Sales rose.")]


def test_a_turn_whose_worker_lives_is_left_alone(turn):
    held(turn)
    before = Turn.objects.values().get()

    sweep()

    assert Turn.objects.values().get() == before
    assert queue.hints() == []


def test_a_stop_that_a_dead_worker_was_asked_for_is_made(turn):
    hold = held(turn)
    hold.save_text("Sales", timezone.now())
    life.request_stop(turn)
    Turn.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    sweep()

    assert (row(turn).state, row(turn).answer) == ("stopped", "Sales")
    assert events(turn) == [Stopped()]
    assert queue.hints() == []


def test_a_turn_that_lost_three_workers_is_given_up_and_may_be_tried_again(turn):
    lose_workers(turn, MOST_LOST)

    sweep()

    failed = row(turn)
    assert (failed.state, failed.failure_code) == ("failed", "analysis.interrupted")
    assert failed.failure_retryable
    assert events(turn) == [sweeping.LOST]
    assert queue.hints() == []
    life.try_again(failed)
    assert held(failed).attempt == MOST_LOST + 2


def test_a_turn_that_lost_fewer_workers_is_not_given_up(turn):
    lose_workers(turn, MOST_LOST - 1)

    sweep()

    assert row(turn).state == "waiting"


def test_a_worker_that_comes_back_too_late_can_write_nothing(turn):
    lose_workers(turn, MOST_LOST)
    stale = life.Hold(turn.pk, MOST_LOST)

    sweep()

    with pytest.raises(life.HoldLost):
        stale.settle(DONE, answer="late", first_text_at=None, usage=DONE.usage)
    assert row(turn).failure_code == "analysis.interrupted"


def test_workers_are_told_again_of_a_turn_that_nobody_took(turn):
    forgotten_for(turn, HINT_AGAIN + timedelta(seconds=1))

    sweep()

    assert queue.hints() == [str(turn.pk)]


def test_workers_are_not_told_of_it_again_too_soon(turn):
    sweep()
    assert queue.hints() == []

    forgotten_for(turn, HINT_AGAIN + timedelta(seconds=1))
    sweep()
    sweep()

    assert queue.hints() == [str(turn.pk)]


@pytest.mark.parametrize("end", [DONE, Stopped(), BUSY])
def test_settled_turns_are_left_alone(turn, end):
    settled(turn, end)
    forgotten_for(turn, timedelta(days=1))
    before = Turn.objects.values().get()

    sweep()

    assert Turn.objects.values().get() == before
    assert queue.hints() == []


def test_many_workers_that_sweep_at_once_take_up_each_turn_once(owner):
    picture = a_picture(owner.id)
    turns = [a_turn(owner.id, pictures=[picture]) for _ in range(10)]
    for turn in turns[:5]:
        abandoned(turn)
    for turn in turns[5:]:
        lose_workers(turn, MOST_LOST)

    all_at_once(*[sweep] * 4)

    assert sorted(queue.hints()) == sorted(str(turn.pk) for turn in turns[:5])
    assert {row(turn).state for turn in turns[:5]} == {"waiting"}
    assert {row(turn).state for turn in turns[5:]} == {"failed"}
    assert all(events(turn) == [sweeping.LOST] for turn in turns[5:])


def test_many_workers_that_sweep_at_once_tell_of_a_forgotten_turn_once(turn):
    forgotten_for(turn, HINT_AGAIN + timedelta(seconds=1))

    all_at_once(*[sweep] * 8)

    assert queue.hints() == [str(turn.pk)]


def test_a_sweep_is_a_sign_of_life(db):
    assert not pulse.is_beating()

    sweep()

    assert pulse.is_beating()


def test_taking_over_does_not_wait_for_leases_and_hints(owner, turn):
    held(turn)
    waiting = a_turn(owner.id)

    take_over()
    sweep()

    assert (row(turn).state, row(waiting).state) == ("waiting", "waiting")
    assert sorted(queue.hints()) == sorted([str(turn.pk), str(waiting.pk)])


def test_taking_over_gives_up_what_kills_one_worker_after_another(turn):
    for _ in range(MOST_LOST):
        held(turn)
        take_over()
        sweep()

    assert row(turn).failure_code == "analysis.interrupted"


def test_taking_over_makes_the_stop_that_was_asked_for(turn):
    held(turn)
    life.request_stop(turn)

    take_over()
    sweep()

    assert row(turn).state == "stopped"


def test_taking_over_leaves_settled_turns_alone(turn):
    settled(turn)
    before = Turn.objects.values().get()

    take_over()

    assert Turn.objects.values().get() == before


class TestForgetOldLogs:
    @pytest.fixture
    def done(self, turn) -> Turn:
        return answered(turn)

    def test_the_log_of_a_turn_that_settled_long_ago_is_forgotten_and_its_row_is_not(self, done):
        Turn.objects.update(settled_at=timezone.now() - KEEP_LOG - timedelta(seconds=1))

        forget_old_logs()

        assert events(done) == []
        assert row(done).answer == "Sales rose."

    def test_the_log_of_a_turn_that_settled_of_late_is_kept(self, done):
        before = events(done)

        forget_old_logs()

        assert events(done) == before != []

    def test_the_log_of_a_turn_that_is_still_answered_is_kept(self, turn):
        held(turn)
        log.LogWriter(turn.pk, 1).append(Started(1))

        forget_old_logs()

        assert events(turn) == [Started(1)]

    def test_the_log_of_a_turn_that_is_gone_is_forgotten(self, done):
        key = done.pk
        Turn.objects.all().delete()

        forget_old_logs()

        assert log.read({key: 0}) == []


def test_what_a_person_tried_again_does_not_count_as_a_lost_worker(turn):
    for _ in range(MOST_LOST):
        ended(held(turn), Stopped())
        life.try_again(row(turn))
    lose_workers(turn, 1)

    sweep()

    assert row(turn).state == "waiting"


def test_workers_are_told_of_an_old_turn_that_only_now_waits_again(turn):
    Turn.objects.filter(pk=turn.pk).update(created_at=timezone.now() - timedelta(hours=1))
    ended(held(turn), Stopped())
    life.try_again(row(turn))
    waited = HINT_AGAIN + timedelta(seconds=1)
    moment = timezone.now() - waited
    Turn.objects.filter(pk=turn.pk).update(waiting_since=moment, hinted_at=moment)

    sweep()

    assert queue.hints() == [str(turn.pk)]


def test_taking_over_tells_workers_at_once_of_what_has_waited_long(turn):
    long_ago = timezone.now() - timedelta(hours=1)
    Turn.objects.filter(pk=turn.pk).update(waiting_since=long_ago, hinted_at=timezone.now())

    take_over()
    sweep()

    assert queue.hints() == [str(turn.pk)]
