"""Whole installations and a real browser, one of each kind for all journeys."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import LAUNCH
from tests.support.installation import Installation
from tests.support.intake import Holder
from tests.support.messages_api import MessagesApi
from tests.support.pictures import chart, encoded, photo

SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", "screenshots"))

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return LAUNCH


@pytest.fixture
def browser_context_args(browser_context_args) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[Installation]:
    """An installation without a key."""
    with Installation(tmp_path_factory.mktemp("demo") / "data") as site:
        yield site


@pytest.fixture(scope="session")
def api() -> Iterator[MessagesApi]:
    """The strict fake of the Messages API."""
    with MessagesApi() as server:
        yield server


@pytest.fixture(scope="session")
def connected(tmp_path_factory, api) -> Iterator[Installation]:
    """An installation that asks the fake."""
    folder = tmp_path_factory.mktemp("connected")
    with Installation(folder / "data", ANTHROPIC_BASE_URL=api.url) as site:
        yield site


@pytest.fixture
def quiet_page(page) -> Iterator[Page]:
    """A page that must not complain: no script error, nothing that the policy had to block."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
    )
    yield page
    assert not complaints


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> list[Path]:
    """A chart and a photo, as files."""
    folder = tmp_path_factory.mktemp("pictures")
    files = {"sales.png": encoded(chart()), "field.jpg": encoded(photo(), "JPEG", quality=90)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


@pytest.fixture
def shots():
    """Keep a screenshot of a page under a name."""

    def take(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take


@pytest.fixture
def new_page(connected, quiet_page) -> Page:
    """The page of a new analysis."""
    quiet_page.goto(connected.url)
    return quiet_page


@pytest.fixture
def hold(new_page) -> Iterator[Callable[[str], Holder]]:
    """Hold what the page asks at an address, until the test lets it go."""
    holders: list[Holder] = []

    def make(pattern: str) -> Holder:
        holders.append(Holder(new_page, pattern))
        return holders[-1]

    yield make
    for holder in holders:
        holder.end()


@pytest.fixture
def written(tmp_path):
    """Write bytes to a file of this name and return it."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write
