"""The list of conversations, page by page, newest first."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from visionapp.conversations.models import Conversation, Turn
from visionapp.errors import Invalid
from visionapp.web.forms import storable

PAGE = 30
LONGEST_PAGE = 200


class CursorInvalid(Invalid):
    """A cursor that no page gave."""

    code = "cursor.invalid"
    message = "This cursor is not one; take it from “next_cursor” of the page before."


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations, and where the next page begins; an empty cursor at the end."""

    rows: Sequence[Conversation]
    next_cursor: str


def page(
    user_id: int, *, query: str = "", cursor: str = "", limit: int = PAGE, archived: bool = False
) -> Page:
    """Return a page of a person's conversations; raises CursorInvalid."""
    size = min(max(limit, 1), LONGEST_PAGE)
    active = Turn.objects.filter(
        conversation=OuterRef("pk"), state__in=(Turn.State.WAITING, Turn.State.ANSWERING)
    )
    mine = Conversation.objects.owned_by(user_id).listed(archived=archived)
    rows = mine.matching(storable(query))
    if cursor:
        moment, pk = _parse(cursor)
        rows = rows.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk))
    found = list(rows.annotate(active=Exists(active))[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1]) if more else "")


def after_cursor(cursor: str) -> datetime | None:
    """Return when the conversation before the cursor's page was last used."""
    return _parse(cursor)[0] if cursor else None


def _cursor(row: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{row.updated_at.isoformat()} {row.pk}".encode()).decode()


def _parse(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, pk = base64.urlsafe_b64decode(cursor).decode().split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(pk)
    except (ValueError, OverflowError) as failure:
        raise CursorInvalid from failure
