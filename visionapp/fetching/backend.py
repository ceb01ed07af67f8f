"""The network as fetching may use it: public addresses, ports of the web, one deadline.

A name is looked up once for each connection, and the connection goes to an address that was
checked. So a name that changes its address in between has nothing to gain.
"""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpcore2

from visionapp.fetching.addresses import is_public
from visionapp.fetching.links import PORTS
from visionapp.fetching.refusals import LinkRefused

ADDRESSES_TRIED = 3

Resolve = Callable[[str], Sequence[str]]
"""Looks a host name up; raises OSError."""

Connect = Callable[[str, int, float], httpcore2.NetworkStream]
"""Connects to an address and port within seconds; raises httpcore2's failures."""

# "2130706433", "0x7f.1" and "127.1" are no names: C libraries read them as 127.0.0.1.
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


def look_up(host: str) -> list[str]:
    """Return all addresses of a host name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
    """Connect by the system's own network."""
    return httpcore2.SyncBackend().connect_tcp(address, port, timeout=seconds)


class Deadline:
    """The moment when all must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds that the next step may take; raises LinkRefused at the end."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise LinkRefused("out of time")
        return left if at_most is None else min(left, at_most)


class TimedStream(httpcore2.NetworkStream):
    """A connection of which no step passes the deadline, however little each brings."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Encrypt the connection, if the server has a certificate of that name."""
        try:
            left = self._deadline.left(timeout)
        except LinkRefused:
            self.close()  # httpcore2 does not yet hold what it would have to close
            raise
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell what httpcore2 asks of a connection."""
        return self._stream.get_extra_info(info)


class PublicNetwork(httpcore2.NetworkBackend):
    """Connects to public addresses only; has no other way out."""

    def __init__(self, resolve: Resolve, connect: Connect, deadline: Deadline) -> None:
        self._resolve = resolve
        self._connect = connect
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to one of the host's addresses, if all of them are public."""
        if port not in PORTS.values():
            raise LinkRefused(f"port {port}")
        addresses = self._addresses(host)
        if not all(is_public(address) for address in addresses):
            raise LinkRefused(f"not public: {', '.join(addresses)}")
        for address in addresses[:ADDRESSES_TRIED]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                stream = self._connect(address, port, self._deadline.left(timeout))
                return TimedStream(stream, self._deadline)
        raise LinkRefused("no address of it answers")

    def _addresses(self, host: str) -> Sequence[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]
        if _NUMBER.fullmatch(host):
            raise LinkRefused("a number for a name")
        try:
            return self._looked_up(host)
        except OSError as failure:
            raise LinkRefused(f"not found: {failure!r}") from None

    def _looked_up(self, host: str) -> Sequence[str]:
        """Look up in a thread that may be left behind: the system's resolver knows no deadline."""
        future: Future[Sequence[str]] = Future()

        def run() -> None:
            try:
                future.set_result(self._resolve(host))
            except OSError as failure:
                future.set_exception(failure)

        left = self._deadline.left()
        threading.Thread(target=run, name="look-up", daemon=True).start()
        return future.result(left)
