"""Streams as servers really send them, whole and broken."""

import json

import pytest

from visionapp.claude.events import Hearing
from visionapp.claude.failures import Busy, Garbled, Interrupted, InvalidRequest, ServerFailed
from visionapp.reply import Usage

START = {"type": "message_start", "message": {"usage": {"input_tokens": 31, "output_tokens": 1}}}
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
STOP = {"type": "message_stop"}


def delta(text):
    return {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": text},
    }


def heard(*events):
    hearing = Hearing("claude-x")
    return "".join(hearing.feed(event["type"], json.dumps(event)) for event in events), hearing


def test_text_is_what_the_deltas_say():
    text, hearing = heard(START, delta("Sales "), delta("rose."), END, STOP)
    hearing.check_whole()
    assert (text, hearing.stop_reason) == ("Sales rose.", "end_turn")


def test_text_at_the_start_of_a_block_counts():
    block = {"type": "content_block_start", "content_block": {"type": "text", "text": "Sa"}}
    assert heard(START, block, delta("les"))[0] == "Sales"


def test_thinking_is_noticed_and_not_said():
    begins = {"type": "content_block_start", "content_block": {"type": "thinking", "thinking": ""}}
    thinks = {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "Hm"}}
    text, hearing = heard(START, begins, thinks)
    assert (text, hearing.is_thinking) == ("", True)
    hearing.feed("content_block_stop", '{"type": "content_block_stop"}')
    assert not hearing.is_thinking


def test_usage_is_cumulative():
    first = {"type": "message_start", "message": {"usage": {"input_tokens": 31}}}
    later = {**END, "usage": {"output_tokens": 12, "cache_read_input_tokens": 4800}}
    last = {**END, "usage": {"output_tokens": 214, "input_tokens": None}}
    assert heard(first, later, last)[1].usage == Usage(31, 4800, 0, 214)


@pytest.mark.parametrize("usage", [None, [], {}, {"input_tokens": "31"}, {"output_tokens": -1}])
def test_missing_usage_is_nought(usage):
    assert heard({"type": "message_start", "message": {"usage": usage}})[1].usage == Usage()


def test_a_refusal_keeps_its_explanation():
    details = {"type": "refusal", "category": None, "explanation": "Not this."}
    end = {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}
    hearing = heard(START, end, STOP)[1]
    assert (hearing.stop_reason, hearing.explanation) == ("refusal", "Not this.")


def test_kinds_that_are_not_known_are_passed_over():
    news = {"type": "content_block_delta", "delta": {"type": "hologram_delta", "text": "no"}}
    assert heard(START, {"type": "future_event"}, news, delta("yes"))[0] == "yes"


def test_text_can_always_be_stored():
    assert (
        heard(START, delta("a\x00b\ud83dc\u202e\U0001f600"))[0]
        == "a\ufffdb\ufffdc\u202e\U0001f600"
    )


@pytest.mark.parametrize(
    "events",
    [(START, delta("Sa")), (START, delta("Sa"), END), (START, STOP), ()],
    ids=["cut off", "no stop", "no reason", "nothing"],
)
def test_an_answer_without_its_end_is_interrupted(events):
    with pytest.raises(Interrupted):
        heard(*events)[1].check_whole()


def test_a_second_start_is_an_interruption():
    with pytest.raises(Interrupted):
        heard(START, delta("Sa"), START)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("content_block_delta", '{"type": "content_blo'),
        ("content_block_delta", "[1, 2]"),
        ("content_block_delta", '{"type": "content_block_delta"}'),
        ("message_start", '{"type": "message_start", "message": 5}'),
    ],
)
def test_what_makes_no_sense_is_garbled(name, data):
    hearing = heard(START)[1] if name != "message_start" else Hearing("claude-x")
    with pytest.raises(Garbled):
        hearing.feed(name, data)


def test_words_before_the_start_are_garbled():
    with pytest.raises(Garbled):
        heard(delta("Sa"))


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("overloaded_error", Busy),
        ("api_error", ServerFailed),
        ("invalid_request_error", InvalidRequest),
        ("something_new", ServerFailed),
    ],
)
def test_an_error_in_mid_answer_is_sorted_by_its_type(kind, failure):
    with pytest.raises(failure):
        heard(START, {"type": "error", "error": {"type": kind, "message": "Overloaded"}})


def test_an_error_that_is_not_json_is_still_an_error():
    with pytest.raises(ServerFailed):
        Hearing("claude-x").feed("error", "upstream died")
