"""Wake-ups: a datagram that names a turn; anything else is noise."""

import asyncio
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction

from tests.support.waiting import soon, with_own_connection
from visionapp.relay.log import LogWriter
from visionapp.relay.wakeup import Listener, wake
from visionapp.reply import Started

FOLDER = Path(settings.WAKE_FOLDER)


@pytest.fixture(autouse=True)
def empty_folder():
    """Begin and end without anybody who listens."""
    assert list(FOLDER.iterdir()) == []
    yield
    for left in FOLDER.iterdir():
        left.unlink()


@asynccontextmanager
async def listening():
    """Collect what a listener hears."""
    heard = []
    listener = Listener(heard.append)
    await listener.open()
    try:
        yield heard
    finally:
        listener.close()


def the_port() -> int:
    (file,) = FOLDER.iterdir()
    return int(file.name)


def test_every_listener_hears_of_the_turn():
    turn_id = uuid4()

    async def scenario():
        async with listening() as first, listening() as second:
            wake(turn_id)
            await soon(lambda: first and second)
            assert first == second == [turn_id]

    asyncio.run(scenario())


@pytest.mark.parametrize("noise", [b"", b"x", b"x" * 15, b"x" * 17, b"x" * 60_000])
def test_noise_is_not_heard(noise, caplog):
    turn_id = uuid4()

    async def scenario():
        async with listening() as heard:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(noise, ("127.0.0.1", the_port()))
                sender.sendto(turn_id.bytes, ("127.0.0.1", the_port()))
            await soon(lambda: heard)
            assert heard == [turn_id]

    asyncio.run(scenario())

    assert not caplog.records


def test_a_listener_takes_its_file_away_and_hears_no_more():
    async def scenario():
        async with listening() as heard:
            assert FOLDER.joinpath(str(the_port())).stat().st_mode & 0o777 == 0o600
        assert list(FOLDER.iterdir()) == []
        wake(uuid4())
        assert heard == []

    asyncio.run(scenario())


def test_a_listener_that_was_never_opened_can_be_closed():
    Listener(print).close()


def test_nobody_who_listens_is_nothing_to_worry_about():
    wake(uuid4())


@pytest.mark.parametrize("name", ["9", "notes.txt", "99999", "-1", ".hidden"])
def test_a_file_that_names_no_listener_does_no_harm(name):
    (FOLDER / name).touch()
    turn_id = uuid4()

    async def scenario():
        async with listening() as heard:
            wake(turn_id)
            await soon(lambda: heard)

    asyncio.run(scenario())


@pytest.mark.django_db(transaction=True)
def test_listeners_are_woken_only_once_the_entry_is_committed():
    first, second = uuid4(), uuid4()

    def write() -> None:
        with transaction.atomic():
            LogWriter(first, 1).append(Started(1))
            transaction.set_rollback(True)
        with transaction.atomic():
            LogWriter(second, 1).append(Started(1))

    async def scenario():
        async with listening() as heard:
            await asyncio.to_thread(with_own_connection(write))
            await soon(lambda: heard)
            assert heard == [second]

    asyncio.run(scenario())
