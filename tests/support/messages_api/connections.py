"""One connection at a time: read a request, check it, let a behaviour answer it."""

import asyncio
from collections.abc import Collection
from typing import Protocol

from tests.support.messages_api.answers import Behaviour
from tests.support.messages_api.checks import (
    MOST_BODY,
    Asked,
    check_headers,
    check_request,
    parsed,
)
from tests.support.messages_api.errors import ApiError
from tests.support.messages_api.fields import Json
from tests.support.messages_api.listing import one_model, page
from tests.support.messages_api.received import Received
from tests.support.messages_api.telling import Exchange
from tests.support.messages_api.usage import PromptCache
from tests.support.messages_api.wire import Outlet, RawRequest, as_json, read_request

ORGANISATION = "00000000-0000-4000-8000-000000000000"
KNOWN = ("/v1/messages", "/v1/messages/count_tokens", "/v1/models")


class Memory(Protocol):
    """What connections need of the api they belong to."""

    cache: PromptCache
    refused_keys: Collection[str]

    def remember(self, raw: RawRequest, outlet: Outlet) -> Received: ...
    def next_behaviour(self) -> Behaviour: ...
    def begin(self) -> None: ...
    def end(self) -> None: ...


class Line(asyncio.StreamReaderProtocol):
    """A connection that stops its answer as soon as the client goes away."""

    task: "asyncio.Task[None] | None" = None
    received: Received | None = None

    def eof_received(self) -> bool | None:
        self._gone()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()
        super().connection_lost(exc)

    def _gone(self) -> None:
        if self.task and self.received and not self.received.outlet.ended:
            self.received.abandon()
            self.task.cancel()


async def serve(
    memory: Memory, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer the requests of one connection until it ends."""
    line.task = asyncio.current_task()
    try:
        while raw := await read_request(reader, writer, MOST_BODY):
            line.received = memory.remember(raw, Outlet(writer))
            await answer(memory, line.received)
            if raw.headers.get("connection", "").lower() == "close":
                break
        await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        # The client has gone, or the server stops: what is still unsent stays so.
        writer.transport.abort()
    finally:
        writer.close()


async def answer(memory: Memory, received: Received) -> None:
    headers = response_headers(received.request_id)
    try:
        await route(memory, received, headers)
    except ApiError as error:
        if received.played is None:
            received.refused = error
        await refuse(error, received, headers)
    except ConnectionError:
        received.abandon()
        raise
    finally:
        received.settle()


async def route(memory: Memory, received: Received, headers: dict[str, str]) -> None:
    raw, path = received.raw, received.path
    if raw.size > MOST_BODY:
        raise ApiError(413, html=True)
    key, version = check_headers(raw.headers, memory.refused_keys)
    if (raw.method, path) == ("POST", "/v1/messages"):
        asked = await checked(received, version, key)
        await play(memory, asked, received, headers)
    elif (raw.method, path) == ("POST", "/v1/messages/count_tokens"):
        asked = await checked(received, version, key, counting=True)
        await hand_over(received, headers, {"input_tokens": asked.prompt.tokens})
    elif raw.method == "GET" and path == "/v1/models":
        await hand_over(received, headers, page(raw.target.partition("?")[2]))
    elif raw.method == "GET" and path.startswith("/v1/models/"):
        await hand_over(received, headers, one_model(path.removeprefix("/v1/models/")))
    else:
        raise ApiError(405, "Method Not Allowed") if path in KNOWN else ApiError(404)


async def checked(received: Received, version: str, key: str, *, counting: bool = False) -> Asked:
    """Check beside the event loop: pictures are decoded, and other streams must go on."""
    sent = await asyncio.to_thread(parsed, received.raw.body)
    if isinstance(sent, dict):
        received.json = sent
    asked = await asyncio.to_thread(check_request, sent, version, key, counting=counting)
    received.images = asked.images
    return asked


async def play(memory: Memory, asked: Asked, received: Received, headers: dict[str, str]) -> None:
    behaviour = memory.next_behaviour()
    received.played = behaviour
    memory.begin()
    try:
        await behaviour.play(Exchange(asked, received, headers, memory.cache))
    finally:
        memory.end()


def response_headers(request_id: str) -> dict[str, str]:
    limits = {
        f"anthropic-ratelimit-{name}-{word}": value
        for name in ("requests", "tokens", "input-tokens", "output-tokens")
        for word, value in (("limit", "1000000"), ("remaining", "999999"))
    }
    return {"request-id": request_id, "anthropic-organization-id": ORGANISATION, **limits}


async def hand_over(received: Received, headers: dict[str, str], value: Json) -> None:
    await received.outlet.respond(
        200, as_json(value), headers | {"content-type": "application/json"}
    )


async def refuse(error: ApiError, received: Received, headers: dict[str, str]) -> None:
    if error.html:  # from the edge, which knows no request ids
        own = {"content-type": "text/html; charset=UTF-8", "server": "cloudflare"}
        body = error.page().encode()
    else:
        own = headers | {"content-type": "application/json"}
        body = as_json(error.body(received.request_id))
    await received.outlet.respond(error.status, body, own | error.headers)
