"""Streams are watched over the real stack, against committed rows."""

import pytest


@pytest.fixture(autouse=True)
def committed_rows(transactional_db):
    """Other threads see what a test stores."""
