"""Tells what is on the disk and what rows say of it, and stands in for disks that fail."""

import errno
import os
import time
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from visionapp.uploads.models import Picture, PreparedImage, Upload


def kept_files() -> set[str]:
    """Return the names of all stored files, as the rows name them."""
    root = settings.MEDIA_ROOT
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def named_files() -> set[str]:
    """Return the names of all files that rows name."""
    return {
        *Upload.objects.values_list("file", flat=True),
        *Picture.objects.values_list("thumbnail", flat=True),
        *PreparedImage.objects.values_list("file", flat=True),
    }


def a_stored_file(name: str, *, hours: float = 0) -> Path:
    """Put a file into the storage, unknown to any row and last written so many hours ago."""
    path = Path(settings.MEDIA_ROOT, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left over")
    return aged(path, hours)


def aged(path: Path, hours: float) -> Path:
    """Make a file look as if it was last written so many hours ago."""
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def use_storage(settings, kind: type[FileSystemStorage]) -> None:
    """Keep uploads by this class for the rest of the test."""
    ordinary = settings.STORAGES["default"]
    path = f"{kind.__module__}.{kind.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "default": {**ordinary, "BACKEND": path}}


class FullDisk(FileSystemStorage):
    """Has room for originals only."""

    def _save(self, name, content):
        if not name.endswith(".original"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


class ShortDisk(FileSystemStorage):
    """Fills up in the middle of what is prepared, and keeps what it wrote of it."""

    def _save(self, name, content):
        if ".prepared" in name:
            with Path(self.path(name)).open("xb") as file:
                file.write(content.read(10))
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


class StubbornDisk(FileSystemStorage):
    """Does not let go of originals."""

    def delete(self, name):
        if name.endswith(".original"):
            raise OSError(errno.EIO, "Input/output error")
        super().delete(name)
