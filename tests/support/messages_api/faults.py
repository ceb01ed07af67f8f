"""Behaviours that nobody promises: every way for an answer to go wrong, one class each.

All of them but `Hang`, `ResetBeforeHeaders`, `HtmlWith200`, `EmptyBody`, `MissingRequestId`,
`CannotProcess` and `ShortSides` are about streams and answer a request without ``stream`` with a
500 that says so.
"""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from tests.support.messages_api.answers import Answer
from tests.support.messages_api.errors import ApiError, invalid
from tests.support.messages_api.pictures import UNREADABLE, sides_too_long
from tests.support.messages_api.telling import PING, Exchange, Telling, frame, words_of

WORDS = "The bars rise from left to right, and the last one is the tallest of all."
# NUL, a bidi override, a lone surrogate, a noncharacter, an emoji joined from several.
ODD_TEXT = "nul \x00 bidi \u202e lone \ud800 non \uffff family \U0001f469\u200d\U0001f467 end"
FOREVER = 24 * 3600.0


@dataclass(frozen=True)
class Fault(ABC):
    """Says the first ``after_words`` of ``text``, and then goes wrong."""

    text: str = WORDS
    after_words: int = 4
    thinking: bool | None = None

    async def play(self, exchange: Exchange) -> None:
        if not exchange.asked.stream:
            raise ApiError(500, f"{type(self).__name__} needs stream: true")
        telling = Telling(exchange, self.thinking)
        await self.begin(telling)
        await telling.say_all(words_of(self.text)[: self.after_words])
        await self.go_wrong(telling)

    async def begin(self, telling: Telling) -> None:
        await telling.open()
        await telling.begin_text()

    @abstractmethod
    async def go_wrong(self, telling: Telling) -> None:
        """Break the answer off, each fault in its way."""

    async def rest(self, telling: Telling) -> None:
        """The remaining words and a proper end."""
        await telling.say_all(words_of(self.text)[self.after_words :])
        await telling.end_block()
        await telling.finish()


@dataclass(frozen=True)
class ErrorEvent(Fault):
    """An ``error`` event after HTTP 200."""

    type: str = "overloaded_error"
    message: str = "Overloaded"

    async def go_wrong(self, telling: Telling) -> None:
        error = {"type": self.type, "message": self.message}
        await telling.event({"type": "error", "error": error})
        await telling.exchange.outlet.end()


class Cut(Fault):
    """The connection is reset (RST) in the middle of a chunk."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.exchange.outlet.reset(b"event: content_block_delta\ndata: {")


class CleanEnd(Fault):
    """The body ends properly, the message does not: no ``message_stop``."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.exchange.outlet.end()


class NoStopReason(Fault):
    """All events come, but ``stop_reason`` stays null."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.end_block()
        await telling.finish(None)


@dataclass(frozen=True)
class Stall(Fault):
    """Nothing more comes, or endless pings, ``pings_every`` so many seconds."""

    pings_every: float | None = None

    async def go_wrong(self, telling: Telling) -> None:
        while True:
            await asyncio.sleep(self.pings_every or FOREVER)
            await telling.event(PING)


class Garbled(Fault):
    """An event whose JSON breaks off; the rest is as it should be."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.raw(b'event: content_block_delta\ndata: {"type":"content_block_del\n\n')
        await self.rest(telling)


class BadUtf8(Fault):
    """A delta with bytes that are no UTF-8."""

    async def go_wrong(self, telling: Telling) -> None:
        delta = {"type": "text_delta", "text": "caf@"}
        event = {"type": "content_block_delta", "index": telling.place, "delta": delta}
        await telling.raw(frame(event).replace(b"@", b"\xe9\xff "))
        await self.rest(telling)


class UnknownEvents(Fault):
    """Events of kinds that do not exist yet; the answer is whole."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.event({"type": "weather_report", "sky": "clear"})
        await telling.raw(b"event: beacon\ndata: \n\n")
        await telling.raw(b": a comment\n\n")
        await self.rest(telling)


class DuplicateMessageStart(Fault):
    """A second ``message_start`` in the middle; the rest is as it should be."""

    async def go_wrong(self, telling: Telling) -> None:
        await telling.start()
        await self.rest(telling)


@dataclass(frozen=True)
class DeltasAfterStop(Fault):
    """A whole answer, and then words that belong to nothing."""

    extra: str = "GHOST"

    async def go_wrong(self, telling: Telling) -> None:
        await telling.say_all(words_of(self.text)[self.after_words :])
        await telling.end_block()
        await telling.close("end_turn")
        delta = {"type": "text_delta", "text": self.extra}
        place = telling.place - 1
        await telling.event({"type": "content_block_delta", "index": place, "delta": delta})
        await telling.exchange.outlet.end()


@dataclass(frozen=True)
class HugeDelta(Fault):
    """One delta of ``size`` characters, then the rest."""

    size: int = 1_000_000

    async def go_wrong(self, telling: Telling) -> None:
        await telling.say("x" * self.size + " ")
        await self.rest(telling)


class OneByteChunks(Fault):
    """A whole answer, sent byte by byte."""

    async def play(self, exchange: Exchange) -> None:
        exchange.outlet.one_by_one = True
        await super().play(exchange)

    async def go_wrong(self, telling: Telling) -> None:
        await self.rest(telling)


class MissingUsage(Fault):
    """A whole answer without any ``usage``, as some other servers send it."""

    async def begin(self, telling: Telling) -> None:
        telling.counted = False
        await super().begin(telling)

    async def go_wrong(self, telling: Telling) -> None:
        await self.rest(telling)


@dataclass(frozen=True)
class MissingRequestId(Answer):
    """A whole answer without a ``request-id`` header."""

    async def play(self, exchange: Exchange) -> None:
        del exchange.headers["request-id"]
        await super().play(exchange)


class Hang:
    """Takes the request and never answers: no headers, no end."""

    async def play(self, exchange: Exchange) -> None:
        await asyncio.sleep(FOREVER)


class ResetBeforeHeaders:
    """The connection is reset before a single byte of the answer."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.outlet.reset()


@dataclass(frozen=True)
class CannotProcess:
    """Refuses requests with a picture of this size, without a word on which; answers others."""

    size: tuple[int, int]

    async def play(self, exchange: Exchange) -> None:
        if any(image.size == self.size for image in exchange.asked.images):
            raise invalid(UNREADABLE)
        await Answer().play(exchange)


@dataclass(frozen=True)
class ShortSides:
    """Takes no picture with more pixels a side than ``most``, and says which are too long."""

    most: int

    async def play(self, exchange: Exchange) -> None:
        images = exchange.asked.images
        if too_long := [image.path for image in images if max(image.size) > self.most]:
            raise sides_too_long(too_long, self.most)
        await Answer().play(exchange)


class Body200:
    """HTTP 200 with a body that is no answer."""

    media_type: ClassVar[str]
    body: ClassVar[bytes]

    async def play(self, exchange: Exchange) -> None:
        headers = {**exchange.headers, "content-type": self.media_type}
        await exchange.outlet.respond(200, self.body, headers)


class HtmlWith200(Body200):
    """A page in place of the answer, as captive portals and proxies send."""

    media_type = "text/html; charset=utf-8"
    body = b"<!doctype html><html><body><h1>Please sign in</h1></body></html>"


class JsonWith200(Body200):
    """JSON that is no message."""

    media_type = "application/json"
    body = b'{"status": "ok"}'


class EmptyBody(Body200):
    """An event stream in which nothing comes."""

    media_type = "text/event-stream; charset=utf-8"
    body = b""
