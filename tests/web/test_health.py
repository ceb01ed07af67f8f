"""Alive, and ready with each part named in words."""

from datetime import timedelta

import pytest
from celery import Celery
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from visionapp.conversations import pulse
from visionapp.conversations.models import WorkerPulse
from visionapp.web.models import ApiToken
from visionapp.web.pages import health


def test_alive_touches_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_ready_when_every_part_works(db):
    pulse.beat()

    response = Client().get("/readyz")

    assert response.json() == {
        "status": "ready",
        "parts": {"database": "ok", "queue": "ok", "storage": "ok", "worker": "ok"},
    }
    assert response.status_code == 200


def test_not_ready_without_a_worker(db, lines):
    response = Client().get("/readyz")

    assert lines() == []

    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    assert response.json()["parts"]["worker"].startswith("No worker has been seen")


def test_a_worker_that_fell_silent_is_no_worker(db):
    pulse.beat()
    WorkerPulse.objects.update(seen_at=timezone.now() - timedelta(minutes=1))

    assert Client().get("/readyz").status_code == 503


def test_not_ready_while_the_database_is_away(db, monkeypatch):
    monkeypatch.setattr(ApiToken.objects, "exists", _away)
    monkeypatch.setattr(pulse, "is_beating", _away)

    parts = Client().get("/readyz").json()["parts"]

    assert parts["database"] == "The database does not answer."
    assert parts["worker"] == "Not known while the database does not answer."
    assert parts["storage"] == "ok"


def test_not_ready_while_the_queue_is_away(db, monkeypatch):
    monkeypatch.setattr(
        health, "current_app", Celery(broker="amqp://127.0.0.1:1//", set_as_current=False)
    )

    response = Client().get("/readyz")

    assert response.json()["parts"]["queue"].startswith("The queue does not answer")


def test_not_ready_when_pictures_cannot_be_stored(db, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": blocked / "inside"},
        }
    }

    response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["storage"] == "Pictures cannot be stored; look at the disk."


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(db, path):
    assert Client().post(path).status_code == 405


def _away():
    raise OperationalError("away")
