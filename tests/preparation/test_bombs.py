"""Small files that promise too much: each refused with its code, or shown, within ten seconds."""

import socket

import pytest

from tests.support.hostile import bombs, containers, traps
from tests.support.hostile.trial import own_memory, tried
from visionapp.preparation.door import Door
from visionapp.preparation.wire import Limits

BOMBS = {**bombs.BOMBS, **containers.BOMBS, **traps.BOMBS}
HASTE = Limits(processor=1, clock=3)


@pytest.fixture(scope="module")
def hasty():
    """A decoder with less patience: what never ends shall not take long here."""
    door = Door(limits=HASTE)
    yield lambda path: door.examine("examine", path)
    door.launcher.close()


@pytest.mark.parametrize("name", [name for name, bomb in BOMBS.items() if not bomb.is_endless])
def test_a_bomb_is_refused_with_its_code_or_shown(tmp_path, caplog, name):
    bomb = BOMBS[name]
    data, memory = bomb.build(), own_memory()
    trial = tried(data, tmp_path)
    assert not trial.fault
    assert trial.code in bomb.codes
    assert own_memory() - memory < 10 << 20
    assert caplog.messages == []  # no decoder has died of it


@pytest.mark.parametrize("name", [name for name, bomb in BOMBS.items() if bomb.is_endless])
def test_what_never_ends_is_ended(tmp_path, hasty, name):
    trial = tried(BOMBS[name].build(), tmp_path, hasty)
    assert trial.code in BOMBS[name].codes
    assert trial.seconds < HASTE.clock + 1


def test_what_a_pdf_wants_to_do_is_not_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        for wish, data in traps.doing(listening.getsockname()[1]).items():
            assert tried(data, tmp_path).code == "", wish
        with pytest.raises(BlockingIOError):
            listening.accept()
