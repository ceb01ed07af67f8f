"""Answers turns in another thread, as a worker in another process does."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.claude import ScriptedClaude
from tests.support.waiting import in_background
from visionapp.analysis.run import run_turn
from visionapp.conversations.models import Turn


@contextmanager
def answering(turn: Turn, claude: ScriptedClaude) -> Iterator[ScriptedClaude]:
    """Answer the turn meanwhile; on leaving, let the model go on and wait for the end."""
    working = in_background(lambda: run_turn(turn.pk, claude=claude))
    try:
        yield claude
    finally:
        claude.let_go.set()
        working.result(timeout=10)
