"""File names are somebody else's words: kept to be read, never to be used as a path."""

import re
import unicodedata

LONGEST = 255

_SEPARATORS = re.compile(r"[\\/]")


def clean_name(raw: str) -> str:
    """Return the last part of a file name without control, format or direction characters."""
    last = _SEPARATORS.split(raw)[-1]
    shown = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in last)
    return " ".join(shown.split()).lstrip(".-")[:LONGEST] or "picture"
