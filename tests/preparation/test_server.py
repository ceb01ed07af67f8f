import concurrent.futures
import contextlib
import hashlib
import logging
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.support.hostile_worker import MAGIC
from tests.support.pictures import encoded, photo, quadrants
from visionapp.preparation import door as doors
from visionapp.preparation import examine, refusals, warm_up
from visionapp.preparation.door import Door
from visionapp.preparation.wire import Limits

HOSTILE = "tests.support.hostile_worker"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened():
    """Open doors that are closed after the test."""
    made = []

    def make(worker=HOSTILE, **options):
        made.append(Door(worker, **options))
        return made[-1]

    yield make
    for door in made:
        door.launcher.close()


def order(written, words):
    return written(MAGIC + words.encode())


def ask(door, path):
    return door.examine("examine", path)


def ask_small(door, path):
    return door.examine("preview", path, edge=64)


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def open_files(pid):
    return sorted(file.name for file in Path(f"/proc/{pid}/fd").iterdir())


def wait_until(true, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        select.select([], [], [], 0.005)


def let_go(fifo, asked):
    """Open the pipe for writing and leave until all who held on to it have their answers."""
    while concurrent.futures.wait(asked, 0.01).not_done:
        with contextlib.suppress(OSError):
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))


def wait_for_end(pid, seconds=10):
    handle = os.pidfd_open(pid)
    try:
        assert select.select([handle], [], [], seconds)[0], f"{pid} is still there"
    finally:
        os.close(handle)


@pytest.mark.parametrize("number", ["SIGSEGV", "SIGKILL", "SIGABRT", "SIGBUS"])
def test_a_child_that_dies_costs_one_picture_and_one_log_line(opened, written, caplog, number):
    door, path = opened(), order(written, f"die {number}")
    with caplog.at_level(logging.DEBUG), pytest.raises(refusals.Unreadable):
        ask(door, path)
    (line,) = caplog.messages
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] in line
    assert path.name not in line
    assert ask(door, order(written, "nothing")).width == 1


def test_processor_time_is_limited(opened, written):
    with pytest.raises(refusals.TooComplex):
        ask(opened(limits=Limits(processor=1)), order(written, "spin"))


def test_time_on_the_clock_is_limited(opened, written):
    with pytest.raises(refusals.TooComplex):
        ask(opened(limits=Limits(clock=1)), order(written, "hang"))


def test_memory_is_limited(opened, written):
    small = opened("visionapp.preparation.child", limits=Limits(memory=64 << 20))
    with pytest.raises(refusals.TooComplex):
        ask(small, written(encoded(Image.new("P", (6000, 6000), 3), transparency=0)))
    assert ask(small, written(encoded(quadrants()))).width == 120


def test_a_child_can_neither_write_files_nor_open_many(opened, written, tmp_path, caplog):
    door = opened()
    with pytest.raises(refusals.Unreadable):
        ask(door, order(written, f"write {tmp_path / 'stolen'}"))
    with pytest.raises(refusals.Unreadable):
        ask(door, order(written, "open"))


def test_a_child_gives_way_to_pages(opened, written):
    with pytest.raises(refusals.TooComplex):
        ask(opened(), order(written, "nice"))


def test_nonsense_from_a_child_is_not_believed(opened, written):
    with pytest.raises(refusals.Unreadable):
        ask(opened(), order(written, "lie"))


