"""System checks: versions below which data or safety is at risk."""

import sqlite3
from importlib.metadata import version
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

OLDEST = {
    "pillow": (13, 0),  # a heap overflow in the JPEG decoder, CVE-2026-112403
    "django": (5, 2, 19),  # base64 multipart bodies held whole in memory
    "celery": (5, 7),  # cancelled tasks lost when a thread pool shuts down
}
OLDEST_SQLITE = (3, 51, 3)  # before it, a checkpoint can lose commits


@register(Tags.security)
def check_versions(**_given: Any) -> list[CheckMessage]:
    """Refuse versions with known faults that matter here."""
    found = [
        Error(
            f"{name} {version(name)} is older than {'.'.join(map(str, oldest))}, which is needed.",
            hint="Install what requirements.lock pins: remove .venv and run “make run” again.",
            id="visionapp.E001",
        )
        for name, oldest in OLDEST.items()
        if _numbers(version(name)) < oldest
    ]
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        found.append(
            Error(
                f"SQLite {sqlite3.sqlite_version} can lose data in write-ahead mode.",
                hint="Install pysqlite3 0.6.1 or newer.",
                id="visionapp.E002",
            )
        )
    return list(found)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
