"""A word's way from the upstream's socket to the page's DOM in Chromium."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row, quantile
from tests.support.browser import LAUNCH
from tests.support.installation import Installation, free_port
from tests.support.pictures import chart, encoded

WORDS = 400
PER_SECOND = 40
WARM_UP = 20
"""Words at the beginning that are left out: connections open and caches fill."""

STAMP = re.compile(r"\d{19}")
WATCH = """(selector) => {
  window.seen = [];
  let length = 0;
  const look = () => {
    const text = document.querySelector(selector)?.textContent ?? "";
    if (text.length <= length) return;
    const now = performance.timeOrigin + performance.now();
    window.seen.push([now, text.slice(length)]);
    length = text.length;
  };
  new MutationObserver(look).observe(document, {
    childList: true, characterData: true, subtree: true,
  });
}"""


def rows() -> list[Row]:
    """Return median and 95 % of both ways, in milliseconds."""
    with upstream() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        floor = _floor(browser, url)
        ours = _ours(browser, url)
        browser.close()
    return [
        Row(
            f"word, socket to DOM at {PER_SECOND}/s, median",
            quantile(ours, 0.5),
            "ms",
            quantile(floor, 0.5),
            "ms bare ASGI relay",
            most=8,
        ),
        Row(
            f"word, socket to DOM at {PER_SECOND}/s, 95 %",
            quantile(ours, 0.95),
            "ms",
            quantile(floor, 0.95),
            "ms bare ASGI relay",
            most=20,
        ),
    ]


@contextmanager
def upstream() -> Iterator[str]:
    """Serve the fake Messages API in a process of its own; every word is the time it was sent."""
    command = [sys.executable, "-m", "tests.support.messages_api", "--timestamps", "wall"]
    command += ["--words", str(WORDS), "--words-per-second", str(PER_SECOND)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _floor(browser: Browser, url: str) -> list[float]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.relay:application"]
    command += ["--port", str(port), "--log-level", "warning"]
    environment = os.environ | {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "bench"}
    with subprocess.Popen(command, env=environment) as server:
        try:
            page = browser.new_page()
            _until_it_answers(page, f"http://127.0.0.1:{port}/", "#answer")
            return _delays(page)
        finally:
            server.terminate()


def _ours(browser: Browser, url: str) -> list[float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Installation(Path(folder) / "data", ANTHROPIC_BASE_URL=url) as site,
    ):
        image = site.upload("chart.png", encoded(chart()))["id"]
        page = browser.new_page()
        page.add_init_script(f"({WATCH})('.answer')")
        turn = site.call("POST", "conversations", {"images": [image], "instruction": "Go on."})
        page.goto(f"{site.url}/c/{turn['id']}/")
        return _delays(page)


def _until_it_answers(page: Page, url: str, selector: str) -> None:
    page.add_init_script(f"({WATCH})('{selector}')")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            page.goto(url)
        except Exception:  # noqa: BLE001 - Playwright has one class for all refusals
            continue
        return


def _delays(page: Page) -> list[float]:
    """Return each word's delay in milliseconds, once all have come."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # Seldom, so that asking does not disturb what is measured.
        page.wait_for_timeout(1000)
        if len(page.evaluate("window.seen.map(([, text]) => text).join('')")) >= WORDS * 20 - 1:
            break
    offset = _clock_offset(page)
    delays = [
        seen - offset - int(stamp) / 1e6
        for seen, text in page.evaluate("window.seen")
        for stamp in STAMP.findall(text)
    ]
    return delays[WARM_UP:]


def _clock_offset(page: Page) -> float:
    """Return how far the page's clock is ahead of ours, in milliseconds."""
    tries = []
    for _ in range(30):
        before = time.time_ns()
        there = page.evaluate("performance.timeOrigin + performance.now()")
        after = time.time_ns()
        tries.append((after - before, there - (before + after) / 2e6))
    return min(tries)[1]
