"""Characters that an answer may not carry: they hide text, turn it round, or break parsers."""

import re

# Controls but tab and newline, lone surrogates, the bidirectional controls of UAX #9, the
# invisible tag characters, byte-order marks and noncharacters.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
LINE_ENDS = re.compile("[\u2028\u2029]")


def clean(text: str) -> str:
    """Return the text without unwanted characters; each character is judged alone."""
    return LINE_ENDS.sub("\n", UNWANTED.sub("", text))
