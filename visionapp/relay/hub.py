"""Reads the log for all watchers of one web process: one loop, one database connection.

A watcher first gets what its log holds, then what the loop hands out. The loop is woken by
datagrams and looks by itself every ``POLL_SECONDS``, so a lost wake-up costs half a second.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import Error, connections

from visionapp.relay import log
from visionapp.relay.wakeup import Listener
from visionapp.reply import is_last

POLL_SECONDS = 0.5
IDLE_SECONDS = 5.0
"""How long a watcher waits in silence before it is handed an empty sequence."""
QUEUE_LENGTH = 1024
"""Entries that may wait for a slow watcher before it is let go; it reconnects by position."""

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Watcher:
    """One open stream: what waits for it, and whether it fell too far behind."""

    queue: asyncio.Queue[log.Entry] = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE_LENGTH)
    )
    overrun: bool = False

    async def next_batch(self) -> Sequence[log.Entry]:
        """Return all that waits, or nothing after a while of silence."""
        batch: list[log.Entry] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                batch.append(await self.queue.get())
        while not self.queue.empty():
            batch.append(self.queue.get_nowait())
        return batch


@dataclass(slots=True)
class _Feed:
    """A turn that somebody watches, and how far its log has been read; None until it was once."""

    position: int | None = None
    watchers: set[_Watcher] = field(default_factory=set)


class Hub:
    """Hands out the log's entries as they are written; lives in one event loop."""

    def __init__(self) -> None:
        """Start nothing yet: the first watcher does."""
        self._feeds: dict[UUID, _Feed] = {}
        self._woken: set[UUID] = set()
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relay-hub")
        self._listener = Listener(self._heard)
        self._loop: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def follow(self, turn_id: UUID, after: int) -> AsyncGenerator[Sequence[log.Entry], None]:
        """Yield what the turn's log holds after a position, then more as it is written.

        Yields all that came at once together, and nothing (an empty sequence) after each
        ``IDLE_SECONDS`` of silence. Ends with the turn's last event, or without one if the watcher
        reads too slowly.
        """
        await self._open()
        with self._watching(turn_id) as watcher:
            backlog, newest = await self.in_thread(partial(_look_back, turn_id, after))
            self._begin(turn_id, newest)
            position = min(after, newest)
            batch = backlog
            while not watcher.overrun:
                if fresh := [entry for entry in batch if entry.position > position]:
                    position = fresh[-1].position
                    yield fresh
                    if is_last(fresh[-1].event):
                        return
                batch = await watcher.next_batch()
                if not batch:
                    await self._open()
                    yield ()

    async def close(self) -> None:
        """Stop reading and listening; open streams end when their connections do."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._listener.close()
            await self.in_thread(connections.close_all)
        self._thread.shutdown(wait=False)

    async def _open(self) -> None:
        """Read and listen, if that has not begun or has broken down."""
        async with self._opening:
            if not self._listener.is_open:
                try:
                    await self._listener.open()
                except OSError as failure:
                    logger.warning("Wake-ups are not heard, the log is polled: %s", failure)
            if self._loop is None:
                self._loop = asyncio.get_running_loop().create_task(self._read_for_ever())
                self._loop.add_done_callback(self._start_again)

    def _start_again(self, ended: asyncio.Task[None]) -> None:
        """Let the next watcher start the loop anew if a mistake has ended it."""
        if not ended.cancelled():
            logger.error("The relay's reader broke down", exc_info=ended.exception())
            self._loop = None

    @contextmanager
    def _watching(self, turn_id: UUID) -> Iterator[_Watcher]:
        watcher = _Watcher()
        feed = self._feeds.setdefault(turn_id, _Feed())
        feed.watchers.add(watcher)
        try:
            yield watcher
        finally:
            feed.watchers.discard(watcher)
            if not feed.watchers:
                self._feeds.pop(turn_id, None)

    def _begin(self, turn_id: UUID, newest: int) -> None:
        """Let the loop hand out what is written after ``newest``, unless it already does."""
        feed = self._feeds[turn_id]
        if feed.position is None:
            feed.position = newest
        self._heard(turn_id)

    def _heard(self, turn_id: UUID) -> None:
        if turn_id in self._feeds:
            self._woken.add(turn_id)
            self._wake.set()

    async def _read_for_ever(self) -> None:
        clock = asyncio.get_running_loop().time
        looked_at_all = clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            turns, self._woken = self._woken, set()
            if clock() - looked_at_all >= POLL_SECONDS:
                turns, looked_at_all = set(self._feeds), clock()
            places = ((turn_id, self._place(turn_id)) for turn_id in turns)
            if wanted := {turn_id: place for turn_id, place in places if place is not None}:
                await self._look(wanted)

    def _place(self, turn_id: UUID) -> int | None:
        feed = self._feeds.get(turn_id)
        return feed.position if feed else None

    async def _look(self, wanted: dict[UUID, int]) -> None:
        try:
            self._hand_out(await self.in_thread(partial(log.read, wanted)))
        except Error as failure:
            logger.warning("The relay's log cannot be read: %s", failure)
            await asyncio.sleep(POLL_SECONDS)

    def _hand_out(self, entries: Sequence[log.Entry]) -> None:
        for entry in entries:
            feed = self._feeds.get(entry.turn_id)
            if feed is None or entry.position <= (feed.position or 0):
                continue
            feed.position = entry.position
            for watcher in feed.watchers:
                if watcher.queue.full():
                    watcher.overrun = True
                else:
                    watcher.queue.put_nowait(entry)

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Run a database call on the hub's one thread, over the hub's one connection."""
        in_loop = asyncio.get_running_loop()
        return await in_loop.run_in_executor(self._thread, partial(_with_sound_connection, work))


def _with_sound_connection(work: Callable[[], Result]) -> Result:
    """Read over the connection, or over a new one if the server has let the old one go."""
    try:
        return work()
    except Error:
        connections.close_all()
    try:
        return work()
    except Error:
        connections.close_all()
        raise


def _look_back(turn_id: UUID, after: int) -> tuple[Sequence[log.Entry], int]:
    """Return what a new watcher has missed, and the log's newest position at that moment."""
    newest = log.last_position(turn_id)
    missed = [entry for entry in log.replay(turn_id, after) if entry.position <= newest]
    return missed, newest
