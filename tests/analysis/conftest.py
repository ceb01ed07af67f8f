import pytest
from celery import current_app

from tests.support import queue
from visionapp.analysis import run, shutdown
from visionapp.config.celery import app


@pytest.fixture(autouse=True, scope="session")
def celery_app():
    """Send to the embedded queue, as the web process does."""
    app.set_default()
    return current_app


@pytest.fixture(autouse=True)
def empty_queue():
    """Begin without messages."""
    queue.empty()


@pytest.fixture(autouse=True)
def working(monkeypatch):
    """Begin with a worker that nobody told to leave, and that looks around often."""
    monkeypatch.setattr(shutdown, "_left_at", [])
    monkeypatch.setattr(run, "LISTEN_SECONDS", 0.01)
