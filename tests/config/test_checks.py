"""Versions with known faults are refused with what to do."""

import sqlite3

import pytest

from visionapp.config import checks


def test_what_is_installed_is_new_enough():
    assert checks.check_versions() == []


@pytest.mark.parametrize("name", ["pillow", "django", "celery"])
def test_an_older_version_is_refused(monkeypatch, name):
    monkeypatch.setattr(
        checks, "version", lambda asked: "1.0" if asked == name else "99.9.9.post1"
    )

    [found] = checks.check_versions()

    assert (found.id, found.is_serious()) == ("visionapp.E001", True)
    assert found.msg.startswith(f"{name} 1.0 is older than")
    assert found.hint


def test_a_sqlite_that_can_lose_data_is_refused(monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))

    [found] = checks.check_versions()

    assert found.id == "visionapp.E002"


def test_the_sqlite_in_use_is_the_newer_one():
    from django.db.backends.sqlite3.base import Database

    assert Database.sqlite_version_info >= checks.OLDEST_SQLITE
