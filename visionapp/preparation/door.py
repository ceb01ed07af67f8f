"""What the app calls: hands a picture to an expendable child and returns what came out."""

import contextlib
import hashlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

from visionapp.catalogue.budget import Tier
from visionapp.errors import VisionError
from visionapp.preparation import refusals
from visionapp.preparation.launcher import Launcher
from visionapp.preparation.sniff import HEAD, sniff, stranger
from visionapp.preparation.values import (
    LONGEST_SIDE,
    MOST_FRAMES,
    WHOLE,
    Examined,
    Format,
    Measured,
    Prepared,
    View,
)
from visionapp.preparation.wire import (
    EXIT_BYTES,
    Garbled,
    Job,
    Limits,
    Refused,
    Verdict,
    Work,
    unpack_examined,
    unpack_exit,
    unpack_measured,
)

AT_ONCE = 2
WAITING = 64
"""More than one person adds at once; who waits in vain is told so by the clock, not the count."""

PATIENCE = 30.0
"""Seconds that a picture waits for its turn before the person is told to come back."""

PREVIEWS_AT_ONCE = 1
PREVIEWS_WAITING = 12
"""A page asks for many previews, and each may be slow: they leave a place free for uploads."""

PREVIEW_EDGE = 320

GRACE = 5.0
"""Seconds past the clock limit after which the server itself must be stuck."""

PIECE = 1 << 20

log = logging.getLogger("visionapp.preparation")

REFUSALS: dict[Verdict, Callable[[], VisionError]] = {
    "unreadable": refusals.Unreadable,
    "truncated": refusals.Truncated,
    "too_many_pixels": refusals.TooManyPixels,
    "too_complex": refusals.TooComplex,
    "frame_missing": refusals.FrameMissing,
    "box_outside": refusals.BoxOutside,
    "password": refusals.PasswordNeeded,
    "raw": partial(refusals.UnsupportedType, refusals.STRANGERS["raw"]),
}
SPENT = {-signal.SIGXCPU, -signal.SIGALRM}

Found = TypeVar("Found", Examined, Measured)
Unpack = Callable[[bytearray], Found | Refused | None]


