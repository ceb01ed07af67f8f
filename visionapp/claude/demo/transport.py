"""The demo on the wire: a transport that answers as the Messages API does, without a socket."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import httpx2

from visionapp.catalogue.cards import DEMO_MODEL, demo
from visionapp.claude.demo.answer import answer
from visionapp.claude.demo.asked import Asked, Picture, Refused, read_request, tokens_in
from visionapp.claude.demo.measure import Measure, Measured
from visionapp.claude.line import EXTENSION, Line
from visionapp.errors import VisionError

WORDS_PER_SECOND = 40.0
WORD = re.compile(r"\s*\S+|\s+")
REMEMBERED = 64
"""Pictures whose measures are kept: a conversation sends the same ones with every question."""


class DemoTransport(httpx2.BaseTransport):
    """Answers ``/v1/messages`` and ``/v1/models``; ``words_per_second`` is the pace of speech."""

    def __init__(self, *, measure: Measure | None, words_per_second: float) -> None:
        self._pause = 1 / words_per_second
        self._measure = measure
        self._measured: dict[bytes, Measured | None] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {"request-id": f"req_demo_{uuid4().hex[:16]}"}
        if request.url.path == "/v1/models":
            return httpx2.Response(200, headers=headers, json=_models())
        if request.url.path != "/v1/messages":
            return _refusal(Refused("Not found", status=404, kind="not_found_error"), headers)
        try:
            asked = read_request(request.read())
        except Refused as refused:
            return _refusal(refused, headers)
        speech = Speech(_events(asked, answer(asked, self._pixels)), self._pause)
        line = request.extensions.get(EXTENSION)
        if isinstance(line, Line):
            line.attach(speech.close)
        headers["content-type"] = "text/event-stream; charset=utf-8"
        return httpx2.Response(200, headers=headers, stream=speech)

    def _pixels(self, picture: Picture) -> Measured | None:
        if self._measure is None:
            return None
        digest = sha256(picture.data).digest()
        with self._lock:
            if digest in self._measured:
                return self._measured[digest]
        try:
            measured = self._measure(picture.data)
        except VisionError:
            return None
        with self._lock:
            if len(self._measured) >= REMEMBERED:
                self._measured.clear()
            self._measured[digest] = measured
        return measured


class Speech(httpx2.SyncByteStream):
    """Frames of an event stream at the pace of a reader; closing it wakes whoever waits."""

    def __init__(self, events: Iterator[dict[str, Any]], pause: float) -> None:
        self._events = events
        self._pause = pause
        self._is_closed = Event()

    def __iter__(self) -> Iterator[bytes]:
        for event in self._events:
            is_word = event["type"] == "content_block_delta"
            if self._is_closed.wait(self._pause if is_word else 0):
                raise httpx2.ReadError("The demo was hung up on.")
            yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()

    def close(self) -> None:
        self._is_closed.set()


def _events(asked: Asked, passages: Iterator[str]) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": _message(asked)}
    block = {"type": "text", "text": ""}
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    yield {"type": "ping"}
    spoken, stop_reason = 0, "end_turn"
    for word in _words(passages):
        if tokens_in(spoken + len(word)) > asked.max_tokens:
            stop_reason = "max_tokens"
            break
        spoken += len(word)
        delta = {"type": "text_delta", "text": word}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": None},
        "usage": {"output_tokens": tokens_in(spoken)},
    }
    yield {"type": "message_stop"}


def _words(passages: Iterator[str]) -> Iterator[str]:
    for passage in passages:
        yield from WORD.findall(passage)


def _message(asked: Asked) -> dict[str, Any]:
    return {
        "id": f"msg_demo_{uuid4().hex[:16]}",
        "type": "message",
        "role": "assistant",
        "model": DEMO_MODEL,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": asked.input_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
        },
    }


def _models() -> dict[str, Any]:
    card = demo()
    entry = {
        "type": "model",
        "id": card.id,
        "display_name": card.name,
        "created_at": "1970-01-01T00:00:00Z",
        "lifecycle": card.lifecycle,
        "max_input_tokens": card.context_window,
        "max_tokens": card.max_output,
    }
    return {"data": [entry], "first_id": card.id, "last_id": card.id, "has_more": False}


def _refusal(refused: Refused, headers: dict[str, str]) -> httpx2.Response:
    error = {"type": refused.kind, "message": refused.message}
    body = {"type": "error", "error": error, "request_id": headers["request-id"]}
    return httpx2.Response(refused.status, headers=headers, json=body)
