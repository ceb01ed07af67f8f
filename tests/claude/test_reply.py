"""Answers over a real connection: whole, broken in every way, and hung up on."""

import json
import socket
import threading
from contextlib import contextmanager
from time import monotonic

import pytest

from tests.support.raw_server import raw_server, read_request
from visionapp.catalogue import cards
from visionapp.claude import failures
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.content import Message, TextPart
from visionapp.reply import Usage

START = {"type": "message_start", "message": {"usage": {"input_tokens": 31, "output_tokens": 1}}}
END = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"output_tokens": 7},
}
STOP = {"type": "message_stop"}
STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_7\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"


def delta(text):
    return {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": text},
    }


def frame(event):
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def stream(*events):
    return STREAM + b"".join(chunk(frame(event)) for event in events)


def response(status, body, content_type="application/json", extra=b""):
    head = (
        f"HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n"
    )
    return head.encode() + extra + b"\r\n" + body


def saying(data):
    def say(connection):
        read_request(connection)
        connection.sendall(data)

    return say


def hanging(data, wait):
    """Say this much, then nothing; note what the other end does."""
    closed = threading.Event()

    def say(connection):
        read_request(connection)
        connection.sendall(data)
        wait.set()
        connection.settimeout(5)
        if connection.recv(1) == b"":
            closed.set()

    say.closed = closed
    return say


def question(**changes):
    card = changes.pop("model", cards.unknown("llava"))
    return ReplyRequest(card, (Message("user", (TextPart("Why?"),)),), 1000, **changes)


@contextmanager
def reply_to(say, **changes):
    with raw_server(say) as url:
        claude = Claude.from_environment("secret-key", url)
        with claude.reply(question(**changes)) as reply:
            yield reply
        claude.close()


def failure_from(data):
    with reply_to(saying(data)) as reply, pytest.raises(failures.VisionError) as caught:
        list(reply)
    return caught.value


def test_a_whole_answer_ends_with_its_outcome():
    with reply_to(saying(stream(START, delta("Sales "), delta("rose."), END, STOP))) as reply:
        assert list(reply) == ["Sales ", "rose."]
        outcome = reply.outcome
    assert (outcome.stop_reason, outcome.request_id) == ("end_turn", "req_7")
    assert outcome.usage == Usage(input_tokens=31, output_tokens=7)


def test_each_piece_arrives_before_the_next_is_sent():
    heard = threading.Event()

    def say(connection):
        read_request(connection)
        connection.sendall(stream(START, delta("Sales ")))
        assert heard.wait(5)
        connection.sendall(b"".join(chunk(frame(e)) for e in (delta("rose."), END, STOP)))

    with reply_to(say) as reply:
        pieces = iter(reply)
        assert next(pieces) == "Sales "
        heard.set()
        assert list(pieces) == ["rose."]


def test_nothing_after_the_end_belongs_to_the_answer():
    with reply_to(saying(stream(START, delta("Yes."), END, STOP, delta(" No!"), START))) as reply:
        assert list(reply) == ["Yes."]
        assert reply.outcome.stop_reason == "end_turn"