class Queue:
    """Lets so many in at once and so many wait, up to a moment on the clock; then ``Busy``."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._inside = threading.BoundedSemaphore(at_once + waiting)
        self._turns = threading.BoundedSemaphore(at_once)

    @contextlib.contextmanager
    def turn(self, until: float) -> Iterator[None]:
        if not self._inside.acquire(blocking=False):
            raise refusals.Busy
        try:
            if not self._turns.acquire(timeout=max(0.0, until - time.monotonic())):
                raise refusals.Busy
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._inside.release()


class Door:
    """Queues in front of one server: two pictures at once, of which one may be a preview."""

    def __init__(
        self,
        worker: str = "visionapp.preparation.child",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        patience: float = PATIENCE,
        grace: float = GRACE,
    ) -> None:
        self.launcher = Launcher(worker, limits)
        self._deadline = limits.clock + grace
        self._patience = patience
        self.forget()

    def forget(self) -> None:
        """Begin anew in a forked copy of the app."""
        self.launcher.forget()
        self._all = Queue(AT_ONCE, WAITING)
        self._previews = Queue(PREVIEWS_AT_ONCE, PREVIEWS_WAITING)

    def examine(
        self, work: Work, path: Path, tier: Tier = "high", view: View = WHOLE, edge: int = 0
    ) -> Examined:
        """Return what a child made of the picture; raises refusals, and OSError for no file."""
        _check(view)
        with self._opened(path, work) as (file, kind):
            job = Job(work, kind, tier, view, edge)
            return self._ask(job, file, partial(unpack_examined, kind=kind))

    def measure(self, path: Path) -> Measured:
        """Return what a child measured; raises as ``examine`` does."""
        with self._opened(path, "measure") as (file, kind):
            # Of what was prepared for any model, this tier leaves out no pixel.
            return self._ask(Job("measure", kind, "high"), file, unpack_measured)

    @contextlib.contextmanager
    def _opened(self, path: Path, work: Work) -> Iterator[tuple[BufferedReader, Format]]:
        with path.open("rb") as file:
            head = file.read(HEAD)
            if not head:
                raise refusals.Empty
            kind = sniff(head)
            if kind is None:
                other = stranger(head)
                raise refusals.UnsupportedType(refusals.STRANGERS[other] if other else "")
            with self._turn(work):
                yield file, kind

    @contextlib.contextmanager
    def _turn(self, work: Work) -> Iterator[None]:
        until = time.monotonic() + self._patience
        with contextlib.ExitStack() as queues:
            if work == "preview":  # first among themselves, so that only one stands in the other
                queues.enter_context(self._previews.turn(until))
            queues.enter_context(self._all.turn(until))
            yield

    def _ask(self, job: Job, file: BufferedReader, unpack: Unpack[Found]) -> Found:
        for _ in range(2):
            try:
                raw, found = self._answer(job, file.fileno(), unpack)
            except Garbled:
                raise _killed(0, file) from None
            if isinstance(found, Refused):
                raise REFUSALS[found.verdict]()
            if found is not None:
                return found
            status = unpack_exit(raw)
            if status is not None:
                raise _killed(status, file)
        # Twice the server went away together with its child: that is no picture's doing.
        log.error("the picture server does not stay up")
        raise refusals.Busy

    def _answer(
        self, job: Job, picture: int, unpack: Unpack[Found]
    ) -> tuple[bytes, Found | Refused | None]:
        answer = self.launcher.submit(job, picture)
        try:
            return self._read(answer, unpack)
        finally:
            os.close(answer)

    def _read(self, answer: int, unpack: Unpack[Found]) -> tuple[bytes, Found | Refused | None]:
        """Return all that was said, and what it means if it is whole."""
        raw = bytearray()
        ready = select.poll()  # descriptors of a busy server pass 1,024, which select() cannot
        ready.register(answer, select.POLLIN)
        deadline = time.monotonic() + self._deadline
        while (found := unpack(raw)) is None:
            if not ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
                log.error("the picture server did not answer and was ended")
                self.launcher.kill()
                raise refusals.TooComplex
            piece = os.read(answer, PIECE)
            if not piece:
                break
            raw += piece
        return bytes(raw[-EXIT_BYTES:]), found


def _check(view: View) -> None:
    """Refuse what no picture can have, before it is packed; raises FrameMissing, BoxOutside."""
    if not 0 <= view.frame < MOST_FRAMES:
        raise refusals.FrameMissing
    if view.box is not None:
        left, top, right, bottom = view.box
        if not (0 <= left < right <= LONGEST_SIDE and 0 <= top < bottom <= LONGEST_SIDE):
            raise refusals.BoxOutside


def _killed(status: int, file: BufferedReader) -> VisionError:
    """Log a child's death, by the bytes that caused it and no name; return what to tell."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    log.warning("a picture ended its decoder with status %d, sha256 %s", status, digest[:16])
    return refusals.TooComplex() if status in SPENT else refusals.Unreadable()


_DOOR = Door()
os.register_at_fork(after_in_child=_DOOR.forget)


def examine(path: Path, tier: Tier, view: View = WHOLE) -> Examined:
    """Return what a picture is, what a model of this tier is sent of it, and a thumbnail.

    Raises the refusals of ``preparation.refusals``, and OSError when the file cannot be opened.
    """
    return _DOOR.examine("examine", path, tier, view)


def prepare(path: Path, tier: Tier, view: View = WHOLE) -> Prepared:
    """Return what a model of this tier is sent of a picture; raises as ``examine`` does."""
    return _DOOR.examine("prepare", path, tier, view).prepared


def preview(path: Path, view: View, edge: int = PREVIEW_EDGE) -> Prepared:
    """Return a small JPEG to choose by, at most ``edge`` pixels a side; raises as ``examine``."""
    return _DOOR.examine("preview", path, view=view, edge=edge).prepared


def measure(data: bytes) -> Measured:
    """Return facts about the pixels of an encoded picture.

    Raises the refusals of ``preparation.refusals``; ``Busy`` where descriptors or memory ran out.
    """
    try:
        with _in_memory(data) as path:
            return _DOOR.measure(path)
    except OSError:
        log.exception("a picture could not be handed over to be measured")
        raise refusals.Busy from None


@contextlib.contextmanager
def _in_memory(data: bytes) -> Iterator[Path]:
    """Put the bytes where a path leads to them, but on no disk."""
    with os.fdopen(os.memfd_create("picture"), "wb") as held:
        held.write(data)
        held.flush()
        yield Path(f"/proc/self/fd/{held.fileno()}")


def warm_up() -> None:
    """Start the server ahead of the first picture; returns at once."""
    _DOOR.launcher.start()
