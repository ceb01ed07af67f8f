"""What pictures are called on pages and in exports: their number in the thread."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from visionapp.conversations.models import Turn


def labels(path: Sequence[Turn]) -> Mapping[UUID, Sequence[str]]:
    """Return each turn's labels in the order of its pictures; empty words for a single picture."""
    total = sum(len(turn.pictures.all()) for turn in path)
    named: dict[UUID, list[str]] = {}
    number = 0
    for turn in path:
        named[turn.pk] = []
        for _ in turn.pictures.all():
            number += 1
            named[turn.pk].append(f"Image {number}" if total > 1 else "")
    return named


def called(label: str) -> str:
    """Return what a control calls a picture; one that is alone has no number."""
    return label or "this picture"
