"""Stands in for the decoder: does what the file says after its first eight bytes."""

import os
import signal
import sys
from typing import IO, NoReturn

from visionapp.preparation.values import Examined, Prepared
from visionapp.preparation.wire import Job, pack_examined, pack_refused

MAGIC = b"\x89PNG\r\n\x1a\n"
"""What makes the door take an order for a picture."""


def answer(job: Job, file: IO[bytes]) -> bytes:
    file.seek(len(MAGIC))
    order, _, argument = file.read().decode().partition(" ")
    return ORDERS[order](argument)


def _nothing(_: str) -> bytes:
    picture = Prepared("image/png", 1, 1, b"x")
    return pack_examined(Examined("PNG", 1, 1, 1, (), picture, picture))


def _spin(_: str) -> NoReturn:
    while True:
        pass


def _hang(_: str) -> NoReturn:
    while True:
        signal.pause()


def _die(number: str) -> bytes:
    os.kill(os.getpid(), getattr(signal, number))
    return b""


def _hold(fifo: str) -> bytes:
    with open(fifo, "rb") as held:  # noqa: PTH123
        held.read()
    return _nothing("")


def _peek(name: str) -> bytes:
    """Refuse as too complex if the environment or a loaded module has this name."""
    return pack_refused(
        "too_complex" if name in os.environ or name in sys.modules else "truncated"
    )


def _nice(_: str) -> bytes:
    """Refuse as too complex if the child lets others go first."""
    return pack_refused("too_complex" if os.nice(0) > 0 else "truncated")


def _write(place: str) -> bytes:
    with open(place, "wb") as file:  # noqa: PTH123
        file.write(b"x")
    return _nothing("")


def _open_many(_: str) -> bytes:
    held = [os.dup(0) for _ in range(100)]
    return _nothing(str(held))


def _lie(_: str) -> bytes:
    return b"\xfe" * 100


ORDERS = {
    "nothing": _nothing,
    "spin": _spin,
    "hang": _hang,
    "die": _die,
    "hold": _hold,
    "peek": _peek,
    "nice": _nice,
    "write": _write,
    "open": _open_many,
    "lie": _lie,
}
