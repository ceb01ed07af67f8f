"""Files cut anywhere and damaged at random: refused, or shown whole, and nothing else happens.

``make fuzz`` does the same at every place and thousands of times.
"""

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.hostile.damage import MOST, WAYS, WEIGHTY, Edit, damaged, with_checksums
from tests.support.hostile.sound import NAMES, sound
from tests.support.hostile.trial import MOST_GROWTH, own_memory, tried
from visionapp.preparation import View, door, examine

CUTS, DAMAGES = 15, 15
TAIL = 8
"""Bytes at the end at which each is cut: there a decoder may have seen enough, or all but."""

REPRODUCIBLE = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one folder for all examples
)

SEVERAL = ("apng", "gif animated", "webp animated", "heic of two", "avif animated", "tiff pages")

PLACES = st.floats(0, 1, exclude_max=True)
EDITS = st.lists(
    st.builds(
        Edit,
        way=st.sampled_from(WAYS),
        at=PLACES,
        of=PLACES,
        size=st.integers(1, MOST),
        new=st.sampled_from(WEIGHTY) | st.binary(min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module", autouse=True)
def _this_process_and_its_server_are_as_before(tmp_path_factory):
    tried(sound("png"), tmp_path_factory.mktemp("warm"))
    server, memory, held = door._DOOR.launcher.pid, own_memory(), open_files()
    yield
    assert door._DOOR.launcher.pid == server
    assert own_memory() - memory <= MOST_GROWTH
    assert open_files() == held


@pytest.fixture(autouse=True)
def _deaths_may_be_logged(caplog):
    """Let a decoder die, and say so: that is what it is there for. Nothing else may go wrong."""
    yield
    assert [line for line in caplog.records if line.levelno > logging.WARNING] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_is_taken_when_it_is_sound(tmp_path, name):
    assert tried(sound(name), tmp_path).code == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_near_its_end_is_refused_or_whole(tmp_path, name):
    data, whole = sound(name), tried(sound(name), tmp_path).found
    assert whole is not None
    for cut in range(1, TAIL + 1):
        assert_refused_or(whole, tried(data[:-cut], tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_is_refused_or_whole(tmp_path, name):
    data, whole = sound(name), tried(sound(name), tmp_path).found
    assert whole is not None

    @given(st.integers(1, len(data) - 1))
    @settings(REPRODUCIBLE, max_examples=CUTS)
    def check(cut):
        assert_refused_or(whole, tried(data[:cut], tmp_path))

    check()


@pytest.mark.parametrize("name", SEVERAL)
def test_the_last_frame_of_a_file_cut_anywhere_is_refused_or_whole(tmp_path, name):
    data, whole = sound(name), tried(sound(name), tmp_path, _last).found
    assert whole is not None

    @given(st.integers(len(data) // 2, len(data) - 1))
    @settings(REPRODUCIBLE, max_examples=CUTS)
    def check(cut):
        assert_refused_or(whole, tried(data[:cut], tmp_path, _last))

    check()


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_refused_or_shown(tmp_path, name):
    data = sound(name)

    @given(EDITS, st.sampled_from(NAMES), st.booleans())
    @settings(REPRODUCIBLE, max_examples=DAMAGES)
    def check(edits, other, mend):
        worse = damaged(data, edits, sound(other))
        assert not tried(with_checksums(worse) if mend else worse, tmp_path).fault
        assert not list(tmp_path.iterdir())

    check()


def _last(path):
    return examine(path, "high", View(frame=examine(path, "high").frames - 1))


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def assert_refused_or(whole, trial):
    """Hold a cut file against the sound one: fewer frames or other pixels would be half of it."""
    assert not trial.fault
    assert trial.found is None or trial.found == whole
