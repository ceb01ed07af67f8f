"""Wakes the readers on this machine: a datagram that names the turn whose log has grown.

Each reader listens on a loopback port and leaves a file named after it in ``WAKE_FOLDER``. A
datagram carries no words, so a forged one costs its receiver a look at the log and nothing else;
a lost one is made up for by the readers' slow poll.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings


def wake(turn_id: UUID) -> None:
    """Tell every reader on this machine that the turn's log has grown."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for entry in Path(settings.WAKE_FOLDER).iterdir():
            # A full buffer, a reader that has just gone, a file that names no port: the slow poll
            # makes up for each, and an answer must not fail for it.
            with suppress(OSError, ValueError, OverflowError):
                sender.sendto(turn_id.bytes, socket.MSG_DONTWAIT, ("127.0.0.1", int(entry.name)))


class Listener(asyncio.DatagramProtocol):
    """Listens for wake-ups within an event loop and calls ``heard`` with the turn's id."""

    def __init__(self, heard: Callable[[UUID], None]) -> None:
        """Take what to call; :meth:`open` begins to listen."""
        self._heard = heard
        self._transport: asyncio.DatagramTransport | None = None
        self._file: Path | None = None

    async def open(self) -> None:
        """Bind a free loopback port and make it known; raises OSError."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        port = self._transport.get_extra_info("sockname")[1]
        file = Path(settings.WAKE_FOLDER) / str(port)
        try:
            file.touch(mode=0o600)
        except OSError:
            self._transport.close()
            raise
        self._file = file

    @property
    def is_open(self) -> bool:
        """Tell whether wake-ups are heard."""
        return self._file is not None

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Pass a well-formed wake-up on; anything else is noise."""
        del addr
        if len(data) == 16:
            self._heard(UUID(bytes=data))

    def close(self) -> None:
        """Stop listening and take the port's file away."""
        if self._transport is not None:
            self._transport.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None
