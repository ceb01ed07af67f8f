"""Somebody who watches a turn through a hub, and what happens meanwhile in other processes."""

import asyncio
from contextlib import aclosing
from functools import partial
from uuid import UUID

from tests.support.waiting import soon, with_own_connection
from visionapp.relay.hub import Hub
from visionapp.relay.log import LogWriter
from visionapp.relay.models import LogEntry
from visionapp.reply import Text


class Watcher:
    """Somebody who reads as fast as it comes."""

    def __init__(self, hub: Hub, turn_id: UUID, after: int = 0) -> None:
        self.entries = []
        self.silences = 0
        self.reading = asyncio.create_task(self._read(hub, turn_id, after))

    @property
    def events(self):
        return [entry.event for entry in self.entries]

    async def _read(self, hub: Hub, turn_id: UUID, after: int) -> None:
        async with aclosing(hub.follow(turn_id, after)) as batches:
            async for batch in batches:
                self.entries += batch
                self.silences += not batch

    async def has(self, *events) -> None:
        """Wait until just these events have come."""
        await soon(lambda: self.reading.done() or len(self.events) >= len(events))
        assert self.events == list(events)

    async def ends(self) -> None:
        await asyncio.wait_for(self.reading, 5)

    async def leaves(self) -> None:
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)


def with_a_hub(scenario) -> None:
    """Run a scenario with a hub that is closed at its end."""

    async def run() -> None:
        hub = Hub()
        try:
            await asyncio.wait_for(scenario(hub), 20)
        finally:
            await hub.close()

    asyncio.run(run())


async def elsewhere(work) -> None:
    """Do database work as another process does: in a thread, over a connection of its own."""
    await asyncio.to_thread(with_own_connection(work))


async def say(writer: LogWriter, *events) -> None:
    await elsewhere(partial(writer.append, *events))


def written_without_a_word(turn_id: UUID, position: int, event: Text) -> None:
    """Write an entry whose wake-up is lost."""
    LogEntry.objects.create(
        turn_id=turn_id, position=position, name="text", data={"text": event.text}
    )
