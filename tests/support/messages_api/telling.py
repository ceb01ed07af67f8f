"""One answer, told event by event, or handed over whole."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.messages_api.checks import Asked
from tests.support.messages_api.fields import Json
from tests.support.messages_api.history import signature
from tests.support.messages_api.params import display, thinks
from tests.support.messages_api.received import Received
from tests.support.messages_api.usage import PromptCache, text_tokens
from tests.support.messages_api.wire import Outlet, as_json

THOUGHT = "The pictures are looked at one after the other, then the question is read again."
PING = {"type": "ping"}
PIECE = re.compile(r"\S+\s*|\s+")


def words_of(text: str) -> list[str]:
    """The text in words, each with the blank that follows it: joined they are the text."""
    return PIECE.findall(text)


def frame(event: Mapping[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event["type"].encode(), as_json(dict(event)))


async def beats(count: int, per_second: float | None) -> AsyncIterator[int]:
    """Count, evenly in time when ``per_second`` is given; a late beat does not delay the next."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    for number in range(count):
        if per_second and (early := begun + number / per_second - clock()) > 0:
            await asyncio.sleep(early)
        yield number


@dataclass
class Exchange:
    """A request to answer, and the connection to answer on."""

    asked: Asked
    received: Received
    headers: dict[str, str]
    cache: PromptCache
    _charged: Json | None = None

    @property
    def outlet(self) -> Outlet:
        return self.received.outlet

    def charged(self) -> Json:
        """The input half of the usage. Only an answer that begins fills the prompt cache."""
        if self._charged is None:
            self._charged = self.cache.charge(self.asked.prompt)
        return self._charged

    def message(self, content: list[Json], usage: Json | None, **more: Any) -> Json:
        message = {
            "id": self.received.request_id.replace("req_", "msg_"),
            "type": "message",
            "role": "assistant",
            "model": self.asked.model.id,
            "content": content,
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
        }
        return message | ({} if usage is None else {"usage": usage}) | more

    def thinking_block(self) -> Json:
        body = self.asked.body
        shown = display(body, self.asked.model) == "summarized"
        signed = signature(body, body["messages"])
        return {"type": "thinking", "thinking": THOUGHT if shown else "", "signature": signed}

    async def hand_over(self, message: Json) -> None:
        """Answer without streaming."""
        headers = {**self.headers, "content-type": "application/json"}
        await self.outlet.respond(200, as_json(message), headers)


@dataclass
class Telling:
    """A streamed message; ``thinking`` overrides what the model would do, ``usage`` its costs."""

    exchange: Exchange
    thinking: bool | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    counted: bool = True
    tokens: int = 0
    thought: int = 0
    place: int = 0
    characters: int = 0

    def __post_init__(self) -> None:
        asked = self.exchange.asked
        if self.thinking is None:
            self.thinking = thinks(asked.body, asked.model)
        self.thought = text_tokens(THOUGHT) if self.thinking else 0

    def cost(self) -> Json | None:
        """Usage so far, cumulative."""
        if not self.counted:
            return None
        self.tokens = self.thought + -(-self.characters // 4)
        cost = {
            **self.exchange.charged(),
            "output_tokens": self.tokens,
            "output_tokens_details": {"thinking_tokens": self.thought},
        }
        self.exchange.received.usage = cost | dict(self.usage)
        return dict(self.exchange.received.usage)

    async def event(self, event: Mapping[str, Any]) -> None:
        await self.exchange.outlet.send(frame(event))

    async def raw(self, data: bytes) -> None:
        await self.exchange.outlet.send(data)

    async def headers(self) -> None:
        headers = {**self.exchange.headers, "content-type": "text/event-stream; charset=utf-8"}
        await self.exchange.outlet.open(200, headers | {"cache-control": "no-cache"})

    async def open(self) -> None:
        """Headers, ``message_start`` and, where the model thinks, the thinking block."""
        await self.headers()
        await self.start()
        if self.thinking:
            await self.think()

    async def start(self) -> None:
        usage = self.cost()
        if usage is not None:
            del usage["output_tokens_details"]
            usage |= {"output_tokens": 1, "service_tier": "standard"} | dict(self.usage)
        await self.event({"type": "message_start", "message": self.exchange.message([], usage)})

    async def think(self) -> None:
        block = self.exchange.thinking_block()
        await self.begin({"type": "thinking", "thinking": "", "signature": ""})
        for word in words_of(block["thinking"]):
            await self.delta({"type": "thinking_delta", "thinking": word})
        await self.delta({"type": "signature_delta", "signature": block["signature"]})
        await self.end_block()

    async def begin(self, block: Json) -> None:
        await self.event(
            {"type": "content_block_start", "index": self.place, "content_block": block}
        )
        await self.event(PING)

    async def begin_text(self) -> None:
        await self.begin({"type": "text", "text": ""})

    async def delta(self, delta: Json) -> None:
        event = {"type": "content_block_delta", "index": self.place, "delta": delta}
        await self.event(event)

    async def say(self, text: str) -> None:
        self.characters += len(text)
        await self.delta({"type": "text_delta", "text": text})

    async def say_all(self, pieces: Sequence[str], per_second: float | None = None) -> None:
        """Say one piece after the other, evenly spaced when ``per_second`` is given."""
        async for number in beats(len(pieces), per_second):
            await self.say(pieces[number])

    async def end_block(self) -> None:
        await self.event({"type": "content_block_stop", "index": self.place})
        self.place += 1

    async def finish(self, reason: str | None = "end_turn", **more: Any) -> None:
        """``message_delta``, ``message_stop`` and the end of the body."""
        await self.close(reason, **more)
        await self.exchange.outlet.end()

    async def close(self, reason: str | None, **more: Any) -> None:
        delta = {"stop_reason": reason, "stop_sequence": None, "stop_details": None} | more
        cost = self.cost()
        usage = {} if cost is None else {"usage": cost}
        await self.event({"type": "message_delta", "delta": delta, **usage})
        await self.event({"type": "message_stop"})
