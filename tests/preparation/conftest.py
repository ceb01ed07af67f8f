import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from visionapp.catalogue.budget import Tier
from visionapp.preparation import Examined, examine


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write bytes to a file of its own and return the path."""
    numbers = itertools.count()

    def write(data: bytes, name: str = "upload") -> Path:
        path = tmp_path / f"{next(numbers)}-{name}"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def examined(written: Callable[[bytes], Path]) -> Callable[..., Examined]:
    def run(data: bytes, tier: Tier = "high") -> Examined:
        return examine(written(data), tier)

    return run
