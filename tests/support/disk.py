"""Tells what is on the disk, and stands in for disks that fail."""

import errno

from django.conf import settings
from django.core.files.storage import FileSystemStorage


def kept_files() -> set[str]:
    """Return the names of all stored files, as the rows name them."""
    root = settings.MEDIA_ROOT
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


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


class StubbornDisk(FileSystemStorage):
    """Does not let go of originals."""

    def delete(self, name):
        if name.endswith(".original"):
            raise OSError(errno.EIO, "Input/output error")
        super().delete(name)
