"""What all tests of fetching share."""

from collections.abc import Iterator

import pytest

from tests.support.hosts import Web, a_web


@pytest.fixture
def web() -> Iterator[Web]:
    """A web with one public name."""
    with a_web() as made:
        yield made
