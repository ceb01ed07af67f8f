"""HTTP/1.1 by hand: bytes in, bytes out, each written at once, and connections cut on purpose."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass
from http import HTTPStatus

from tests.support.messages_api.fields import Json

MOST_DRAINED = 256 * 1024 * 1024
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawRequest:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    size: int  # of the body as sent; above the limit the body itself is thrown away


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int
) -> RawRequest | None:
    """The next request of a connection; none when the client has gone or talks nonsense."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        return None
    headers = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        body, size = await read_body(reader, headers, most)
    except (asyncio.IncompleteReadError, ValueError, ConnectionError):
        return None
    return RawRequest(parts[0], parts[1], headers, body, size)


async def read_body(
    reader: asyncio.StreamReader, headers: dict[str, str], most: int
) -> tuple[bytes, int]:
    """Read to the end even what is too large: a client that still sends cannot hear a refusal."""
    pieces: list[bytes] = []
    size = 0

    async def take(length: int) -> None:
        nonlocal size
        while length:
            piece = await reader.readexactly(min(length, PIECE))
            length -= len(piece)
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            if size > MOST_DRAINED:
                raise ValueError("far too large")

    if headers.get("transfer-encoding", "").lower() == "chunked":
        while length := int((await reader.readline()).split(b";")[0], 16):
            await take(length)
            await reader.readline()
        await reader.readline()
    else:
        await take(int(headers.get("content-length", "0")))
    return (b"".join(pieces) if size <= most else b""), size


def head_of(status: int, headers: dict[str, str]) -> bytes:
    known = {one.value: one.phrase for one in HTTPStatus}
    lines = [f"HTTP/1.1 {status} {known.get(status, 'Overloaded')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def as_json(value: Json) -> bytes:
    """JSON as UTF-8; text that has no UTF-8 form (lone surrogates) is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


class Outlet:
    """The answering half of a connection; asyncio sets TCP_NODELAY, so each write leaves at once.

    ``ended``: all has been said, or was cut off here. A client that leaves now breaks nothing off.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.status = 0
        self.ended = False
        self.one_by_one = False

    async def respond(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.status = status
        length = {"content-length": str(len(body))}
        self.ended = True
        self._writer.write(head_of(status, headers | length) + body)
        await self._writer.drain()

    async def open(self, status: int, headers: dict[str, str]) -> None:
        self.status = status
        await self._write(head_of(status, headers | {"transfer-encoding": "chunked"}))

    async def send(self, data: bytes) -> None:
        if not data:  # an empty chunk would mean the end
            return
        pieces = [data[i : i + 1] for i in range(len(data))] if self.one_by_one else [data]
        for piece in pieces:
            await self._write(b"%x\r\n%s\r\n" % (len(piece), piece))

    async def end(self) -> None:
        self.ended = True
        await self._write(b"0\r\n\r\n")

    async def reset(self, half: bytes = b"") -> None:
        """Cut with a TCP RST; ``half`` goes out first as the beginning of a larger chunk."""
        if half:
            await self._write(b"%x\r\n%s" % (len(half) * 2, half))
        self.ended = True
        plug = self._writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _write(self, data: bytes) -> None:
        if self._writer.transport.is_closing():
            raise ConnectionResetError("the client has gone")
        self._writer.write(data)
        await self._writer.drain()
        # Full-speed answers must not keep the other streams waiting.
        await asyncio.sleep(0)
