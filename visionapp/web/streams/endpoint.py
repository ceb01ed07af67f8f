"""The ASGI endpoint that streams what Django handed over; 2,000 open streams share one thread."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from visionapp.relay.hub import Hub
from visionapp.relay.log import Entry
from visionapp.web.streams import frames
from visionapp.web.streams.ending import remainder
from visionapp.web.streams.handover import HEADER, Stream

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Headers = list[tuple[bytes, bytes]]

MARK = HEADER.lower().encode()
LONGEST_SECONDS = 15 * 60
"""A stream then ends; who watches reconnects, and proves again who they are."""
HEAVY = 4096
"""Entries' text of this size is rendered in a thread, so that other streams do not wait."""


class EventStreams:
    """Wraps Django's application and takes over the answers that name a stream."""

    def __init__(self, app: App) -> None:
        """Take the application that decides who may watch."""
        self._app = app
        self._hub: Hub | None = None
        self._leaving = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, unless its answer hands a stream over."""
        taken: list[tuple[Stream, Message]] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                for pair in headers:
                    if pair[0].lower() == MARK:
                        message["headers"] = _streaming(headers)
                        taken.append((Stream.parse(pair[1].decode()), message))
            if not taken:
                await send(message)

        await self._app(scope, receive, watch)
        for stream, start in taken:
            await self._converse(stream, start, receive, send)

    def end(self) -> None:
        """End all streams, as the server is about to stop; their watchers connect again."""
        self._leaving.set()

    async def close(self) -> None:
        """Stop reading the relay."""
        if self._hub is not None:
            await self._hub.close()

    async def _converse(
        self, stream: Stream, start: Message, receive: Receive, send: Send
    ) -> None:
        """Stream until the turn ends, the watcher leaves, or the time is up."""
        talking = asyncio.create_task(self._talk(stream, start, send))
        gone = asyncio.create_task(_disconnected(receive))
        stopping = asyncio.create_task(self._leaving.wait())
        tasks = {talking, gone, stopping}
        try:
            await asyncio.wait(tasks, timeout=LONGEST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended = talking.done()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if ended:
            talking.result()
        elif not gone.cancelled():
            return
        await send({"type": "http.response.body", "body": b""})

    async def _talk(self, stream: Stream, start: Message, send: Send) -> None:
        framing = frames.Pieces(stream.after) if stream.form == "pieces" else frames.Events()
        first = True
        async with aclosing(self._entries(stream)) as batches:
            async for entries in batches:
                if first:
                    await send(start)
                    await _say(send, frames.OPENING)
                    first = False
                await _say(send, await _framed(framing, entries) or frames.HEARTBEAT)
        if first:
            # Nothing is left for this watcher: 204 tells a browser not to connect again.
            await send({**start, "status": 204, "headers": _empty(start["headers"])})

    async def _entries(self, stream: Stream) -> AsyncGenerator[Sequence[Entry], None]:
        """Yield what is to be said; nothing for silence."""
        hub = self._hub = self._hub or Hub()
        whole = stream.form == "pieces"
        if stream.settled:
            rest = await hub.in_thread(
                partial(remainder, stream.turn_id, stream.after, whole=whole)
            )
            if rest:
                yield rest
            return
        yield ()
        after = 0 if whole else stream.after
        async with aclosing(hub.follow(stream.turn_id, after)) as batches:
            async for entries in batches:
                yield entries
                after = entries[-1].position if entries else max(after, stream.after)
                if entries:
                    continue
                rest = await hub.in_thread(partial(remainder, stream.turn_id, after))
                if rest is not None:
                    yield rest
                    return


async def _framed(framing: frames.Framing, entries: Sequence[Entry]) -> bytes:
    size = sum(len(getattr(entry.event, "text", "")) for entry in entries)
    if size < HEAVY:
        return framing.frames(entries)
    return await asyncio.to_thread(framing.frames, entries)


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _empty(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() != b"content-type"]


def _streaming(headers: Headers) -> Headers:
    """Return the headers without the mark and the length of the body that Django did not send."""
    dropped = {MARK, b"content-length"}
    return [(name, value) for name, value in headers if name.lower() not in dropped]
