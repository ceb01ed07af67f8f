"""Periodic tasks run where the answers cannot keep them waiting."""

import pytest
from celery.beat import ScheduleEntry

from tests.support import queue
from visionapp.config.celery import app
from visionapp.config.schedule import InPlace
from visionapp.conversations import pulse

pytestmark = pytest.mark.django_db(transaction=True)


def entry(task: str) -> ScheduleEntry:
    return ScheduleEntry(name=task, task=task, schedule=3, app=app)


def test_a_due_task_is_run_at_once_rather_than_sent():
    app.loader.import_default_modules()
    queue.empty()

    InPlace(app).apply_async(entry("visionapp.analysis.tasks.sweep"))

    assert pulse.is_beating()
    assert queue.messages() == []


def test_a_task_that_breaks_does_not_break_the_schedule(monkeypatch):
    app.loader.import_default_modules()

    def broken() -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr("visionapp.analysis.tasks.sweeping.sweep", broken)

    InPlace(app).apply_entry(entry("visionapp.analysis.tasks.sweep"))

    assert not pulse.is_beating()
