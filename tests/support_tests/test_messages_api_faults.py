"""Each way for an answer to go wrong, as the real SDK meets it."""

import json

import anthropic
import httpx2
import pytest

from tests.support.messages_api import (
    NEW_VERSION,
    ODD_TEXT,
    Answer,
    BadUtf8,
    CannotProcess,
    CleanEnd,
    Cut,
    DeltasAfterStop,
    DuplicateMessageStart,
    EmptyBody,
    ErrorEvent,
    Garbled,
    Hang,
    HtmlWith200,
    HugeDelta,
    JsonWith200,
    MessagesApi,
    MissingRequestId,
    MissingUsage,
    NoStopReason,
    OneByteChunks,
    ResetBeforeHeaders,
    ShortSides,
    Stall,
    UnknownEvents,
)
from tests.support.messages_api.building import request
from tests.support.messages_api.faults import WORDS
from tests.support.messages_api.scripts import SCRIPTS

BEGINNING = "The bars rise from "
HEADERS = {"authorization": "Bearer sk-test", "anthropic-version": NEW_VERSION}


@pytest.fixture(scope="module")
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture
def claude(api):
    timeout = httpx2.Timeout(5, read=0.3)
    options = {"api_key": "sk-test", "base_url": api.url, "max_retries": 0}
    with anthropic.Anthropic(**options, timeout=timeout) as claude:
        yield claude


class Told:
    """What one stream said before it ended, and how."""

    def __init__(self, claude, most=None):
        self.text, self.events, self.error, self.message = "", [], None, None
        try:
            with claude.messages.stream(**request()) as stream:
                for event in stream:
                    self.events.append(event.type)
                    self.text += event.text if event.type == "text" else ""
                    if most and len(self.events) >= most:
                        return
                self.message = stream.get_final_message()
        except AssertionError as error:
            self.error = error
        except (anthropic.APIError, httpx2.HTTPError, ValueError, AttributeError) as error:
            self.error = error


@pytest.fixture
def told(api, claude):
    def told(fault):
        api.script(fault)
        return Told(claude)

    return told


def test_an_error_event_comes_after_the_200(told):
    end = told(ErrorEvent(type="api_error", message="Out of order"))
    assert end.text == BEGINNING
    assert (end.error.status_code, end.error.type) == (200, "api_error")


def test_a_cut_is_a_reset_in_the_middle_of_a_chunk(told, api):
    end = told(Cut(after_words=2))
    assert end.text == "The bars "
    assert isinstance(end.error, httpx2.ReadError | httpx2.RemoteProtocolError)
    assert not api.requests[-1].closed_by_client


def test_a_picture_that_cannot_be_processed_is_refused_without_a_word_on_which(told, api):
    end = told(CannotProcess((64, 48)))
    assert (end.error.status_code, end.error.api_message) == (400, "Could not process image")
    assert end.error.details is None
    assert not api.refusals
    assert told(CannotProcess((48, 64))).message.stop_reason == "end_turn"


def test_sides_that_are_too_long_are_refused_with_their_places(told):
    end = told(ShortSides(63))
    assert end.error.error_code == "image_dimensions_too_large"
    assert end.error.details.max_side_length_pixels == 63
    assert end.error.details.paths == ["messages.0.content.0"]
    assert told(ShortSides(64)).message.stop_reason == "end_turn"


def test_a_reset_before_headers_is_a_lost_connection(told):
    assert isinstance(told(ResetBeforeHeaders()).error, anthropic.APIConnectionError)


@pytest.mark.parametrize("fault", [CleanEnd(), NoStopReason()])
def test_an_end_that_is_none_raises_nothing(told, fault):
    end = told(fault)
    assert end.text == BEGINNING
    assert end.error is None
    assert end.message.stop_reason is None
    assert ("message_stop" in end.events) is isinstance(fault, NoStopReason)


def test_a_hang_times_out_before_any_header(told, api):
    end = told(Hang())
    assert isinstance(end.error, anthropic.APITimeoutError)
    assert api.requests[-1].wait_until_closed_by_client(5)
    assert api.requests[-1].status == 0


