"""The moves of a turn's state, and that only the newest holder can make them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.support.builders import a_follow_up, a_picture, a_turn
from tests.support.turns import BUSY, DONE, USAGE, abandoned, ended, held, settled
from tests.support.waiting import all_at_once
from visionapp.conversations import life, refusals
from visionapp.conversations.life import Hold, HoldLost
from visionapp.conversations.models import Turn
from visionapp.relay import log
from visionapp.reply import Failed, Started, Stopped, Text

GIVEN_UP = Failed("analysis.interrupted", "Interrupted. Try again.", retryable=True)


@pytest.fixture
def turn(owner) -> Turn:
    """A turn that waits."""
    return a_turn(owner.id)


def events(turn):
    return [entry.event for entry in log.read({turn.pk: 0})]


class TestClaim:
    def test_a_waiting_turn_is_answered_by_who_claims_it(self, turn):
        before = timezone.now()

        hold = held(turn)

        turn.refresh_from_db()
        assert (turn.state, turn.attempt, hold.attempt) == ("answering", 1, 1)
        assert before + life.LEASE <= turn.lease_until <= timezone.now() + life.LEASE
        assert turn.started_at >= before

    def test_a_turn_is_claimed_once(self, turn):
        held(turn)

        assert Hold.claim(turn.pk) is None

    @pytest.mark.parametrize("end", [DONE, Stopped(), BUSY])
    def test_a_settled_turn_cannot_be_claimed(self, turn, end):
        settled(turn, end)

        assert Hold.claim(turn.pk) is None

    def test_a_turn_that_is_gone_cannot_be_claimed(self, turn):
        turn.delete()

        assert Hold.claim(turn.pk) is None

    def test_a_new_claim_begins_with_no_words(self, turn):
        first = held(turn)
        first.save_text("Sales", timezone.now())
        first.hand_back()

        assert held(turn).attempt == 2

        turn.refresh_from_db()
        assert (turn.answer, turn.first_text_at) == ("", None)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_fifty_turns_claim_each_once(owner):
    picture = a_picture(owner.id)
    ids = [a_turn(owner.id, pictures=[picture]).pk for _ in range(50)]

    def claim_all() -> list[Hold]:
        return [hold for turn_id in ids if (hold := Hold.claim(turn_id))]

    claimed = [hold for holds in all_at_once(*[claim_all] * 8) for hold in holds]

    assert sorted(hold.turn_id for hold in claimed) == sorted(ids)
    assert {hold.attempt for hold in claimed} == {1}
    assert set(Turn.objects.values_list("state", "attempt")) == {("answering", 1)}


class TestHold:
    def test_renewing_prolongs_the_lease(self, turn):
        hold = abandoned(turn)
        assert Turn.objects.abandoned(timezone.now()).exists()

        hold.renew()

        assert not Turn.objects.abandoned(timezone.now()).exists()

    def test_saved_words_are_put_behind_those_that_are_stored(self, turn):
        hold, at = held(turn), timezone.now()

        hold.save_text("Sales ", at)
        hold.save_text("100% 'rose'.", at)

        turn.refresh_from_db()
        assert (turn.answer, turn.first_text_at) == ("Sales 100% 'rose'.", at)

    def test_handing_back_lets_another_worker_take_the_turn(self, turn):
        held(turn).hand_back()

        turn.refresh_from_db()
        assert (turn.state, turn.lease_until) == ("waiting", None)
        assert held(turn).attempt == 2

    def test_an_answer_is_stored_with_its_usage(self, turn):
        hold = held(turn)

        hold.settle(
            DONE,
            answer="Sales rose.",
            first_text_at=None,
            request_id="req_1",
            usage=USAGE,
            cost_usd=Decimal("0.0025"),
        )

        turn.refresh_from_db()
        assert (turn.state, turn.stop_reason, turn.answer) == (
            "answered",
            "end_turn",
            "Sales rose.",
        )
        assert (turn.usage, turn.cost_usd, turn.request_id) == (USAGE, Decimal("0.0025"), "req_1")
        assert turn.settled_at <= timezone.now()
        assert turn.lease_until is None

    def test_a_failure_is_stored_with_its_sentence(self, turn):
        turn = settled(turn, BUSY, answer="Sal")

        assert (turn.state, turn.answer) == ("failed", "Sal")
        assert (turn.failure_code, turn.failure_message, turn.failure_retryable) == (
            "claude.busy",
            "Claude is busy. Try again.",
            True,
        )

    def test_a_stop_is_stored_with_what_came(self, turn):
        turn = settled(turn, Stopped(), answer="Sales")

        assert (turn.state, turn.answer, turn.stop_reason) == ("stopped", "Sales", "")


def given_to_another(turn):
    """Take the turn from its worker, and let another one claim it."""
    life.release(Turn.objects.filter(pk=turn.pk))
    held(turn)


LOSSES = {
    "another holds it": given_to_another,
    "it waits again": lambda turn: life.release(Turn.objects.filter(pk=turn.pk)),
    "it was given up": lambda turn: life.end_unheld(
        Turn.objects.all(), Turn.objects.get(pk=turn.pk), GIVEN_UP
    ),
    "it was deleted": lambda turn: Turn.objects.filter(pk=turn.pk).delete(),
}
WRITES = {
    "renew": lambda hold: hold.renew(),
    "save": lambda hold: hold.save_text("late words", timezone.now()),
    "note": lambda hold: hold.note([("images.many", 25)]),
    "hand back": lambda hold: hold.hand_back(),
    "answer": lambda hold: ended(hold, DONE, "late words"),
    "fail": lambda hold: ended(hold, BUSY, "late words"),
    "stop": lambda hold: ended(hold, Stopped(), "late words"),
}


class TestStaleHold:
    @pytest.fixture
    def hold(self, turn):
        return held(turn)

    @pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
    @pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
    def test_a_worker_that_lost_its_turn_can_write_nothing(self, turn, hold, lose, write):
        lose(turn)
        before = list(Turn.objects.values())

        with pytest.raises(HoldLost):
            write(hold)

        assert list(Turn.objects.values()) == before

    def test_a_stop_is_not_asked_of_who_lost_the_turn_to_another(self, turn, hold):
        life.release(Turn.objects.filter(pk=turn.pk))
        held(turn)

        with pytest.raises(HoldLost):
            hold.stop_asked()


class TestRequestStop:
    def test_a_waiting_turn_stops_at_once_and_watchers_learn_it(self, turn):
        life.request_stop(turn)

        turn.refresh_from_db()
        assert turn.state == "stopped"
        assert events(turn) == [Stopped()]
        assert Hold.claim(turn.pk) is None

    def test_the_worker_of_an_answering_turn_is_asked(self, turn):
        hold = held(turn)
        assert not hold.stop_asked()

        life.request_stop(turn)

        turn.refresh_from_db()
        assert turn.state == "answering"
        assert hold.stop_asked()
        assert events(turn) == []

    @pytest.mark.parametrize("end", [DONE, Stopped(), BUSY])
    def test_a_settled_turn_cannot_be_stopped(self, turn, end):
        turn = settled(turn, end)

        with pytest.raises(refusals.NotStoppable):
            life.request_stop(turn)

        assert Turn.objects.get() == turn
        assert not Turn.objects.get().stop_requested

    def test_a_turn_that_was_claimed_and_handed_back_meanwhile_is_not_forgotten(self, turn):
        held(turn).hand_back()

        life.request_stop(turn)

        assert held(turn).stop_asked()

    def test_a_turn_that_is_gone_cannot_be_stopped(self, turn):
        Turn.objects.all().delete()

        with pytest.raises(refusals.NotStoppable):
            life.request_stop(turn)


class TestTryAgain:
    @pytest.mark.parametrize("end", [Stopped(), BUSY])
    def test_a_stopped_or_failed_turn_waits_again_without_its_past(self, turn, end):
        log.LogWriter(turn.pk, 1).append(Started(1), Text("Sal"), end)
        turn = settled(turn, end, answer="Sal")

        life.try_again(turn)

        turn.refresh_from_db()
        assert (turn.state, turn.answer, turn.failure_code) == ("waiting", "", "")
        assert (turn.settled_at, turn.stop_requested) == (None, False)
        assert events(turn) == []
        assert held(turn).attempt == 2

    def test_a_turn_that_was_asked_to_stop_is_not_stopped_again(self, turn):
        hold = held(turn)
        life.request_stop(turn)
        turn = ended(hold, Stopped())

        life.try_again(turn)

        assert not held(turn).stop_asked()

    def test_an_answered_turn_cannot_be_tried_again(self, turn):
        turn = settled(turn)

        with pytest.raises(refusals.NotRetryable):
            life.try_again(turn)

        turn.refresh_from_db()
        assert turn.answer == "Sales rose."

    def test_a_turn_that_is_not_settled_cannot_be_tried_again(self, turn):
        with pytest.raises(refusals.NotRetryable):
            life.try_again(turn)
        held(turn)
        with pytest.raises(refusals.NotRetryable):
            life.try_again(Turn.objects.get())

    def test_two_clicks_try_again_once(self, turn):
        turn = settled(turn, BUSY)
        life.try_again(turn)

        with pytest.raises(refusals.NotRetryable):
            life.try_again(turn)


class TestEndUnheld:
    def test_a_turn_ends_with_its_event_after_all_that_was_said(self, turn):
        log.LogWriter(turn.pk, 1).append(Started(1), Text("Sal"))
        hold = abandoned(turn)
        turn.refresh_from_db()

        assert life.end_unheld(Turn.objects.all(), turn, GIVEN_UP)

        turn.refresh_from_db()
        assert (turn.state, turn.attempt) == ("failed", hold.attempt + 1)
        assert events(turn) == [Started(1), Text("Sal"), GIVEN_UP]

    def test_a_turn_that_was_claimed_meanwhile_is_left_alone(self, turn):
        held(turn)

        assert not life.end_unheld(Turn.objects.all(), turn, Stopped())

        turn.refresh_from_db()
        assert turn.state == "answering"
        assert events(turn) == []

    def test_the_words_that_were_saved_stay(self, turn):
        held(turn).save_text("Sal", timezone.now())
        turn.refresh_from_db()

        life.end_unheld(Turn.objects.all(), turn, Stopped())

        turn.refresh_from_db()
        assert turn.answer == "Sal"


def test_releasing_gives_answering_turns_back_and_touches_no_others(turn):
    answering, done = turn, settled(a_turn(turn.conversation.owner_id))
    waiting = a_follow_up(done.conversation)
    held(answering)

    assert life.release(Turn.objects.all()) == 1

    states = dict(Turn.objects.values_list("pk", "state"))
    assert states == {answering.pk: "waiting", done.pk: "answered", waiting.pk: "waiting"}


def test_turns_are_looked_up_by_what_the_worker_has_to_do(turn):
    now = timezone.now()

    assert list(Turn.objects.unclaimed_since(now)) == [turn]
    assert not Turn.objects.unclaimed_since(turn.hinted_at).exists()
    held(turn)
    assert not Turn.objects.unclaimed_since(now).exists()
    assert not Turn.objects.abandoned(now).exists()
    assert list(Turn.objects.abandoned(now + life.LEASE + timedelta(seconds=1))) == [turn]


def test_what_later_questions_build_on_cannot_be_tried_again(owner):
    first = settled(a_turn(owner.id), Stopped())
    a_follow_up(first.conversation)

    with pytest.raises(refusals.NotRetryable, match="Later questions"):
        life.try_again(first)
    assert Turn.objects.get(pk=first.pk).state == "stopped"
