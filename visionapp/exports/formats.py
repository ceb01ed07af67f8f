"""The formats a conversation can be exported in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from visionapp.errors import Missing
from visionapp.exports.archive import as_zip
from visionapp.exports.document import Document
from visionapp.exports.markdown import as_markdown
from visionapp.exports.names import document_name


class FormatUnknown(Missing):
    """The conversation cannot be exported in this format."""

    code = "export.format_unknown"
    message = "There is no such export format."


@dataclass(frozen=True, slots=True)
class Exporter:
    """How one format is written, and what a browser is told about it."""

    media_type: str
    extension: str
    write: Callable[[Document, BinaryIO], None]


def _write_markdown(document: Document, target: BinaryIO) -> None:
    target.write(as_markdown(document, picture_links=False).encode())


EXPORTERS = {
    "md": Exporter("text/markdown; charset=utf-8", "md", _write_markdown),
    "zip": Exporter("application/zip", "zip", as_zip),
}


def exporter(name: str) -> Exporter:
    """Return the exporter of a format; raises FormatUnknown for any other name."""
    found = EXPORTERS.get(name)
    if found is None:
        known = ", ".join(EXPORTERS)
        raise FormatUnknown(f"There is no such export format; choose one of {known}.")
    return found


def file_name(title: str, name: str) -> str:
    """Return a safe file name for a conversation in a format; raises FormatUnknown."""
    return document_name(title, exporter(name).extension)
