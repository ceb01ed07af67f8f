"""Behaviours that the API promises: answers, refusals, errors, and answers held by the test."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.support.messages_api.checks import Asked
from tests.support.messages_api.errors import ApiError
from tests.support.messages_api.params import output_format
from tests.support.messages_api.schemas import example_text
from tests.support.messages_api.telling import Exchange, Telling, beats, words_of


class Behaviour(Protocol):
    async def play(self, exchange: Exchange) -> None:
        """Answer one request; cancelled when the client goes away."""


def described(asked: Asked) -> str:
    """A deterministic answer: Markdown that names the pictures, or JSON where a schema is set."""
    if wanted := output_format(asked.body):
        return example_text(wanted["schema"])
    lines = [
        f"{number}. {image.media_type or image.url}, {image.width} x {image.height} pixels"
        for number, image in enumerate(asked.images, start=1)
    ]
    count = f"{len(lines)} picture{'' if len(lines) == 1 else 's'}"
    turns = len(asked.body["messages"])
    return "\n".join([f"**{count}** came with this question, message {turns}.", "", *lines])


@dataclass(frozen=True)
class Answer:
    """A whole answer. What is left out is as the model would do it.

    ``chunks`` are the exact deltas; ``words_per_second`` paces words (none: as fast as can be);
    ``usage`` overrides single counts; ``explanation`` and ``category`` go with a refusal.
    Without a ``stop_reason`` the text is cut at ``max_tokens`` and at stop sequences.
    """

    text: str | Callable[[Asked], str] = described
    words_per_second: float | None = None
    chunks: Sequence[str] = ()
    stop_reason: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    thinking: bool | None = None
    explanation: str | None = None
    category: str | None = None

    async def play(self, exchange: Exchange) -> None:
        telling = Telling(exchange, self.thinking, self.usage)
        ending = self.ending(telling)
        if not exchange.asked.stream:
            await self.hand_over(telling, ending)
            return
        await telling.open()
        await self.tell(telling, ending)
        await telling.finish(ending.reason, **ending.more)

    async def tell(self, telling: Telling, ending: "Ending") -> None:
        if ending.pieces:
            await telling.begin_text()
            await telling.say_all(ending.pieces, self.words_per_second)
            await telling.end_block()

    async def hand_over(self, telling: Telling, ending: "Ending") -> None:
        if self.words_per_second:
            await asyncio.sleep(len(ending.pieces) / self.words_per_second)
        exchange, text = telling.exchange, "".join(ending.pieces)
        blocks = [exchange.thinking_block()] if telling.thinking and ending.thought else []
        blocks += [{"type": "text", "text": text}] if text else []
        telling.characters = len(text)
        stop = {"stop_reason": ending.reason, **ending.more}
        await exchange.hand_over(exchange.message(blocks, telling.cost(), **stop))

    def ending(self, telling: Telling) -> "Ending":
        asked = telling.exchange.asked
        if asked.body["max_tokens"] == 0:
            telling.thought = 0
            return Ending([], "max_tokens", thought=False)
        text = "".join(self.chunks) or (
            self.text if isinstance(self.text, str) else self.text(asked)
        )
        if self.stop_reason:
            details = {"type": "refusal", "category": self.category}
            details["explanation"] = self.explanation
            more = {"stop_details": details} if self.stop_reason == "refusal" else {}
            return Ending(list(self.chunks) or words_of(text), self.stop_reason, more)
        kept, reason, more = cut(text, asked, telling.thought)
        pieces = list(self.chunks) if kept == text and self.chunks else words_of(kept)
        return Ending(pieces, reason, more)


@dataclass(frozen=True)
class Ending:
    pieces: list[str]
    reason: str
    more: Mapping[str, Any] = field(default_factory=dict)
    thought: bool = True


def cut(text: str, asked: Asked, thought: int) -> tuple[str, str, dict[str, Any]]:
    """What may be said of a text: up to the first stop sequence, within ``max_tokens``."""
    reason, more = "end_turn", {}
    for sequence in asked.body.get("stop_sequences") or []:
        if sequence in text:
            text = text.partition(sequence)[0]
            reason, more = "stop_sequence", {"stop_sequence": sequence}
    room = max(0, asked.body["max_tokens"] - thought) * 4
    return (text, reason, more) if len(text) <= room else (text[:room], "max_tokens", {})


@dataclass(frozen=True)
class Refusal:
    """The model declines, with HTTP 200; ``before`` is what it had said until then."""

    explanation: str | None = "This request may go against the usage policy."
    category: str | None = None
    before: str = ""

    async def play(self, exchange: Exchange) -> None:
        # Declined before anything was produced: nothing was thought either.
        silent = {} if self.before else {"output_tokens": 0}
        answer = Answer(
            self.before,
            stop_reason="refusal",
            thinking=None if self.before else False,
            explanation=self.explanation,
            category=self.category,
            usage=silent,
        )
        await answer.play(exchange)


@dataclass(frozen=True)
class HttpError:
    """An error instead of an answer; without ``type`` and ``message``, the status's usual ones."""

    status: int
    type: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    html: bool = False
    error_code: str = ""

    async def play(self, exchange: Exchange) -> None:
        details = {"error_code": self.error_code} if self.error_code else None
        raise ApiError(
            self.status, self.message, self.type, details, self.html, dict(self.headers)
        )


