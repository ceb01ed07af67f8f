"""Reads what forms and addresses send."""

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict

from visionapp.uploads.refusals import PictureGone


def text(sent: QueryDict, name: str) -> str:
    """Return a field as text, empty without one."""
    return storable(sent.get(name, ""))


def storable(raw: str) -> str:
    """Return the text without NUL, which an address can carry and PostgreSQL cannot take."""
    return raw.replace("\0", "")


def picture_ids(raw: Iterable[str]) -> list[UUID]:
    """Return the ids in order; raises PictureGone for what is none."""
    try:
        return [UUID(given) for given in raw]
    except ValueError as failure:
        raise PictureGone from failure
