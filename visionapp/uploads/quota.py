"""How much of the disk is one person's, and how much of it has to stay free."""

import math
import shutil

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet, Sum

from visionapp.errors import StorageFull
from visionapp.uploads.models import Picture, Upload
from visionapp.uploads.refusals import StorageLimitReached

FREE_BYTES = 200 * 2**20
"""With less the database, the queue and running answers are in danger; these go before uploads."""

UNITS = ((2**40, "TB"), (2**30, "GB"), (2**20, "MB"))


def used_by(user_id: int) -> int:
    """Return the bytes kept for a person: each original once, and everything made of it.

    Added up over two indexes that hold nothing else: 7 ms for 100,000 pictures.
    """
    originals = _sum(Upload.objects.filter(owner_id=user_id), "bytes")
    return originals + _sum(Picture.objects.owned_by(user_id), "made_bytes")


def _sum(rows: "QuerySet[Upload] | QuerySet[Picture]", field: str) -> int:
    return rows.aggregate(sum=Sum(field))["sum"] or 0


def lock(user_id: int) -> None:
    """Let nobody else add to what is this person's until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def refuse_past_limit(user_id: int, adding: int) -> None:
    """Raise StorageLimitReached if so many bytes more are too many; exact while locked."""
    limit = settings.STORAGE_LIMIT
    if limit is None:
        return
    used = used_by(user_id)
    if adding > limit:
        raise StorageLimitReached(
            f"This picture needs {in_words(adding)}, and one person has {in_words(limit)} here. "
            "Save it smaller, then add it again."
        )
    if used + adding > limit:
        raise StorageLimitReached(
            f"Your pictures take {in_words(used)} of the {in_words(limit)} that one person has "
            f"here, and this one needs {in_words(adding)} more. Delete analyses you no longer "
            "need, or unused pictures in Settings, then add it again."
        )


def is_disk_scarce() -> bool:
    """Tell whether the disk of the data has too little room left to take anything in."""
    return shutil.disk_usage(settings.DATA).free < FREE_BYTES


def refuse_on_scarce_disk() -> None:
    """Raise StorageFull before anything is written that others need the room for."""
    if is_disk_scarce():
        raise StorageFull


def in_words(size: int) -> str:
    """Return a number of bytes as people say it, rounded down: “9.9 GB”."""
    unit, name = next((each for each in UNITS if size >= each[0]), UNITS[-1])
    return f"{math.floor(10 * size / unit) / 10:g} {name}"
