"""What is exported: the turns along one path of a conversation, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from visionapp.reply import Usage


@dataclass(frozen=True, slots=True)
class ExportedPicture:
    """A picture of a question; ``open`` gives its bytes, and is called only to write them out."""

    label: str
    """How the conversation calls it ("Image 2"); may be empty."""
    name: str
    """The file name its owner gave it: any text."""
    width: int
    height: int
    open: Callable[[], BinaryIO]
    taken_out: bool = False
    """Whether later questions were asked without it."""


@dataclass(frozen=True, slots=True)
class ExportedTurn:
    """One question and what became of it."""

    question: str
    answer: str
    """Markdown, as the model wrote it."""
    model_name: str
    state_words: str = ""
    """A sentence when the answer is not whole ("Stopped before its end."); empty when it is."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = None
    settled_at: datetime | None = None
    pictures: tuple[ExportedPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A conversation's path from its first question to the turn that is shown."""

    title: str
    created_at: datetime
    turns: tuple[ExportedTurn, ...]
