"""A small web on loopback: names with public addresses, and a server behind all of them.

Names, connections and requests are remembered. Nothing outside this machine is asked.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore2

from tests.support.raw_server import Say, raw_server, read_request
from visionapp.fetching.fetch import Fetcher, Limits

PUBLIC = "93.184.215.14"
"""Some address out on the internet."""


class Names:
    """A resolver: the answers for a name are given in turn, and the last one again and again."""

    def __init__(self, **names: list[list[str]]) -> None:
        self._names = {name.replace("_", "."): list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answers = self._names.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


class BelievedTls(httpcore2.NetworkStream):
    """A plain connection that takes itself for encrypted, and tells for which name."""

    def __init__(self, stream: httpcore2.NetworkStream, handshakes: "list[Handshake]") -> None:
        self._stream = stream
        self._handshakes = handshakes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        self._handshakes.append(Handshake(ssl_context, server_hostname))
        return self

    def get_extra_info(self, info: str) -> Any:
        return None if info == "ssl_object" else self._stream.get_extra_info(info)


@dataclass(frozen=True)
class Handshake:
    context: ssl.SSLContext
    name: str | None


@dataclass
class Web:
    """All addresses lead to one server, which answers by the path."""

    port: int
    names: Names
    pages: dict[str, bytes | Say] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    """Addresses at which nobody answers."""
    made: list[tuple[str, int]] = field(default_factory=list)
    """Connections asked for, by address and port."""
    seconds: list[float] = field(default_factory=list)
    """The time that each of them was given."""
    handshakes: list[Handshake] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    real_tls: bool = False

    def connect(self, address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
        self.made.append((address, port))
        self.seconds.append(seconds)
        if address in self.dead:
            raise httpcore2.ConnectTimeout("timed out")
        stream = httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=seconds)
        return stream if self.real_tls else BelievedTls(stream, self.handshakes)

    def fetcher(self, limits: Limits | None = None) -> Fetcher:
        return Fetcher(resolve=self.names, connect=self.connect, limits=limits or Limits())

    def say(self, connection: socket.socket) -> None:
        request = read_request(connection)
        if not request:
            return
        self.requests.append(request)
        path = request.split(b" ")[1].decode().partition("?")[0]
        page = self.pages.get(path, answer(b"", status="404 Not Found"))
        if callable(page):
            page(connection)
        else:
            connection.sendall(page)


@contextmanager
def a_web(**names: list[list[str]]) -> Iterator[Web]:
    """Open a web of these names, an underscore for a dot; ``pictures.example`` is one of it."""
    web: Web | None = None

    def say(connection: socket.socket) -> None:
        assert web is not None
        web.say(connection)

    with raw_server(say) as url:
        known = {"pictures_example": [[PUBLIC]], **names}
        web = Web(int(url.rpartition(":")[2]), Names(**known))
        yield web


def answer(
    body: bytes, *, status: str = "200 OK", kind: str = "image/png", headers: str = ""
) -> bytes:
    """Return an answer with its length; headers are whole lines."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers.splitlines(), "", ""]).encode() + body


def sent_on(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return answer(b"", status=status, headers=f"Location: {location}")
