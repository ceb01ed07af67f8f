"""Reads the block structure of Markdown source, without its inline half."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it.token import Token

from visionapp.markup.dialect import DIALECT


@dataclass(slots=True)
class Span:
    """A top-level block: the name of its token, its first line, and those of its children."""

    kind: str
    line: int
    sides: list[str] = field(default_factory=list)
    """The alignment of each column of a table, or ""."""
    children: list[int] = field(default_factory=list)

    @property
    def is_list(self) -> bool:
        return self.kind in {"bullet_list_open", "ordered_list_open"}


def spans_of(text: str) -> list[Span]:
    """Return the top-level blocks in order."""
    spans: list[Span] = []
    tokens: list[Token] = []
    DIALECT.block.parse(text, DIALECT, {}, tokens)
    for token in tokens:
        if token.nesting < 0:
            continue
        if token.level == 0 and token.map is not None:
            spans.append(Span(token.type, token.map[0]))
        elif token.type == "th_open" and spans[-1].kind == "table_open":
            spans[-1].sides.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
        elif token.level == 1 and token.map is not None:
            spans[-1].children.append(token.map[0])
    return spans


def first_past(size: int, lines: Sequence[str], begin: int, places: Sequence[int]) -> int | None:
    """Return the first of these lines that begins ``size`` characters or more after ``begin``."""
    ends = [*accumulate(map(len, lines[begin:]), initial=0)]
    return next((line for line in places if line > begin and ends[line - begin] >= size), None)


def is_row(line: str) -> bool:
    """Tell whether a line right below a table belongs to it."""
    tokens: list[Token] = []
    DIALECT.block.parse(f"| |\n|-|\n{line}", DIALECT, {}, tokens)
    return tokens[0].map == [0, 3]
