"""The embedded app at rest: how soon it answers, what memory it holds, how soon a turn begins."""

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from benchmarks.table import Row, quantile
from tests.support.installation import Installation
from tests.support.messages_api import MessagesApi
from tests.support.pictures import chart, encoded

QUESTIONS = 40


def rows() -> list[Row]:
    """Return start-up seconds, resident megabytes and the pick-up of a queued turn."""
    with tempfile.TemporaryDirectory() as folder, MessagesApi() as api:
        site = Installation(Path(folder) / "data", ANTHROPIC_BASE_URL=api.url)
        first = site.start()
        site.stop()
        second = site.start()
        time.sleep(5)  # so that what runs once at the start is over
        resident = site.resident_bytes() / 2**20
        waits = _pick_up(site)
        after = site.resident_bytes() / 2**20
        site.stop()
    django = _seconds([sys.executable, "manage.py", "version"])
    return [
        Row("first start in an empty data folder", first, "s", django, "s “manage.py version”"),
        Row("second start", second, "s", django, "s “manage.py version”", most=4),
        Row("idle, all processes", resident, "MB", 340, "MB Open WebUI (measured)", most=300),
        Row(f"after {QUESTIONS} answers, all processes", after, "MB", resident, "MB idle"),
        Row("queued turn to claimed, median", statistics.median(waits), "ms", most=50),
        Row("queued turn to claimed, 95 %", quantile(waits, 0.95), "ms"),
    ]


def _pick_up(site: Installation) -> list[float]:
    """Return the milliseconds from a turn's row to its claim, one question after another."""
    image = site.upload("chart.png", encoded(chart()))["id"]
    waits = []
    for _ in range(QUESTIONS):
        asked = site.call("POST", "conversations", {"images": [image], "instruction": "Go."})
        turn = site.settled(asked["turns"][0]["id"])
        waits.append(_seconds_between(turn["created_at"], turn["started_at"]) * 1000)
    return waits


def _seconds_between(before: str, after: str) -> float:
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()


def _seconds(command: list[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - begun
