"""Reads ids that forms send."""

from collections.abc import Iterable
from uuid import UUID

from visionapp.uploads.refusals import PictureGone


def picture_ids(raw: Iterable[str]) -> list[UUID]:
    """Return the ids in order; raises PictureGone for what is none."""
    try:
        return [UUID(text) for text in raw]
    except ValueError as failure:
        raise PictureGone from failure
