"""Writes log entries as server-sent events: as they are, or as rendered pieces."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from visionapp.markup.pieces import AnswerPieces, Change, Put
from visionapp.relay.log import Entry
from visionapp.reply import ReplyEvent, Started, Text, dump, is_last, name_of

OPENING = b"retry: 1000\n: here\n\n"
HEARTBEAT = b": here\n\n"


class Framing(Protocol):
    """Turns log entries into bytes for one watcher."""

    def frames(self, entries: Sequence[Entry]) -> bytes:
        """Return what these entries look like on the wire."""


class Events:
    """Every reply event as it is."""

    def frames(self, entries: Sequence[Entry]) -> bytes:
        """Return one frame an entry."""
        return b"".join(
            _frame(name_of(entry.event), dump(entry.event), entry.position) for entry in entries
        )


class Pieces:
    """Text as changes of the page; other events as they are.

    Reads a turn's log from its start, and writes only what comes after the watcher's position: so
    the page that reconnects gets changes that fit to what it shows.
    """

    def __init__(self, after: int) -> None:
        """Take the position that the page shows already."""
        self._after = after
        self._pieces = AnswerPieces()

    def frames(self, entries: Sequence[Entry]) -> bytes:
        """Return the frames of what is new, text that arrived at once being rendered at once."""
        out: list[bytes] = []
        for position, event in _joined(entries, self._after):
            made = b"".join(self._of(event, position))
            if position > self._after:
                out.append(made)
        return b"".join(out)

    def _of(self, event: ReplyEvent, position: int) -> Iterator[bytes]:
        if isinstance(event, Text):
            yield from _change_frames(self._pieces.feed(event.text), position)
            return
        if isinstance(event, Started):
            self._pieces = AnswerPieces()
        if is_last(event):
            yield from _change_frames(self._pieces.finish(), position)
        yield _frame(name_of(event), dump(event), position)


def _joined(entries: Sequence[Entry], after: int) -> Iterator[tuple[int, ReplyEvent]]:
    """Join neighbouring texts, but never across the position that the watcher has."""
    position, words = 0, ""
    for entry in entries:
        if isinstance(entry.event, Text) and not (position <= after < entry.position and words):
            position, words = entry.position, words + entry.event.text
            continue
        if words:
            yield position, Text(words)
        position, words = 0, ""
        if isinstance(entry.event, Text):
            position, words = entry.position, entry.event.text
        else:
            yield entry.position, entry.event
    if words:
        yield position, Text(words)


def _change_frames(changes: Sequence[Change], position: int) -> Iterator[bytes]:
    """Give only an entry's last change its id: a page that lost one asks for all of them."""
    for change in changes:
        name = "put" if isinstance(change, Put) else "words"
        yield _frame(name, asdict(change), position if change is changes[-1] else None)


def _frame(name: str, data: dict[str, Any], position: int | None) -> bytes:
    mark = "" if position is None else f"id: {position}\n"
    return f"{mark}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
