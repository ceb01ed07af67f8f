"""Pictures that are something else as well: what is made of them holds nothing of it."""

import io
import zipfile

import pytest

from tests.support.hostile.polyglots import HIDDEN, MARK, PAYLOADS, PLAIN
from tests.support.hostile.sound import sound
from tests.support.hostile.trial import tried

HARMLESS = b"harmless"


def assert_clean(found):
    """Look for the payload in all that is made of a picture."""
    for picture in (found.prepared, found.thumbnail):
        assert MARK not in picture.data
        assert not zipfile.is_zipfile(io.BytesIO(picture.data))


@pytest.mark.parametrize("kind", PLAIN)
def test_what_stands_behind_a_picture_is_left_behind(tmp_path, kind):
    picture = sound(PLAIN[kind])
    plain = tried(picture, tmp_path).found
    for what, payload in PAYLOADS.items():
        assert MARK in payload
        found = tried(picture + payload, tmp_path).found
        assert_clean(found)
        # Of a PDF behind a PDF programs make different things: it may be a newer state of it.
        assert found == plain or (kind, what) == ("PDF", "pdf")


@pytest.mark.parametrize("place", HIDDEN)
def test_what_is_hidden_in_a_picture_is_left_behind(tmp_path, place):
    plain = tried(HIDDEN[place](HARMLESS), tmp_path).found
    for payload in PAYLOADS.values():
        data = HIDDEN[place](payload)
        assert MARK in data
        found = tried(data, tmp_path).found
        assert_clean(found)
        assert found == plain


@pytest.mark.parametrize("kind", PLAIN)
def test_a_file_is_what_it_begins_with(tmp_path, kind):
    for what, payload in PAYLOADS.items():
        trial = tried(payload + sound(PLAIN[kind]), tmp_path)
        if what == "pdf":
            assert trial.found.format == "PDF"
            assert_clean(trial.found)
        else:
            assert trial.code == "image.unsupported_type"
