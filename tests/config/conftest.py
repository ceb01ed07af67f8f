"""Ways in which the configuration's tests look at the app."""

import pytest


@pytest.fixture
def required(settings):
    """Everybody signs in."""
    settings.ACCOUNTS = "required"