def test_a_stall_is_silent_after_some_words(told, api):
    end = told(Stall())
    assert end.text == BEGINNING
    assert isinstance(end.error, httpx2.ReadTimeout)
    assert api.requests[-1].wait_until_closed_by_client(5)


def test_endless_pings_keep_a_dead_answer_alive(api):
    api.script(Stall(pings_every=0.05))
    pings = 0
    timeout = httpx2.Timeout(5, read=0.3)
    with (
        httpx2.Client(headers=HEADERS, timeout=timeout) as http,
        http.stream("POST", f"{api.url}/v1/messages", json=request(stream=True)) as answer,
    ):
        for line in answer.iter_lines():
            pings += line == "event: ping"
            if pings == 10:  # 0.5 s, longer than the read timeout
                break
    assert pings == 10
    assert api.requests[-1].wait_until_closed_by_client(5)


def test_garbled_json_cannot_be_read(told):
    end = told(Garbled())
    assert end.text == BEGINNING
    assert isinstance(end.error, json.JSONDecodeError)


def test_bad_utf8_cannot_be_read(told):
    assert isinstance(told(BadUtf8()).error, UnicodeDecodeError)


@pytest.mark.parametrize("fault", [HtmlWith200(), JsonWith200(), EmptyBody()])
def test_a_200_that_is_no_answer_holds_no_message(told, fault):
    end = told(fault)
    assert end.events == []
    assert isinstance(end.error, AssertionError)


@pytest.mark.parametrize("fault", [UnknownEvents(), OneByteChunks(), MissingRequestId(WORDS)])
def test_odd_streams_are_whole_answers(told, fault):
    end = told(fault)
    assert end.error is None
    assert end.text == WORDS
    assert end.message.stop_reason == "end_turn"


def test_an_unknown_event_is_passed_on(told):
    assert "weather_report" in told(UnknownEvents()).events


def test_one_byte_chunks_come_byte_by_byte(api):
    api.script(OneByteChunks())
    with httpx2.stream(
        "POST", f"{api.url}/v1/messages", json=request(stream=True), headers=HEADERS
    ) as answer:
        assert max(len(chunk) for chunk in answer.iter_raw(1)) == 1
        assert answer.num_bytes_downloaded > 1000


def test_a_request_id_can_be_missing(api, claude):
    api.script(MissingRequestId())
    assert "request-id" not in claude.messages.with_raw_response.create(**request()).headers


def test_usage_can_be_missing(told, api):
    assert isinstance(told(MissingUsage()).error, AttributeError)  # the SDK counts on it
    api.script(MissingUsage())
    answer = httpx2.post(f"{api.url}/v1/messages", json=request(stream=True), headers=HEADERS)
    assert "usage" not in answer.text
    assert "message_stop" in answer.text


def test_a_second_message_start_comes_in_the_middle(api):
    api.script(DuplicateMessageStart())
    answer = httpx2.post(f"{api.url}/v1/messages", json=request(stream=True), headers=HEADERS)
    assert answer.text.count("event: message_start") == 2
    assert answer.text.rstrip().endswith('{"type": "message_stop"}')


def test_deltas_come_after_the_stop(told):
    end = told(DeltasAfterStop(extra="GHOST"))
    assert end.events.index("message_stop") < len(end.events) - 1
    assert end.text == f"{WORDS}GHOST"


def test_a_huge_delta_comes_in_one_piece(told):
    end = told(HugeDelta(size=1_000_000))
    assert len(end.text) == len(WORDS) + 1_000_001
    assert end.message.stop_reason == "end_turn"


def test_odd_characters_arrive_as_they_are(told):
    assert told(Answer(ODD_TEXT)).text == ODD_TEXT


def test_stream_faults_say_so_when_asked_without_stream(api, claude):
    api.script(Cut())
    with pytest.raises(anthropic.InternalServerError, match="Cut needs stream: true"):
        claude.messages.create(**request())


@pytest.mark.parametrize("name", sorted(set(SCRIPTS) - {"stuck"}))
def test_every_named_script_can_be_played(claude, api, name):
    api.script(*SCRIPTS[name])
    for behaviour in SCRIPTS[name]:
        Told(claude)
        assert api.requests[-1].wait_until_settled(5)
        assert api.requests[-1].played is behaviour