def test_frames_may_come_byte_by_byte():
    frames = b"".join(frame(event) for event in (START, delta("é 😀"), END, STOP))

    def say(connection):
        read_request(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(STREAM)
        for byte in frames:
            connection.sendall(chunk(bytes([byte])))

    with reply_to(say) as reply:
        assert "".join(reply) == "é 😀"


def test_pings_are_not_progress():
    with reply_to(saying(stream(START, delta("a"), {"type": "ping"}))) as reply:
        pieces = iter(reply)
        assert next(pieces) == "a"
        progressed_at = reply.progressed_at
        with pytest.raises(failures.Interrupted):
            next(pieces)
        assert reply.progressed_at == progressed_at


def test_a_beginning_that_was_given_is_part_of_the_answer():
    haiku = cards.find(cards.built_in(), "claude-haiku-4-5")
    say = saying(stream(START, delta(" they rose."), END, STOP))
    with reply_to(say, model=haiku, answer_prefix="Yes, ") as reply:
        assert "".join(reply) == "Yes, they rose."


BROKEN = {
    "cut off": (stream(START, delta("Sa")), "claude.interrupted"),
    "ended early": (stream(START, delta("Sa")) + LAST_CHUNK, "claude.interrupted"),
    "ended without a reason": (stream(START, STOP) + LAST_CHUNK, "claude.interrupted"),
    "ended without a stop": (stream(START, END) + LAST_CHUNK, "claude.interrupted"),
    "no events": (STREAM + LAST_CHUNK, "claude.interrupted"),
    "no answer": (b"", "claude.unreachable"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.9\r\n", "claude.unreachable"),
    "a page": (response(200, b"<html>Hello</html>", "text/html"), "claude.garbled"),
    "plain JSON": (response(200, b'{"type": "message"}'), "claude.garbled"),
    "bad JSON": (STREAM + chunk(b'event: message_start\ndata: {"ty\n\n'), "claude.garbled"),
    "bad UTF-8": (STREAM + chunk(b"event: x\ndata: \xff\xfe\n\n"), "claude.garbled"),
    "bad chunks": (STREAM + b"zz\r\n", "claude.interrupted"),
    "bad compression": (
        response(200, b"not gzip", "text/event-stream", b"content-encoding: gzip\r\n"),
        "claude.garbled",
    ),
    "two starts": (stream(START, START), "claude.interrupted"),
    "overloaded in mid-answer": (
        stream(START, delta("Sa"), {"type": "error", "error": {"type": "overloaded_error"}}),
        "claude.busy",
    ),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_answer_may_be_tried_again(data, code):
    failure = failure_from(data)
    assert (failure.code, failure.retryable) == (code, True)


def test_what_came_before_the_break_was_given():
    with reply_to(saying(stream(START, delta("Sa")))) as reply:
        pieces = iter(reply)
        assert next(pieces) == "Sa"
        with pytest.raises(failures.Interrupted):
            next(pieces)
        assert (reply.usage.input_tokens, reply.request_id) == (31, "req_7")
        with pytest.raises(failures.Interrupted):
            assert reply.outcome


def test_a_refused_request_keeps_its_id():
    data = response(401, b"{}", extra=b"request-id: req_9\r\n")
    with reply_to(saying(data)) as reply:
        with pytest.raises(failures.KeyInvalid):
            list(reply)
        assert reply.request_id == "req_9"


def test_a_server_that_is_not_there_is_unreachable():
    with raw_server(saying(b"")) as url:
        pass
    claude = Claude.from_environment("", url)
    with claude.reply(question()) as reply, pytest.raises(failures.Unreachable):
        list(reply)


@pytest.mark.parametrize("url", ["ftp://here", "here", "http://[", "http://x:99999"])
def test_an_address_that_makes_no_sense_is_unreachable(url):
    claude = Claude.from_environment("", url)
    with claude.reply(question()) as reply, pytest.raises(failures.Unreachable):
        list(reply)


@pytest.mark.parametrize(
    "data", [b"", STREAM, stream(START, delta("Sa"))], ids=["no answer", "no event", "a word"]
)
def test_hanging_up_wakes_the_reader_and_closes_the_connection(data):
    silent = threading.Event()
    say = hanging(data, silent)
    with reply_to(say) as reply:
        heard, ended = [], []

        def read():
            heard.extend(reply)
            ended.append(monotonic())

        reader = threading.Thread(target=read)
        reader.start()
        assert silent.wait(5)
        began = monotonic()
        reply.abort()
        reader.join(5)
        assert ended[0] - began < 0.5
        assert say.closed.wait(5)
    assert reply.is_aborted
    assert "".join(heard) in {"", "Sa"}


def test_a_reply_that_was_hung_up_on_before_it_began_sends_nothing():
    asked = []
    with reply_to(asked.append) as reply:
        reply.abort()
        assert list(reply) == []
    assert asked == []


def test_hanging_up_late_or_twice_does_no_harm():
    with reply_to(saying(stream(START, delta("Yes."), END, STOP))) as reply:
        assert list(reply) == ["Yes."]
        reply.abort()
        reply.abort()
        with pytest.raises(failures.Interrupted):
            assert reply.outcome


def test_leaving_early_closes_the_connection():
    silent = threading.Event()
    say = hanging(stream(START, delta("Sa")), silent)
    with reply_to(say) as reply:
        for _ in reply:
            break
    assert say.closed.wait(5)