@dataclass(frozen=True)
class Timestamps:
    """Words that are the moment they were sent, by ``clock`` in nanoseconds, for latency."""

    words: int = 400
    words_per_second: float | None = 40.0
    clock: Callable[[], int] = time.time_ns

    async def play(self, exchange: Exchange) -> None:
        if not exchange.asked.stream:
            raise ApiError(500, "Timestamps need stream: true")
        telling = Telling(exchange, thinking=False)
        await telling.open()
        await telling.begin_text()
        async for _ in beats(self.words, self.words_per_second):
            await telling.say(f"{self.clock()} ")
        await telling.end_block()
        await telling.finish()


class Held:
    """An answer whose words wait for the test: `release` some, `finish` them all.

    One for each request. Waiting calls take seconds and say whether it happened.
    """

    def __init__(self, text: str, *, thinking: bool | None = False) -> None:
        self.words = words_of(text)
        self._thinking = thinking
        self._changed = threading.Condition()
        self._allowed = 0  # words that may be said; one more than there are allows the end
        self._exchange: Exchange | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()

    def release(self, words: int = 1) -> None:
        with self._changed:
            self._allowed = min(self._allowed + words, len(self.words))
        self._call()

    def finish(self) -> None:
        with self._changed:
            self._allowed = len(self.words) + 1
        self._call()

    def wait_until_open(self, timeout: float) -> bool:
        """True once the stream has begun (its first events are on the way)."""
        with self._changed:
            return self._changed.wait_for(lambda: self._exchange is not None, timeout)

    def wait_until_closed_by_client(self, timeout: float) -> bool:
        until = time.monotonic() + timeout
        if not self.wait_until_open(timeout) or self._exchange is None:
            return False
        return self._exchange.received.wait_until_closed_by_client(until - time.monotonic())

    def _call(self) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def play(self, exchange: Exchange) -> None:
        telling = Telling(exchange, self._thinking)
        if exchange.asked.stream:
            await telling.open()
            await telling.begin_text()
        self._begin(exchange)
        for number, word in enumerate(self.words, start=1):
            await self._leave(number)
            if exchange.asked.stream:
                await telling.say(word)
        await self._leave(len(self.words) + 1)
        await self._end(telling)

    def _begin(self, exchange: Exchange) -> None:
        self._loop = asyncio.get_running_loop()
        with self._changed:
            self._exchange = exchange
            self._changed.notify_all()

    async def _leave(self, wanted: int) -> None:
        while self._allowed < wanted:
            await self._wake.wait()
            self._wake.clear()

    async def _end(self, telling: Telling) -> None:
        if telling.exchange.asked.stream:
            await telling.end_block()
            await telling.finish()
        else:
            await Answer("".join(self.words), thinking=self._thinking).play(telling.exchange)
