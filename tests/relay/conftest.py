"""A turn, and how often the hub looks by itself."""

from uuid import UUID, uuid4

import pytest

from visionapp.relay import hub as hubs

FOR_EVER = 3600.0


@pytest.fixture
def turn_id() -> UUID:
    return uuid4()


@pytest.fixture
def no_poll(monkeypatch):
    """Let nothing but a wake-up make the hub look."""
    monkeypatch.setattr(hubs, "POLL_SECONDS", FOR_EVER)


@pytest.fixture
def quick_poll(monkeypatch):
    """Look often."""
    monkeypatch.setattr(hubs, "POLL_SECONDS", 0.02)