def test_keys_of_the_app_stay_out_of_reach(opened, written, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    with pytest.raises(refusals.Truncated):
        ask(opened(), order(written, "peek ANTHROPIC_API_KEY"))
    with pytest.raises(refusals.TooComplex):
        ask(opened(), order(written, "peek GLIBC_TUNABLES"))


@pytest.mark.parametrize("heavy", ["pytest", "django", "_pytest", "asyncio"])
def test_the_server_loads_nothing_of_the_program_that_started_it(opened, written, heavy):
    with pytest.raises(refusals.Truncated):
        ask(opened(), order(written, f"peek {heavy}"))


def test_a_killed_server_is_started_again(opened, written):
    door, path = opened("visionapp.preparation.child"), written(encoded(quadrants()))
    before = ask(door, path)
    old = door.launcher.pid
    os.kill(old, signal.SIGKILL)
    assert ask(door, path) == before
    assert door.launcher.pid != old


def test_an_answer_survives_the_server_that_started_it(opened, written, tmp_path):
    door, fifo = opened(), tmp_path / "fifo"
    os.mkfifo(fifo)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        waiting = threads.submit(ask, door, order(written, f"hold {fifo}"))
        with fifo.open("wb"):
            os.kill(door.launcher.pid, signal.SIGKILL)
        assert waiting.result(10).width == 1


def test_a_server_that_never_starts_says_busy(opened, written, caplog):
    with pytest.raises(refusals.Busy):
        ask(opened("tests.support.no_such_worker"), order(written, "nothing"))
    assert caplog.messages == ["the picture server does not stay up"]


def test_a_server_that_hangs_is_ended(opened, written):
    door = opened(limits=Limits(clock=1), grace=0.0)
    ask(door, order(written, "nothing"))
    stuck = door.launcher.pid
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(refusals.TooComplex):
        ask(door, order(written, "nothing"))
    assert not Path(f"/proc/{stuck}").exists()
    assert ask(door, order(written, "nothing")).width == 1


def test_a_full_queue_refuses_at_once_and_the_others_get_their_turn(opened, written, tmp_path):
    door, fifo = opened(), tmp_path / "fifo"
    os.mkfifo(fifo)
    ask(door, order(written, "nothing"))
    path = order(written, f"hold {fifo}")
    places = doors.AT_ONCE + doors.WAITING
    with concurrent.futures.ThreadPoolExecutor(places + 1) as threads:
        asked = [threads.submit(ask, door, path) for _ in range(places + 1)]
        first, rest = concurrent.futures.wait(asked, 10, concurrent.futures.FIRST_COMPLETED)
        assert [type(done.exception()) for done in first] == [refusals.Busy]
        wait_until(lambda: len(children_of(door.launcher.pid)) == doors.AT_ONCE)
        let_go(fifo, rest)
        assert sorted(done.exception() is None for done in asked) == [False] + [True] * places


def test_who_waits_too_long_is_told_to_come_back(opened, written, tmp_path):
    door, fifo = opened(patience=0.05), tmp_path / "fifo"
    os.mkfifo(fifo)
    ask(door, order(written, "nothing"))
    wait_until(lambda: not children_of(door.launcher.pid))
    with concurrent.futures.ThreadPoolExecutor() as threads:
        held = [
            threads.submit(ask, door, order(written, f"hold {fifo}")) for _ in range(doors.AT_ONCE)
        ]
        wait_until(lambda: len(children_of(door.launcher.pid)) == doors.AT_ONCE)
        with pytest.raises(refusals.Busy) as caught:
            ask(door, order(written, "nothing"))
        assert caught.value.retryable
        let_go(fifo, held)
        assert [one.result(10).width for one in held] == [1, 1]


def test_previews_wait_for_each_other_and_uploads_have_the_other_place(opened, written, tmp_path):
    door, fifo = opened(), tmp_path / "fifo"
    os.mkfifo(fifo)
    ask(door, order(written, "nothing"))
    path, places = order(written, f"hold {fifo}"), doors.PREVIEWS_WAITING + 1
    with concurrent.futures.ThreadPoolExecutor(places + 1) as threads:
        asked = [threads.submit(ask_small, door, path) for _ in range(places + 1)]
        first, rest = concurrent.futures.wait(asked, 3, concurrent.futures.FIRST_COMPLETED)
        assert [type(done.exception()) for done in first] == [refusals.Busy]
        wait_until(lambda: len(children_of(door.launcher.pid)) == 1)
        for _ in range(3):
            assert ask(door, order(written, "nothing")).width == 1
        assert not any(one.done() for one in rest)
        let_go(fifo, rest)
        assert [one.result(10).width for one in rest] == [1] * places


def test_a_preview_that_waits_too_long_is_told_to_come_back(opened, written, tmp_path):
    door, fifo = opened(patience=0.05), tmp_path / "fifo"
    os.mkfifo(fifo)
    ask(door, order(written, "nothing"))
    wait_until(lambda: not children_of(door.launcher.pid))
    with concurrent.futures.ThreadPoolExecutor() as threads:
        held = threads.submit(ask_small, door, order(written, f"hold {fifo}"))
        wait_until(lambda: children_of(door.launcher.pid))
        with pytest.raises(refusals.Busy):
            ask_small(door, order(written, "nothing"))
        let_go(fifo, [held])
        assert held.result(10).width == 1


@pytest.mark.parametrize("words", ["spin", "hang"])
def test_a_preview_costs_little_time_whatever_the_file(opened, written, words):
    door, began = opened(), time.monotonic()
    with pytest.raises(refusals.TooComplex):
        ask_small(door, order(written, words))
    assert time.monotonic() - began < 6


def test_a_door_with_less_time_has_no_more_of_it_for_previews(opened, written):
    door, began = opened(limits=Limits(processor=1, clock=1)), time.monotonic()
    with pytest.raises(refusals.TooComplex):
        ask_small(door, order(written, "hang"))
    assert time.monotonic() - began < 3


def test_thirty_pictures_at_once_all_get_their_turn(opened, written):
    door = opened()
    path = order(written, "nothing")
    with concurrent.futures.ThreadPoolExecutor(30) as threads:
        assert [one.width for one in threads.map(ask, [door] * 30, [path] * 30)] == [1] * 30


def test_eight_threads_get_each_their_own_picture(written):
    paths = [written(encoded(photo(300 + 8 * n, 200), "JPEG")) for n in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda path: examine(path, "high"), paths))
    assert [one.width for one in found] == [300 + 8 * n for n in range(8)]


