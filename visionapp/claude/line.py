"""The line to the server, which another thread can cut while its own thread waits."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from threading import Lock
from typing import Any

import httpx2

EXTENSION = "visionapp.line"
"""Where a transport finds the line of a request, to add its own way of being cut."""

OPENED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")
"""The events of httpx2's ``trace`` extension that tell of a new socket, from the innermost on."""

_current: ContextVar["Line | None"] = ContextVar("line", default=None)


class Line:
    """One request's way to the server. All methods may be called from any thread."""

    def __init__(self) -> None:
        self.is_cut = False
        self._lock = Lock()
        self._hang_up: Callable[[], None] | None = None

    def cut(self) -> None:
        """Wake the thread that waits, with an error or an early end, and close the connection.

        Name lookup, connecting and the TLS handshake are not woken: they end with the connect
        timeout, and nothing is sent after them.
        """
        with self._lock:
            self.is_cut = True
            if self._hang_up is not None:
                self._hang_up()

    def attach(self, hang_up: Callable[[], None]) -> None:
        """Say how to hang up from now on; done at once if the line is cut already."""
        with self._lock:
            self._hang_up = hang_up
            if self.is_cut:
                hang_up()

    def release(self) -> None:
        """Forget how to hang up: the connection is closed or belongs to another request."""
        with self._lock:
            self._hang_up = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn the socket, as httpx2's ``trace`` extension."""
        if event.endswith(OPENED):
            self.attach(partial(_shut_down, info["return_value"].get_extra_info("socket")))


@contextmanager
def requests_of(line: Line) -> Iterator[None]:
    """Make :func:`watch` find this line for the requests of this thread."""
    token = _current.set(line)
    try:
        yield
    finally:
        _current.reset(token)


def watch(request: httpx2.Request) -> None:
    """Tie a request to its line; an event hook of the HTTP client."""
    line = _current.get()
    if line is not None:
        request.extensions = {**request.extensions, "trace": line.trace, EXTENSION: line}


def _shut_down(sock: socket.socket) -> None:
    # The plain socket's method: an SSL socket's also takes the TLS state from under the reader.
    # A socket that is closed already is as good as cut.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
