"""The hub when the database fails, and when it is closed."""

from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.support.waiting import soon
from tests.support.watching import Watcher, elsewhere, say, with_a_hub
from visionapp.relay.log import LogWriter
from visionapp.reply import Done, Started, Text

pytestmark = pytest.mark.django_db(transaction=True)

SALES, ROSE, DONE = Text("Sales "), Text("rose."), Done("end_turn")
WHOLE = [Started(1), SALES, ROSE, DONE]
FOR_EVER = 3600.0


def test_a_log_that_cannot_be_read_for_a_while_is_read_later(turn_id, quick_poll, caplog):
    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')

    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1))
        watcher = Watcher(hub, turn_id)
        await watcher.has(Started(1))

        await elsewhere(partial(rename, "relay_logentry", "aside"))
        await soon(lambda: "The relay's log cannot be read" in caplog.text)
        await elsewhere(partial(rename, "aside", "relay_logentry"))
        await say(writer, SALES, DONE)

        await watcher.ends()
        assert watcher.events == [Started(1), SALES, DONE]

    with_a_hub(scenario)


def test_a_connection_that_broke_is_replaced(turn_id, quick_poll):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1))
        watcher = Watcher(hub, turn_id)
        await watcher.has(Started(1))

        await hub.in_thread(lambda: connections["default"].connection.close())
        await say(writer, SALES, DONE)

        await watcher.ends()
        assert watcher.events == [Started(1), SALES, DONE]

    with_a_hub(scenario)


def test_a_connection_that_broke_while_nobody_watched_fails_nobody(turn_id):
    async def scenario(hub):
        await say(LogWriter(turn_id, 1), *WHOLE)
        await Watcher(hub, turn_id).ends()
        await hub.in_thread(lambda: connections["default"].connection.close())

        watcher = Watcher(hub, turn_id)
        await watcher.ends()

        assert watcher.events == WHOLE

    with_a_hub(scenario)


def test_a_hub_that_is_closed_leaves_no_file_behind(turn_id):
    folder = Path(settings.WAKE_FOLDER)

    async def scenario(hub):
        watcher = Watcher(hub, turn_id)
        await soon(lambda: list(folder.iterdir()))
        await watcher.leaves()

    with_a_hub(scenario)

    assert list(folder.iterdir()) == []


def test_a_hub_that_nobody_watched_can_be_closed():
    async def scenario(_hub):
        assert list(Path(settings.WAKE_FOLDER).iterdir()) == []

    with_a_hub(scenario)
