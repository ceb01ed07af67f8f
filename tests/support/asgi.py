"""Speaks to an ASGI application in this process, as a web server would for one client."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from django.core.handlers.asgi import ASGIHandler

from visionapp.web.body_limit import BodyLimit
from visionapp.web.streams.endpoint import EventStreams

SECONDS = 5


@dataclass(frozen=True)
class Event:
    """A server-sent event; ``id`` is empty where the server gave none."""

    id: str
    name: str
    data: Any


class Exchange:
    """One request and what has come back so far."""

    def __init__(self, scope: dict[str, Any], chunks: Iterable[bytes]) -> None:
        self.scope = scope
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.ended = False
        self.read = 0
        """Body messages that the application has taken."""
        self._coming = list(chunks)
        self._left = asyncio.Event()
        self._news = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self._coming:
            chunk = self._coming.pop(0)
            self.read += 1
            return {"type": "http.request", "body": chunk, "more_body": bool(self._coming)}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert not self.status, "a response starts once"
            self.status = message["status"]
            self.headers = {
                name.decode().lower(): value.decode() for name, value in message["headers"]
            }
        else:
            assert self.status, "a response starts before its body"
            assert not self.ended, "nothing comes after the end"
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        self._news.set()

    def leave(self) -> None:
        """Close the connection from the client's side."""
        self._left.set()

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until what has come back is enough."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                self._news.clear()
                await self._news.wait()

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        return json.loads(self.body)

    @property
    def events(self) -> list[Event]:
        """The events whose blank line has come."""
        blocks = self.body.decode().split("\n\n")[:-1]
        found = [_fields(block) for block in blocks]
        return [
            Event(each.get("id", ""), each["event"], json.loads(each["data"]))
            for each in found
            if "event" in each
        ]

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]

    @property
    def comments(self) -> int:
        return sum(line.startswith(b":") for line in self.body.split(b"\n"))


def _fields(block: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in block.split("\n") if not line.startswith(":"))
    return {name: value for name, _, value in lines}


class Server:
    """The whole stack below the web server: body cap, streams, Django."""

    def __init__(self) -> None:
        self.streams = EventStreams(ASGIHandler())
        self._app = BodyLimit(self.streams)

    @asynccontextmanager
    async def connect(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        chunks: Sequence[bytes] = (b"",),
        address: str = "127.0.0.1",
    ) -> AsyncIterator[Exchange]:
        """Send a request; on leaving, close the connection and wait until the server has ended."""
        exchange = Exchange(_scope(method, path, headers or {}, address), chunks)
        talking = asyncio.create_task(self._app(exchange.scope, exchange.receive, exchange.send))
        talking.add_done_callback(lambda _: exchange._news.set())
        try:
            yield exchange
        finally:
            exchange.leave()
            async with asyncio.timeout(SECONDS):
                await talking

    async def fetch(self, path: str, **request: Any) -> Exchange:
        """Send a request and return the whole answer."""
        async with self.connect(path, **request) as exchange:
            await exchange.until(lambda: exchange.ended)
        return exchange

    async def close(self) -> None:
        await self.streams.close()


def serving(conversation: Callable[[Server], Any]) -> Any:
    """Run a coroutine function with a server, in an event loop of its own."""

    async def run() -> Any:
        server = Server()
        try:
            return await conversation(server)
        finally:
            await server.close()

    return asyncio.run(run())


def _scope(method: str, path: str, headers: dict[str, str], address: str) -> dict[str, Any]:
    bare, _, query = path.partition("?")
    named = {"host": "127.0.0.1:8000"} | headers
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "client": (address, 50000),
        "server": ("127.0.0.1", 8000),
    }
