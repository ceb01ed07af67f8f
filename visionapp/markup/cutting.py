"""Cuts a growing answer into pieces whose ends depend on the text alone."""

import re
from dataclasses import dataclass

from visionapp.markup.blocks import Span, first_past, is_row, spans_of
from visionapp.markup.dialect import language_of
from visionapp.markup.gate import FENCE, LINES, Gate
from visionapp.markup.sources import Block, Code, Fence, Item, Row, Source

BLANK = " \t\n"
"""What Markdown takes for white space at the ends of a block; other spaces are words."""
LIMIT = 2000
"""Characters after which a quote or a code block goes on in a new piece."""
MOST = 6000
"""Characters after which anything goes on in a new piece, at the next line."""
WINDOW = 4096
"""Most characters that are taken in at once."""
GROWTH = 9 / 8
"""A piece beyond LIMIT is read again only after growing by this, so that work stays linear."""
FILLED_CELLS = 20_000
"""Empty cells that the short rows of a table may be filled up with; the table ends there."""

BLANK_LINE_PASSED = re.compile(r"\n\n\S")
ENDS = {
    "bullet_list_open": re.compile(r"\n(?:\n|[-+*][ \t]+)\S"),
    "ordered_list_open": re.compile(r"\n(?:\n|[0-9]{1,9}[.)][ \t]+)\S"),
}
"""What surely ends the open block, or one item of it."""


@dataclass(slots=True)
class _OpenFence:
    marks: str
    closing: re.Pattern[str]
    indent: int
    language: str
    begun: bool = False
    """Its first piece is final."""
    at_line_start: bool = True


@dataclass(slots=True)
class _OpenTable:
    sides: tuple[str, ...]
    filled: int = 0


