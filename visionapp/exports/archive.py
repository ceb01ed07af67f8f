"""Writes a conversation as a zip archive: its Markdown, and its pictures beside it."""

import shutil
from datetime import UTC, datetime
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from visionapp.exports.document import Document
from visionapp.exports.markdown import as_markdown
from visionapp.exports.names import document_name, picture_paths


def as_zip(document: Document, target: BinaryIO) -> None:
    """Write the archive to ``target``, which need not be seekable, a picture at a time.

    Pictures are stored as they are: they are compressed already. What opening one raises passes
    through, and leaves ``target`` without an end.
    """
    pictures = [picture for turn in document.turns for picture in turn.pictures]
    with ZipFile(target, "w") as archive:
        page = _entry(document, document_name(document.title, "md"), ZIP_DEFLATED)
        archive.writestr(page, as_markdown(document, picture_links=True))
        for picture, path in zip(pictures, picture_paths(document), strict=True):
            entry = _entry(document, path, ZIP_STORED)
            with picture.open() as source, archive.open(entry, "w") as stored:
                shutil.copyfileobj(source, stored)


def _entry(document: Document, name: str, compression: int) -> ZipInfo:
    made = document.created_at.astimezone(UTC)
    entry = ZipInfo(name, _zip_time(made))
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry


def _zip_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    # A zip archive counts years from 1980.
    year = max(moment.year, 1980)
    return (year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
