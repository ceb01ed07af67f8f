"""Holds back the start of a line until its characters can mean only one kind of block."""

import re
from enum import Enum, auto

LINES = re.compile(r"[^\n]*\n|[^\n]+")
# A line of only these may still become a list item, a heading, a rule, an underline, a table's
# second line or plain words; the first other character settles which.
AMBIGUOUS = re.compile(r"(?:[^\S\n]|[>\-+*_=#|:~`0-9.)])*")
# A number that no list can have, or that another number follows, begins plain words.
NUMBERS = re.compile(r"[ \t]*[0-9]+(?:[ \t]+[0-9]|(?<=[0-9]{10}))")
NUMBERS_WITHIN = 40
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class _Line(Enum):
    STARTING = auto()
    BACKTICKS = auto()
    TILDES = auto()
    SETTLED = auto()


class Gate:
    """Lets a line through as soon as no further character can change what kind of line it is.

    A fence's opening line waits for its end, since a later backtick makes it plain words.
    """

    def __init__(self) -> None:
        """Start at the beginning of a line."""
        self._line = _Line.STARTING
        self._held: list[str] = []

    @property
    def in_words(self) -> bool:
        """Tell whether the current line is settled, so that words can only add to it."""
        return self._line is _Line.SETTLED

    def admit(self, text: str) -> str:
        """Return what may be parsed now, of this text and of what was held before."""
        return "".join(self._part(part) for part in LINES.findall(text))

    def rest(self) -> str:
        """Return what is still held: the answer is over."""
        return self._release(_Line.STARTING)

    def _part(self, part: str) -> str:
        if part.endswith("\n"):
            self._held.append(part)
            return self._release(_Line.STARTING)
        if self._line is _Line.SETTLED:
            return part
        self._held.append(part)
        if self._is_open(part):
            return ""
        return self._release(_Line.SETTLED)

    def _is_open(self, part: str) -> bool:
        if self._line is not _Line.STARTING:
            return self._line is _Line.TILDES or "`" not in part
        if AMBIGUOUS.fullmatch(part):
            return NUMBERS.match("".join(self._held[:NUMBERS_WITHIN])) is None
        whole = "".join(self._held)
        opening = FENCE.match(whole)
        if opening is None:
            return False
        self._line = _Line.TILDES if opening[1].startswith("~") else _Line.BACKTICKS
        return self._line is _Line.TILDES or "`" not in whole[opening.end() :]

    def _release(self, line: _Line) -> str:
        self._line = line
        held = "".join(self._held)
        self._held.clear()
        return held
