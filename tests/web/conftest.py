"""Ways in which the web tests look at the app."""

import logging

import pytest


@pytest.fixture
def required(settings):
    """Everybody signs in. Read when a client first asks: make clients after this."""
    settings.ACCOUNTS = "required"


@pytest.fixture
def lines(caplog):
    """What a test makes the app log, as sentences."""
    caplog.set_level(logging.INFO)

    def said() -> list[str]:
        return [record.getMessage() for record in caplog.records]

    return said


@pytest.fixture
def with_a_key(settings):
    """Claude's own models are on offer, not the demo's."""
    settings.DEMO = False