def test_nothing_is_left_behind(written):
    warm_up()
    paths = [written(encoded(quadrants())), written(encoded(photo(), "JPEG")[:900])]
    examine(paths[0], "high")
    before = open_files("self")
    for _ in range(10):
        examine(paths[0], "high")
        with pytest.raises(refusals.Truncated):
            examine(paths[1], "high")
    assert open_files("self") == before
    server = doors._DOOR.launcher.pid
    wait_until(lambda: children_of(server) == [])
    wait_until(lambda: len(open_files(server)) <= 8)


APP = """
import sys
from pathlib import Path
from visionapp.preparation.door import Door
door = Door("tests.support.hostile_worker")
door.examine("prepare", Path(sys.argv[1]))
assert "PIL" not in sys.modules
print(door.launcher.pid, flush=True)
sys.stdin.readline()
door.examine("prepare", Path(sys.argv[2]))
"""


def an_app(written, words):
    return subprocess.Popen(
        [sys.executable, "-c", APP, order(written, "nothing"), order(written, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("words", ["hang", "spin"])
def test_server_and_children_end_with_an_app_that_is_killed(written, words):
    with an_app(written, words) as app:
        server = int(app.stdout.readline())
        wait_until(lambda: not children_of(server))
        app.stdin.write("\n")
        app.stdin.flush()
        wait_until(lambda: children_of(server))
        (child,) = children_of(server)
        app.kill()
        wait_for_end(server)
        wait_until(lambda: not Path(f"/proc/{child}").exists())


def test_an_app_that_ends_leaves_no_server_and_no_words(written):
    with an_app(written, "nothing") as app:
        said, complained = app.communicate(timeout=20)
        assert (app.returncode, complained) == (0, "")
        assert not Path(f"/proc/{int(said)}").exists()


def test_a_forked_copy_of_the_app_starts_a_server_of_its_own(written):
    path = written(encoded(quadrants()))
    examine(path, "high")
    code = """
import os, sys
from pathlib import Path
from visionapp.preparation import door, examine
path = Path(sys.argv[1])
examine(path, "high")
first = door._DOOR.launcher.pid
if os.fork() == 0:
    os._exit(0 if examine(path, "high").width == 120 and door._DOOR.launcher.pid != first else 1)
assert os.wait()[1] == 0
assert examine(path, "high").width == 120 and door._DOOR.launcher.pid == first
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code, path], cwd=ROOT, check=True)
