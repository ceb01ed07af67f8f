"""Makes safe file names out of titles and of the names that people gave their pictures."""

import re
import unicodedata
from collections.abc import Iterator

from visionapp.exports.document import Document

LONGEST = 60
PICTURE_ENDINGS = {"avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp"}
FOLDER = "pictures"


def slug(text: str) -> str:
    """Return lower-case ASCII letters, digits and single hyphens, or nothing without any."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST].rstrip("-")


def document_name(title: str, extension: str) -> str:
    """Return the name under which a browser keeps an export."""
    return f"{slug(title) or 'conversation'}.{extension}"


def picture_paths(document: Document) -> Iterator[str]:
    """Yield each picture's path beside the document, in order: unique, whatever it was called."""
    names = [picture.name for turn in document.turns for picture in turn.pictures]
    for number, name in enumerate(names, start=1):
        stem, _, ending = name.rpartition(".")
        if ending.lower() not in PICTURE_ENDINGS:
            yield f"{FOLDER}/{number}-{slug(name) or 'picture'}"
        else:
            yield f"{FOLDER}/{number}-{slug(stem) or 'picture'}.{ending.lower()}"
