"""Text that can be stored and sent: no NUL and no lone surrogates."""

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Put U+FFFD where databases or UTF-8 would refuse a character."""
    return UNSTORABLE.sub("\ufffd", text)