class Cutter:
    """Takes an answer's text in chunks of any size and gives its pieces back as they get final.

    All top-level blocks but the last are final, whatever follows: Markdown never reopens one.
    """

    def __init__(self) -> None:
        """Begin an answer."""
        self._gate = Gate()
        self._final: list[Source] = []
        self._fence: _OpenFence | None = None
        self._table: _OpenTable | None = None
        self._in_list = False
        self._kind = ""
        self._last_two = "\n\n"
        self._reset("")

    @property
    def in_words(self) -> bool:
        """Tell whether the current line can only get longer, not become another kind of block."""
        return self._gate.in_words

    @property
    def open_size(self) -> int:
        """Characters of the open piece."""
        return self._size

    @property
    def is_behind(self) -> bool:
        """Tell whether the open piece may by now be several."""
        return self._unread

    @property
    def open_fence(self) -> str:
        """The marks that would close the code block the text ends in, or nothing."""
        return self._fence.marks if self._fence is not None else ""

    def open(self) -> Source | None:
        """Return the piece that may still change, or None when there is none."""
        text = "".join(self._parts)
        if self._fence is not None:
            return _code(self._fence, text) if text.strip() else None
        if not text.strip(BLANK):
            return None
        if self._table is not None:
            return Row(text, self._table.sides)
        return self._piece(text)

    def feed(self, text: str) -> list[Source]:
        """Take more text, and return the pieces that got final."""
        for start in range(0, len(text), WINDOW):
            self._read(self._gate.admit(text[start : start + WINDOW]))
        return self._taken()

    def add_words(self, text: str) -> None:
        """Take text without line ends into the open block, when :attr:`in_words`."""
        self._keep(text)
        self._last_two = text[-2:]

    def finish(self) -> list[Source]:
        """Return the pieces that are left: the answer is over."""
        self._read(self._gate.rest())
        while self._unread:
            self._read(self._blocks())
        if self._fence is not None:
            self._close(self._fence)
        elif (last := self.open()) is not None:
            self._final.append(last)
        return self._taken()

    def _taken(self) -> list[Source]:
        final, self._final = self._final, []
        return final

    def _read(self, text: str) -> None:
        while text:
            text = self._on(text)

    def _on(self, text: str) -> str:
        """Read on; return what is to be read in another way."""
        if self._fence is not None:
            return self._in_fence(self._fence, text)
        if self._table is not None:
            return self._in_table(self._table, text)
        return self._in_blocks(text)

    def _keep(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text)

    def _reset(self, text: str) -> None:
        self._parts = [text]
        self._size = self._size_read = len(text)
        self._unread = False

    def _in_blocks(self, text: str) -> str:
        seen = self._last_two + text
        self._last_two = seen[-2:]
        self._keep(text)
        # Within a settled line no character begins a block.
        self._unread = self._unread or "\n" in seen[1:]
        if not self._unread or not self._is_due(seen):
            return ""
        return self._blocks()

    def _is_due(self, seen: str) -> bool:
        if self._size <= LIMIT or self._size >= self._size_read * GROWTH:
            return True
        return ENDS.get(self._kind, BLANK_LINE_PASSED).search(seen) is not None

    def _blocks(self) -> str:
        """Make all blocks but the last final; return what must be read anew."""
        lines = LINES.findall("".join(self._parts))
        spans = spans_of("".join(lines))
        self._reset("")
        ends = [*(span.line for span in spans[1:]), len(lines)]
        for span, end in zip(spans, ends, strict=False):
            rest = self._block(span, lines, end, is_last=span is spans[-1])
            if rest:
                return self._from_line_start(rest + "".join(lines[end:]))
        return ""

    def _block(self, span: Span, lines: list[str], end: int, *, is_last: bool) -> str:
        if span.kind == "fence":
            self._fence = _fence(lines[span.line])
            return self._lines(lines[span.line + 1 : end], is_last=is_last)
        if span.kind == "table_open":
            self._finish(lines[span.line : span.line + 2])
            self._table = _OpenTable(tuple(span.sides))
            return self._lines(lines[span.line + 2 : end], is_last=is_last)
        self._kind = span.kind
        begins = span.children if span.is_list else [span.line]
        for begin, until in zip(begins, [*begins[1:], end], strict=True):
            cut = _cut(span, lines, begin, until)
            if cut is None and is_last and until == end:
                self._reset("".join(lines[begin:end]))
                return ""
            self._finish(lines[begin : cut or until])
            if cut is not None:
                self._in_list = False
                return "".join(lines[cut:end])
            self._in_list = span.is_list
        self._in_list = False
        return ""

    def _lines(self, lines: list[str], *, is_last: bool) -> str:
        """Read the lines of a fence or table; return what turns out to lie beyond its end."""
        self._in_list = False
        rest = "".join(lines)
        while rest and (self._fence is not None or self._table is not None):
            rest = self._on(rest)
        if not is_last:
            self._end()
        return rest if rest.strip(BLANK) else ""

    def _end(self) -> None:
        if self._fence is not None:
            self._close(self._fence)
        self._table = None

    def _finish(self, lines: list[str]) -> None:
        self._final.append(self._piece("".join(lines)))

    def _piece(self, text: str) -> Source:
        return Item(text) if self._in_list else Block(text)

    def _from_line_start(self, rest: str) -> str:
        self._last_two = "\n\n"
        return rest

    def _in_table(self, table: _OpenTable, text: str) -> str:
        line, end, rest = text.partition("\n")
        if not self._size and (table.filled > FILLED_CELLS or not is_row(line)):
            self._table = None
            return self._from_line_start(text)
        self._keep(line)
        if end:
            row = "".join(self._parts)
            table.filled += max(0, len(table.sides) - row.count("|"))
            self._final.append(Row(row, table.sides))
            self._reset("")
        return rest

    def _in_fence(self, fence: _OpenFence, text: str) -> str:
        position = 0
        for line in LINES.findall(text):
            position += len(line)
            if fence.at_line_start and fence.closing.fullmatch(line):
                self._close(fence)
                return self._from_line_start(text[position:])
            self._keep_code(fence, _outdented(line, fence.indent if fence.at_line_start else 0))
            fence.at_line_start = line.endswith("\n")
        return ""

    def _keep_code(self, fence: _OpenFence, text: str) -> None:
        while self._size + len(text) > LIMIT:
            room = LIMIT - self._size
            self._keep(text[:room])
            self._finish_code(fence)
            text = text[room:]
        self._keep(text)

    def _finish_code(self, fence: _OpenFence) -> None:
        self._final.append(_code(fence, "".join(self._parts)))
        fence.begun = True
        self._reset("")

    def _close(self, fence: _OpenFence) -> None:
        if self._size or not fence.begun:
            self._finish_code(fence)
        self._fence = None


def _cut(span: Span, lines: list[str], begin: int, until: int) -> int | None:
    """Return the line where a block that got too long is cut."""
    if span.kind == "blockquote_open":
        past_limit = first_past(LIMIT, lines, begin, span.children)
        if past_limit is not None:
            return past_limit
    return first_past(MOST, lines, begin, range(begin + 1, until))


def _fence(line: str) -> _OpenFence:
    opening = FENCE.match(line)
    if opening is None:
        raise ValueError(line)
    marks = opening[1]
    closing = re.compile(rf" {{0,3}}{marks[0]}{{{len(marks)},}}[ \t]*\n?")
    return _OpenFence(marks, closing, opening.start(1), language_of(line[opening.end() :]))


def _code(fence: _OpenFence, text: str) -> Source:
    return Code(text) if fence.begun else Fence(text, fence.language)


def _outdented(line: str, width: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, width) :]
