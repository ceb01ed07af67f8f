"""Removes what crashes and failed deletions left: uploads without pictures, files without rows.

Files are written before their rows and deleted after them, so that a file without a row is either
very young or of no use. A row without its file is a loss; it is told, and stays.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from visionapp.uploads import retention
from visionapp.uploads.models import Picture, PreparedImage, Upload

GRACE = timedelta(hours=1)
"""What is younger may be part of an upload that is being taken in."""
MOST_UPLOADS = 200
"""Deleted in one run, which is one transaction; the next run deletes more."""
ROWS = 2000
"""Read at a time."""
PROBES = "ready"
"""The folder in which the check of the storage writes what it deletes at once."""
MARKS = "database"
"""The folder of an empty file whose name tells which database the stored files belong to."""
OURS = re.compile(r"\d+/[0-9a-f-]{36}\w*\.(original|thumbnail|prepared-\w+)")

logger = logging.getLogger(__name__)


def tidy() -> None:
    """Remove what is left over; may run at any time, in several processes at once."""
    counts: Counter[str] = Counter()
    incoming = FileSystemStorage(location=settings.FILE_UPLOAD_TEMP_DIR)
    counts["uploads without pictures"] = _delete_unshown_uploads()
    _remove_old(_listed(incoming), counts, "unfinished uploads", incoming)
    _remove_old(_listed(default_storage, PROBES), counts, "probes")
    if _belong_here():
        for owner_id in _owners():
            _tidy_files_of(owner_id, counts)
    _tell(counts)


def _tell(counts: Counter[str]) -> None:
    missing, stuck = counts.pop("missing", 0), counts.pop("stuck", 0)
    if counts.total():
        logger.info("Removed: %s", ", ".join(f"{n} {what}" for what, n in counts.items() if n))
    if stuck:
        logger.error("%d files that nothing needs cannot be deleted", stuck)
    if missing:
        logger.error("%d files are not there, though pictures need them", missing)


def _delete_unshown_uploads() -> int:
    unshown = Upload.objects.filter(pictures=None, created_at__lt=timezone.now() - GRACE)
    return retention.delete_unshown(list(unshown.values_list("pk", flat=True)[:MOST_UPLOADS]))


def _belong_here() -> bool:
    """Tell whether the stored files are this database's; the first run marks them as such.

    With another database on the same files, by a wrong setting or a restart from nothing, none of
    them has a row, and all would go.
    """
    made = MigrationRecorder.Migration.objects.aggregate(at=Min("applied"))["at"]
    mark = f"{MARKS}/{made:%Y%m%dT%H%M%S%f}"
    marks = _listed(default_storage, MARKS)
    if not marks:
        default_storage.save(mark, ContentFile(b""))
    # Two that save it at once make one with a longer name.
    if all(each.startswith(mark) for each in marks):
        return True
    logger.error(
        "The stored files belong to another database, so none of them is removed. If it is gone "
        "for good, delete the folder %r beside them.",
        MARKS,
    )
    return False


def _owners() -> list[int]:
    """Return everybody of whom there are files or rows."""
    owners = set(Upload.objects.order_by().values_list("owner_id", flat=True).distinct())
    return sorted(owners.union(int(name) for name in _folders() if name.isdecimal()))


def _folders() -> list[str]:
    try:
        return default_storage.listdir("")[0]
    except FileNotFoundError:
        return []


def _listed(storage: Storage, folder: str = "") -> list[str]:
    """Return the files of a folder by their whole names."""
    try:
        names = storage.listdir(folder)[1]
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names] if folder else names


def _tidy_files_of(owner_id: int, counts: Counter[str]) -> None:
    """Compare one person's files with their rows; holds the names of that person's files."""
    # Files first: what is added meanwhile is then too much among the rows, not among the files.
    unknown = set(_listed(default_storage, str(owner_id)))
    for name in _named_by_rows(owner_id):
        if name in unknown:
            unknown.remove(name)
        elif not default_storage.exists(name):
            counts["missing"] += 1
    ours = (name for name in unknown if OURS.fullmatch(name))
    _remove_old(ours, counts, "files without a row")


def _named_by_rows(owner_id: int) -> Iterator[str]:
    mine = Picture.objects.owned_by(owner_id)
    made = PreparedImage.objects.filter(picture__owner_id=owner_id)
    for names in (
        Upload.objects.filter(owner_id=owner_id).values_list("file", flat=True),
        mine.values_list("thumbnail", flat=True),
        made.values_list("file", flat=True),
    ):
        yield from names.iterator(chunk_size=ROWS)


def _remove_old(
    names: Iterable[str], counts: Counter[str], what: str, storage: Storage = default_storage
) -> None:
    oldest_kept = timezone.now() - GRACE
    for name in names:
        try:
            if storage.get_modified_time(name) < oldest_kept:
                storage.delete(name)
                counts[what] += 1
        except FileNotFoundError:
            continue  # another worker was here first
        except OSError:
            # One file that cannot be deleted must not keep the others.
            counts["stuck"] += 1
