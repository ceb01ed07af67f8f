"""The ASGI application: a body cap, then event streams, then Django."""

import asyncio
import signal
import warnings
from types import FrameType
from typing import cast

from django.core.handlers.asgi import ASGIHandler

import visionapp.config.ready  # noqa: F401 - before anything that imports models
from visionapp import preparation
from visionapp.config.parent import leave_with_parent
from visionapp.web.body_limit import BodyLimit
from visionapp.web.streams.endpoint import App, EventStreams, Receive, Scope, Send

# Static files are small: that Django reads each whole before it sends it does no harm.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous", Warning)

_streams = EventStreams(cast("App", ASGIHandler()))
_limited = BodyLimit(_streams)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or follow the server's own start and end."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await _limited(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Start what pictures are decoded in before the first one comes; end what was started."""
    await receive()
    leave_with_parent()
    _end_streams_on_signals()
    preparation.warm_up()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await _streams.close()
    await send({"type": "lifespan.shutdown.complete"})


def _end_streams_on_signals() -> None:
    """End open streams first when the server is told to stop, which waits for them otherwise."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        servers_own = signal.getsignal(number)

        def stop(number: int, frame: FrameType | None, servers_own: object = servers_own) -> None:
            loop.call_soon_threadsafe(_streams.end)
            if callable(servers_own):
                servers_own(number, frame)

        signal.signal(number, stop)
