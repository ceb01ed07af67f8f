"""Tells failures of the machine, a full disk or an absent database, from mistakes of ours."""

import errno

from django.db import OperationalError

from visionapp.errors import StorageFull, Unavailable, VisionError

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_AWAY = {errno.EIO, errno.EROFS}
DISK_FAILS = "The server's disk is full or fails. Ask whoever runs it to look at it."


def outage_of(failure: BaseException | None) -> VisionError | None:
    """Return what to tell of a failure of the machine, or None for any other failure."""
    if isinstance(failure, OperationalError):
        return _of_database(failure)
    if not isinstance(failure, OSError):
        return None
    if failure.errno in DISK_FULL:
        return StorageFull()
    if failure.errno in DISK_AWAY:
        return Unavailable(DISK_FAILS)
    return None


def _of_database(failure: OperationalError) -> VisionError | None:
    name: str = getattr(failure.__cause__, "sqlite_errorname", "")
    if name == "SQLITE_ERROR":  # the statement is wrong, not the database away
        return None
    if name == "SQLITE_FULL":
        return StorageFull()
    if name.startswith("SQLITE_IOERR"):
        return Unavailable(DISK_FAILS)
    return Unavailable("The database does not answer right now; try again in a moment.")
