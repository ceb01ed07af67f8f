"""The events of a turn that has ended: all of them, the rest of them, or nothing more."""

from decimal import Decimal

import pytest

from tests.support.asgi import serving
from tests.support.builders import a_turn, answered
from tests.support.claude import ScriptedClaude
from visionapp.analysis.run import run_turn
from visionapp.conversations.life import request_stop, try_again
from visionapp.conversations.models import Turn
from visionapp.errors import Unavailable
from visionapp.relay import log
from visionapp.relay.models import LogEntry

ATTEMPT = log.ATTEMPT_SPAN


def watch(owner, turn: Turn, *, after: str = "", header: str = "", form: str = "events"):
    """Return the whole answer to somebody who watches the turn now."""
    headers = {"authorization": f"Bearer {owner.token}"}
    if header:
        headers["last-event-id"] = header
    query = f"?after={after}" if after else ""
    path = f"/api/v1/turns/{turn.pk}/{form}{query}"
    return serving(lambda server: server.fetch(path, headers=headers))


def test_all_events_of_an_answered_turn_come_and_the_stream_ends(owner, with_a_key):
    turn = a_turn(owner.id)
    run_turn(turn.pk, claude=ScriptedClaude("Sales rose."))

    answer = watch(owner, turn)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-cache, no-transform"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-length" not in answer.headers
    assert "x-visionapp-stream" not in answer.headers
    started, text, done = answer.events
    assert [started.id, text.id, done.id] == [str(ATTEMPT + n) for n in (1, 2, 3)]
    assert (started.name, started.data) == ("started", {"attempt": 1})
    assert (text.name, text.data) == ("text", {"text": "Sales rose."})
    assert done.name == "done"
    assert set(done.data) == {"stop_reason", "usage", "cost_usd"}
    assert done.data["stop_reason"] == "end_turn"
    assert done.data["usage"] == {
        "input_tokens": 100,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "output_tokens": 20,
    }
    turn.refresh_from_db()
    assert Decimal(done.data["cost_usd"]) == turn.cost_usd


def test_words_come_back_as_they_were_said(owner):
    words = "Größe\n\ndata: x\r\nid: 7\n\nevent: done 🙂 \u2028 end"
    turn = answered(a_turn(owner.id), words)

    events = watch(owner, turn).events

    assert "".join(event.data["text"] for event in events if event.name == "text") == words


@pytest.mark.parametrize("how", ["after", "header"])
def test_what_was_seen_is_not_repeated(owner, how):
    turn = answered(a_turn(owner.id))

    answer = watch(owner, turn, **{how: str(ATTEMPT + 1)})

    assert answer.names == ["text", "done"]


def test_where_the_browser_is_now_counts_more_than_where_it_began(owner):
    turn = answered(a_turn(owner.id))

    answer = watch(owner, turn, after=str(ATTEMPT + 1), header=str(ATTEMPT + 2))

    assert answer.names == ["done"]


@pytest.mark.parametrize("ahead", [3, 4, 500])
def test_who_has_seen_all_is_told_not_to_come_back(owner, ahead):
    turn = answered(a_turn(owner.id))

    answer = watch(owner, turn, header=str(ATTEMPT + ahead))

    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("position", ["x", "-1", "1.5", "1e3", "²", "%D9%A3", "9" * 19, "1+2"])
@pytest.mark.parametrize("how", ["after", "header"])
def test_a_position_that_is_none_is_refused(owner, position, how):
    turn = answered(a_turn(owner.id))

    answer = watch(owner, turn, **{how: position})

    assert answer.status == 422
    assert answer.problem["code"] == "events.position_invalid"


def test_a_stopped_turn_keeps_what_came_and_ends(owner):
    turn = a_turn(owner.id)
    request_stop(turn)

    assert watch(owner, turn).names == ["stopped"]


def test_a_failed_turn_says_why(owner):
    turn = a_turn(owner.id)
    run_turn(turn.pk, claude=ScriptedClaude("Half", failure=Unavailable("Come back later.")))

    events = watch(owner, turn).events

    assert [event.name for event in events] == ["started", "text", "failed"]
    assert events[-1].data == {
        "code": "unavailable",
        "message": "Come back later.",
        "retryable": True,
    }


def test_a_turn_that_was_tried_again_tells_only_the_last_try(owner):
    turn = a_turn(owner.id)
    run_turn(turn.pk, claude=ScriptedClaude("Wrong", failure=Unavailable()))
    turn.refresh_from_db()
    try_again(turn)
    answered(turn, "Right.")

    events = watch(owner, turn).events

    assert [event.name for event in events] == ["started", "text", "done"]
    assert events[0].data == {"attempt": 2}
    assert events[1].data == {"text": "Right."}


def test_who_saw_the_failed_try_gets_the_new_one_from_its_start(owner):
    turn = a_turn(owner.id)
    run_turn(turn.pk, claude=ScriptedClaude("Wrong", failure=Unavailable()))
    turn.refresh_from_db()
    try_again(turn)
    answered(turn, "Right.")

    assert watch(owner, turn, header=str(ATTEMPT + 3)).names == ["started", "text", "done"]


def test_a_declined_answer_takes_back_what_it_had_begun(owner):
    turn = a_turn(owner.id)
    run_turn(turn.pk, claude=ScriptedClaude("Begun", stop_reason="refusal"))

    answer = watch(owner, turn)

    assert answer.names == ["started", "done"]
    assert b"Begun" not in answer.body


def test_when_the_log_is_forgotten_the_row_tells_it(owner):
    turn = answered(a_turn(owner.id), "Sales rose.")
    whole = watch(owner, turn).events
    log.forget([turn.pk])

    told = watch(owner, turn).events

    assert [event.name for event in told] == ["started", "text", "done"]
    assert told[1].data == {"text": "Sales rose."}
    assert told[2].data["usage"] == whole[2].data["usage"]
    assert Decimal(told[2].data["cost_usd"]) == Decimal(whole[2].data["cost_usd"])


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_when_the_log_is_forgotten_other_endings_are_told_too(owner, state):
    turn = a_turn(owner.id)
    if state == "stopped":
        request_stop(turn)
    else:
        run_turn(turn.pk, claude=ScriptedClaude(failure=Unavailable()))
    log.forget([turn.pk])

    assert watch(owner, turn).names == ["started", state]


def test_when_the_log_has_lost_its_end_the_row_tells_it(owner):
    turn = answered(a_turn(owner.id), "Sales rose.")
    LogEntry.objects.filter(position=ATTEMPT + 3).delete()

    events = watch(owner, turn, header=str(ATTEMPT + 1)).events

    # A new start makes void what this watcher has seen of the lost log.
    assert [event.name for event in events] == ["started", "text", "done"]
    assert all(int(event.id) > ATTEMPT + 1 for event in events)


def test_a_strangers_turn_is_not_found(owner, stranger):
    turn = answered(a_turn(owner.id))

    answer = watch(stranger, turn)

    assert answer.status == 404
    assert answer.problem["code"] == "not_found"


def test_nobody_watches_without_a_token(owner, required):
    turn = answered(a_turn(owner.id))

    answer = serving(lambda server: server.fetch(f"/api/v1/turns/{turn.pk}/events"))

    assert (answer.status, answer.problem["code"]) == (401, "auth.required")


def test_a_stream_cannot_be_named_by_a_header_from_outside(owner, stranger):
    turn = answered(a_turn(owner.id))
    headers = {"x-visionapp-stream": f"events {turn.pk} 0 1"}

    answer = serving(lambda server: server.fetch("/healthz", headers=headers))

    assert answer.body == b'{"status": "alive"}'
