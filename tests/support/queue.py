"""Reads the messages that lie in the embedded queue, which is a folder."""

import json
from base64 import b64decode
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Return where the messages lie."""
    return settings.QUEUE_FOLDER / "messages"


def messages() -> list[tuple[str, list]]:
    """Return the task and the arguments of each message, oldest first."""
    found = []
    for path in sorted(folder().glob("*.msg"), key=lambda path: path.stat().st_mtime_ns):
        message = json.loads(path.read_text())
        args = json.loads(b64decode(message["body"]))[0]
        found.append((message["headers"]["task"].rpartition(".")[2], args))
    return found


def hints() -> list[str]:
    """Return the turns that workers were told of."""
    return [args[0] for task, args in messages() if task == "answer_turn"]


def empty() -> None:
    """Take all messages away."""
    for path in folder().glob("*.msg"):
        path.unlink()
