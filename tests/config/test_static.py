"""Static files: collected when a source has changed, and only then."""

import os

import pytest

from visionapp.config import static


@pytest.fixture
def sources(settings, tmp_path):
    """A folder of sources with one file, and another to collect into."""
    source, collected = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    collected.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = collected
    return source


@pytest.fixture
def collected(monkeypatch):
    """How often files were collected."""
    calls: list[str] = []
    monkeypatch.setattr(static, "call_command", lambda name, **_: calls.append(name))
    return calls


def test_files_are_collected_once(sources, collected):
    static.collect_when_changed()
    static.collect_when_changed()

    assert collected == ["collectstatic"]


@pytest.mark.parametrize("change", ["words", "time", "new file", "gone"])
def test_files_are_collected_again_when_one_has_changed(sources, collected, change):
    static.collect_when_changed()

    if change == "words":
        (sources / "page.css").write_text("a { color: red }")
    elif change == "time":
        os.utime(sources / "page.css", (0, 0))
    elif change == "new file":
        (sources / "more.css").write_text("")
    else:
        (sources / "page.css").unlink()
    static.collect_when_changed()

    assert collected == ["collectstatic"] * 2


def test_a_collection_that_broke_off_is_made_again(sources, monkeypatch):
    monkeypatch.setattr(static, "call_command", _broken)
    with pytest.raises(OSError, match="full"):
        static.collect_when_changed()

    calls: list[str] = []
    monkeypatch.setattr(static, "call_command", lambda name, **_: calls.append(name))
    static.collect_when_changed()

    assert calls == ["collectstatic"]


def _broken(*_given, **_named):
    raise OSError("The disk is full")
