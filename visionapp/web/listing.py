"""The lists of conversations and pictures, page by page, newest first."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q

from visionapp.conversations.models import Conversation, Turn
from visionapp.errors import Invalid
from visionapp.uploads.models import Picture
from visionapp.web.forms import storable

PAGE = 30
LONGEST_PAGE = 200


class CursorInvalid(Invalid):
    """A cursor that no page gave."""

    code = "cursor.invalid"
    message = "This cursor is not one; take it from “next_cursor” of the page before."


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins; an empty cursor at the end."""

    rows: Sequence[Row]
    next_cursor: str


def page(
    user_id: int, *, query: str = "", cursor: str = "", limit: int = PAGE, archived: bool = False
) -> Page[Conversation]:
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
    return Page(found[:size], _cursor(found[size - 1].updated_at, found[size - 1]) if more else "")


def pictures(
    user_id: int, *, cursor: str = "", limit: int = PAGE, each_once: bool = False
) -> Page[Picture]:
    """Return a page of a person's pictures; raises CursorInvalid.

    With ``each_once`` only the newest of those that show the same whole frame of the same bytes.
    """
    size = min(max(limit, 1), LONGEST_PAGE)
    mine = Picture.objects.owned_by(user_id)
    rows = mine.exclude(_has_newer_twin()) if each_once else mine
    if cursor:
        moment, pk = _parse(cursor)
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=pk))
    rows = rows.select_related("upload").prefetch_related("prepared_images")
    found = list(rows.order_by("-created_at", "-pk")[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1].created_at, found[size - 1]) if more else "")


def _has_newer_twin() -> Q:
    """Match pictures of a whole frame that was added again later."""
    moment = OuterRef("created_at")
    newer = Q(created_at__gt=moment) | Q(created_at=moment, pk__gt=OuterRef("pk"))
    twins = Picture.objects.filter(upload=OuterRef("upload"), frame=OuterRef("frame"))
    return Q(Exists(twins.filter(newer, box__isnull=True)), box__isnull=True)


def after_cursor(cursor: str) -> datetime | None:
    """Return when the conversation before the cursor's page was last used."""
    return _parse(cursor)[0] if cursor else None


def _cursor(moment: datetime, row: Model) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {row.pk}".encode()).decode()


def _parse(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, pk = base64.urlsafe_b64decode(cursor).decode().split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(pk)
    except (ValueError, OverflowError) as failure:
        raise CursorInvalid from failure
