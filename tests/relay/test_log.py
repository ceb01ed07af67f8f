"""The log: positions rise, later attempts stand above, a new start voids what was said."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction

from visionapp.relay import log
from visionapp.relay.log import ATTEMPT_SPAN, Entry, LogWriter
from visionapp.reply import Done, Failed, Started, Stopped, Text, Usage, Waiting

pytestmark = pytest.mark.django_db

SALES, ROSE = Text("Sales "), Text("rose.")


@pytest.fixture
def turn_id():
    return uuid4()


def told(entries):
    return [entry.event for entry in entries]


def test_an_attempts_events_stand_in_the_order_in_which_they_were_written(turn_id):
    writer = LogWriter(turn_id, 1)

    writer.append(Started(1))
    writer.append(SALES, ROSE)

    assert log.read({turn_id: 0}) == [
        Entry(turn_id, ATTEMPT_SPAN + 1, Started(1)),
        Entry(turn_id, ATTEMPT_SPAN + 2, SALES),
        Entry(turn_id, ATTEMPT_SPAN + 3, ROSE),
    ]


@pytest.mark.parametrize(
    "event",
    [
        Started(3),
        Text('“Ä” \n\t "quoted" \\ 😀 <b>'),
        Waiting("claude.busy", "Soon.", datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)),
        Done("end_turn", Usage(1, 2, 3, 4), Decimal("0.00012345")),
        Done("max_tokens"),
        Stopped(),
        Failed("claude.busy", "Busy.", retryable=True),
    ],
)
def test_every_event_comes_back_as_it_was_written(turn_id, event):
    LogWriter(turn_id, 1).append(event)

    assert told(log.read({turn_id: 0})) == [event]


def test_a_later_attempt_stands_above_all_of_an_earlier_one(turn_id):
    early, late = LogWriter(turn_id, 1), LogWriter(turn_id, 2)
    early.append(Started(1))
    late.append(Started(2), ROSE)

    early.append(SALES)

    assert told(log.read({turn_id: 0})) == [Started(1), SALES, Started(2), ROSE]
    assert log.last_position(turn_id) == 2 * ATTEMPT_SPAN + 2


def test_what_is_written_again_after_its_answer_got_lost_stands_once(turn_id):
    LogWriter(turn_id, 1).append(Started(1))

    LogWriter(turn_id, 1).append(Started(1), SALES)

    assert told(log.read({turn_id: 0})) == [Started(1), SALES]


def test_reading_goes_on_after_a_position(turn_id):
    LogWriter(turn_id, 1).append(Started(1), SALES, ROSE)

    assert told(log.read({turn_id: ATTEMPT_SPAN + 2})) == [ROSE]
    assert log.read({turn_id: ATTEMPT_SPAN + 3}) == []
    assert log.read({turn_id: 10**30}) == []


def test_several_turns_are_read_at_once_each_after_its_position(
    turn_id, django_assert_num_queries
):
    other, third = uuid4(), uuid4()
    for each in (turn_id, other, third):
        LogWriter(each, 1).append(Started(1), SALES)

    with django_assert_num_queries(1):
        entries = log.read({turn_id: 0, other: ATTEMPT_SPAN + 1})

    assert {entry.turn_id for entry in entries} == {turn_id, other}
    assert told(entry for entry in entries if entry.turn_id == other) == [SALES]


def test_reading_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert log.read({}) == []


def test_a_replay_begins_with_the_newest_start(turn_id):
    LogWriter(turn_id, 1).append(Started(1), SALES)
    LogWriter(turn_id, 2).append(Started(2), ROSE)

    assert told(log.replay(turn_id, 0)) == [Started(2), ROSE]
    assert told(log.replay(turn_id, ATTEMPT_SPAN + 1)) == [Started(2), ROSE]


def test_a_replay_goes_on_after_a_position_of_the_newest_attempt(turn_id):
    LogWriter(turn_id, 2).append(Started(2), SALES, ROSE)

    assert told(log.replay(turn_id, 2 * ATTEMPT_SPAN + 2)) == [ROSE]


def test_a_second_start_of_the_same_attempt_voids_the_first(turn_id):
    LogWriter(turn_id, 1).append(Started(1), SALES, Started(1), Done("refusal"))

    assert told(log.replay(turn_id, 0)) == [Started(1), Done("refusal")]


def test_a_log_that_never_started_is_replayed_as_it_is(turn_id):
    LogWriter(turn_id, 1).append(Stopped())

    assert told(log.replay(turn_id, 0)) == [Stopped()]


def test_an_empty_log_has_nothing_and_ends_at_zero(turn_id):
    assert log.replay(turn_id, 0) == []
    assert log.last_position(turn_id) == 0


def test_a_log_is_forgotten_and_others_are_not(turn_id):
    other = uuid4()
    LogWriter(turn_id, 1).append(Started(1), SALES)
    LogWriter(other, 1).append(Started(1))

    log.forget([turn_id])

    assert log.read({turn_id: 0}) == []
    assert log.logged_turns() == [other]


def test_what_is_rolled_back_was_never_said(turn_id):
    writer = LogWriter(turn_id, 1)
    with transaction.atomic():
        writer.append(Started(1))
        transaction.set_rollback(True)

    assert log.last_position(turn_id) == 0


def test_the_logs_of_very_many_turns_are_read_together(db):
    turns = [uuid4() for _ in range(1200)]
    for turn in (turns[0], turns[-1]):
        log.LogWriter(turn, 1).append(Started(1))

    read = log.read(dict.fromkeys(turns, 0))

    assert {entry.turn_id for entry in read} == {turns[0], turns[-1]}
