"""What every page with the side list shows: the list, the demo's notice, who is signed in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from visionapp.web import listing


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor; the list is only read by templates that show it."""
    return {
        "demo": settings.DEMO,
        "accounts": settings.ACCOUNTS == "required",
        "listing": _listing_for(request),
    }


def listing_context(user_id: int, *, query: str = "", cursor: str = "") -> dict[str, Any]:
    """Return a page of the list under its headings; raises CursorInvalid."""
    page = listing.page(user_id, query=query, cursor=cursor)
    before = listing.after_cursor(cursor)
    heading = _heading(before) if before else ""
    rows = []
    for row in page.rows:
        own = _heading(row.updated_at)
        rows.append(
            {
                "id": row.pk,
                "title": row.title,
                "heading": own if own != heading else "",
                "active": getattr(row, "active", False),
            }
        )
        heading = own
    return {"rows": rows, "next_cursor": page.next_cursor, "query": query}


def _listing_for(request: HttpRequest) -> Callable[[], dict[str, Any]]:
    # A template asks once for each name that it shows.
    @cache
    def read() -> dict[str, Any]:
        if request.user.is_authenticated:
            return listing_context(request.user.pk)
        return {"rows": [], "next_cursor": "", "query": ""}

    return read


def _heading(moment: datetime) -> str:
    today = timezone.localdate()
    day = timezone.localdate(moment)
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return "This week" if day > today - timedelta(days=7) else "Earlier"
