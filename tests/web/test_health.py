"""Alive, and ready with each part named in words."""

from datetime import timedelta

import pytest
from celery import Celery
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from visionapp.conversations import pulse
from visionapp.conversations.models import WorkerPulse
from visionapp.uploads import quota
from visionapp.web.models import ApiToken
from visionapp.web.pages import health


@pytest.fixture(autouse=True)
def _each_look_is_new(monkeypatch):
    monkeypatch.setattr(health, "KEPT_SECONDS", 0)
    monkeypatch.setattr(health, "_verdict", health.Verdict())


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


def test_not_ready_when_the_disk_is_nearly_full(db, monkeypatch):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)

    response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["storage"].startswith("The disk is nearly full")


def test_a_verdict_is_given_again_for_a_while(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(health, "KEPT_SECONDS", 2.0)
    clock = iter([100.0, 100.0, 101.9, 102.1, 102.2])
    monkeypatch.setattr(health, "monotonic", lambda: next(clock))
    assert Client().get("/readyz").status_code == 503
    pulse.beat()

    with django_assert_num_queries(0):
        assert Client().get("/readyz").status_code == 503
    assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_use_any_name_of_this_server(db, path):
    pulse.beat()

    response = Client(headers={"Host": "10.1.2.3"}, REMOTE_ADDR="10.1.2.9").get(path)

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(db, path):
    assert Client().post(path).status_code == 405


def _away():
    raise OperationalError("away")
