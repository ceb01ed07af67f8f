"""Writes and reads the log of a turn's reply events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from visionapp.relay import wakeup
from visionapp.relay.models import LogEntry
from visionapp.reply import ReplyEvent, Started, dump, load, name_of

ATTEMPT_SPAN = 1_000_000
"""Positions that one attempt may use; attempt 2 begins at 2,000,001."""

AT_ONCE = 200
"""Turns that one query reads; SQLite takes expressions up to 1,000 terms deep."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and its position, which is the ``id`` that a browser reconnects with."""

    turn_id: UUID
    position: int
    event: ReplyEvent


class LogWriter:
    """Appends the events of one attempt at a turn, and wakes who watches on commit."""

    def __init__(self, turn_id: UUID, attempt: int) -> None:
        """Begin at the attempt's first position."""
        self._turn_id = turn_id
        self._next = attempt * ATTEMPT_SPAN + 1

    def append(self, *events: ReplyEvent) -> None:
        """Store the events together.

        An entry that is there already was written by a call whose answer got lost: it stays.
        """
        first = self._next
        LogEntry.objects.bulk_create(
            (
                LogEntry(
                    turn_id=self._turn_id, position=place, name=name_of(event), data=dump(event)
                )
                for place, event in enumerate(events, start=first)
            ),
            ignore_conflicts=True,
        )
        self._next = first + len(events)
        transaction.on_commit(partial(wakeup.wake, self._turn_id))


def read(after: Mapping[UUID, int]) -> Sequence[Entry]:
    """Return what each turn's log holds after the position given for it, turn by turn in order."""
    turns = iter(after.items())
    found: list[Entry] = []
    while some := list(islice(turns, AT_ONCE)):
        wanted = Q()
        for turn_id, position in some:
            wanted |= Q(turn_id=turn_id, position__gt=position)
        found += [
            Entry(row.turn_id, row.position, load(row.name, row.data))
            for row in LogEntry.objects.filter(wanted).order_by("turn_id", "position")
        ]
    return found


def replay(turn_id: UUID, after: int) -> Sequence[Entry]:
    """Return a turn's log after a position, without what a later ``started`` made void."""
    latest = (
        LogEntry.objects.filter(turn_id=turn_id, name=name_of(Started(0)))
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    )
    return read({turn_id: max(after, (latest or 0) - 1)})


def last_position(turn_id: UUID) -> int:
    """Return the position of the newest entry, 0 for an empty log."""
    newest = LogEntry.objects.filter(turn_id=turn_id).order_by("-position")
    return newest.values_list("position", flat=True).first() or 0


def forget(turn_ids: Sequence[UUID]) -> None:
    """Delete the logs of these turns; the turn's row has what they said."""
    LogEntry.objects.filter(turn_id__in=turn_ids).delete()


def logged_turns() -> Sequence[UUID]:
    """Return the turns that have a log."""
    return list(LogEntry.objects.values_list("turn_id", flat=True).distinct().order_by())
