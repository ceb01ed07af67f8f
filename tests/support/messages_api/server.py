"""The server: a thread with its own event loop, and the memory that tests read."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Collection
from typing import Self

from tests.support.messages_api.answers import Answer, Behaviour
from tests.support.messages_api.connections import Line, serve
from tests.support.messages_api.received import Received
from tests.support.messages_api.usage import PromptCache
from tests.support.messages_api.wire import Outlet, RawRequest

PATIENCE = 10.0


class MessagesApi:
    """A strict stand-in for the Messages API on a loopback port.

    ``requests`` are those for /v1/messages, refused ones too; ``all_requests`` are all. Scripted
    behaviours are used up by requests that pass the checks, in the order in which they come;
    afterwards ``default`` answers. All methods may be called from any thread; the waiting ones
    take seconds and say whether it happened.
    """

    def __init__(
        self,
        *,
        default: Behaviour | None = None,
        refused_keys: Collection[str] = (),
        port: int = 0,
    ) -> None:
        self.default: Behaviour = default or Answer()
        self.refused_keys: Collection[str] = set(refused_keys)
        self.cache = PromptCache()
        self.open_streams = 0
        self.most_open_streams = 0
        self._port = port
        self._received: list[Received] = []
        self._script: deque[Behaviour] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._broken: list[BaseException] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def all_requests(self) -> list[Received]:
        with self._changed:
            return list(self._received)

    @property
    def requests(self) -> list[Received]:
        return [one for one in self.all_requests if one.path == "/v1/messages"]

    @property
    def refusals(self) -> list[Received]:
        """Requests that broke a rule of the API: a sound client leaves this empty."""
        return [one for one in self.all_requests if one.refused]

    def script(self, *behaviours: Behaviour) -> Self:
        """Append behaviours for the next requests."""
        with self._changed:
            self._script.extend(behaviours)
        return self

    def wait_for_requests(self, count: int, timeout: float) -> bool:
        """True once so many requests for /v1/messages have come."""
        return self._wait(lambda: len(self.requests) >= count, timeout)

    def wait_for_open_streams(self, count: int, timeout: float) -> bool:
        """True once exactly so many answers are under way."""
        return self._wait(lambda: self.open_streams == count, timeout)

    def _wait(self, met: Callable[[], bool], timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(met, timeout)

    # Starting and stopping

    def start(self) -> Self:
        """Listen; after `stop`, again on the same port. Raises OSError when the port is taken."""
        if self._thread:
            return self
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(ready,), name="messages-api", daemon=True
        )
        self._thread.start()
        ready.wait(PATIENCE)
        if self._broken:
            self._thread = None
            raise self._broken.pop()
        return self

    def stop(self) -> None:
        """Cut what is open and stop listening; raise what broke in the fake itself."""
        if self._loop and self._stopping and self._thread:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
        self._loop = self._thread = None
        if self._broken:
            raise RuntimeError("the fake itself broke") from self._broken.pop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._listen(ready))
        except OSError as error:
            self._broken.append(error)
        finally:
            ready.set()

    async def _listen(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await self._loop.create_server(
            self._line, "127.0.0.1", self._port, reuse_address=True, backlog=1024
        )
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopping.wait()
        await self._close(server)

    async def _close(self, server: asyncio.Server) -> None:
        # asyncio loses sockets that it accepts while a server closes: stop accepting first,
        # and give those just accepted a few turns of the loop to become connections.
        for listener in server.sockets:
            asyncio.get_running_loop().remove_reader(listener.fileno())
        for _ in range(5):
            await asyncio.sleep(0)
        server.close()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await asyncio.sleep(0)

    def _line(self) -> Line:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(serve(self, line, reader, writer))
            self._lines.add(task)
            task.add_done_callback(lambda task: self._hung_up(task, writer))

        line = Line(asyncio.StreamReader(), connected)
        return line

    def _hung_up(self, task: "asyncio.Task[None]", writer: asyncio.StreamWriter) -> None:
        self._lines.discard(task)
        if task.cancelled():  # before it had begun, so it could not clear up itself
            writer.transport.abort()
        elif error := task.exception():
            self._broken.append(error)

    # What connections call, on the server's thread

    def remember(self, raw: RawRequest, outlet: Outlet) -> Received:
        with self._changed:
            received = Received(raw, f"req_{len(self._received) + 1:06d}", outlet)
            self._received.append(received)
            self._changed.notify_all()
        return received

    def next_behaviour(self) -> Behaviour:
        with self._changed:
            return self._script.popleft() if self._script else self.default

    def begin(self) -> None:
        with self._changed:
            self.open_streams += 1
            self.most_open_streams = max(self.most_open_streams, self.open_streams)
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self.open_streams -= 1
            self._changed.notify_all()
