"""File names are somebody else's words: kept to be read, never to be used as a path."""

import re
import unicodedata

from visionapp.preparation import View
from visionapp.uploads.models import Upload

LONGEST = 255

PAGED = {"PDF", "TIFF", "HEIF"}
"""Formats whose frames people call pages."""

_SEPARATORS = re.compile(r"[\\/]")
_WHICH = re.compile(r"(, (page|frame) \d+)?(, part( \d+)?)?$")


def clean_name(raw: str) -> str:
    """Return the last part of a file name without control, format or direction characters."""
    last = _SEPARATORS.split(raw)[-1]
    shown = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in last)
    return " ".join(shown.split()).lstrip(".-")[:LONGEST] or "picture"


def frame_word(kind: str) -> str:
    """Return what one of several pictures in a file of this format is called."""
    return "page" if kind in PAGED else "frame"


def file_name(name: str) -> str:
    """Return the name of the file that a picture is a part of."""
    return _WHICH.sub("", name, count=1) or name


def part_name(name: str, upload: Upload, view: View) -> str:
    """Return a name that tells which part it is: “report.pdf, page 3, part”."""
    which = f", {frame_word(upload.format)} {view.frame + 1}" if upload.frames > 1 else ""
    part = ", part" if view.box else ""
    return file_name(name)[: LONGEST - len(which + part)] + which + part
