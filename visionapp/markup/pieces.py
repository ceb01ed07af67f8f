"""What a page must change as an answer streams in: pieces put, and plain words added."""

import re
from dataclasses import dataclass
from html import unescape

from visionapp.markup.characters import clean
from visionapp.markup.cutting import GROWTH, LIMIT, Cutter
from visionapp.markup.render import Kind, html_of, kind_of
from visionapp.markup.sources import Code, Fence, Source

# Characters that mean nothing in Markdown within a line whose kind is settled.
PLAIN = re.compile(r"""(?:[^\W_]|[ ,.'"?!%/:$@(=+\u2010-\u2026-])+""")
MOST_SPACES = 80
NO_BREAK_SPACE = "&nbsp;"


@dataclass(frozen=True, slots=True)
class Put:
    """Create the piece, or replace it.

    ``html`` is an element for a block, ``<li>`` for items (into the last block's list), ``<tr>``
    for rows (into the last block's table body), and escaped text for code (to the end of the last
    block's ``code``). A piece of kind code is put once and only gets more words after that.
    """

    index: int
    kind: Kind
    html: str


@dataclass(frozen=True, slots=True)
class Words:
    """Add text to the end of the piece's last text node that holds more than white space."""

    index: int
    text: str


Change = Put | Words


class AnswerPieces:
    """Turns an answer's text, in chunks, into changes of a page.

    The piece with the highest index may still change; those before it are final. Work per call
    is in proportion to the chunk and the size of one piece, so an answer costs what its length
    costs. The pieces' final HTML depends on the whole text alone.
    """

    def __init__(self) -> None:
        """Begin an answer."""
        self._cutter = Cutter()
        self._index = 0
        self._shown = _Shown()

    def feed(self, text: str) -> list[Change]:
        """Take more of the answer, and return what to change, in order."""
        text = clean(text)
        shown = self._shown
        if shown.is_plain and self._cutter.in_words and PLAIN.fullmatch(text):
            self._cutter.add_words(text)
            return self._words(shown.grow(text))
        changes = self._settle(self._cutter.feed(text))
        if self._is_heavy():
            return [*changes, *self._words(self._shown.grow_roughly(text))]
        source = self._cutter.open()
        if source is None:
            return changes
        changes += self._show(source)
        self._shown.is_plain = self._shown.is_plain and self._cutter.in_words
        return changes

    def finish(self) -> list[Change]:
        """Return the last changes: the answer is over, and all pieces are final."""
        return self._settle(self._cutter.finish())

    def _settle(self, final: list[Source]) -> list[Change]:
        changes: list[Change] = []
        for source in final:
            changes += self._show(source)
            self._index += 1
            self._shown = _Shown()
        return changes

    def _is_heavy(self) -> bool:
        size = self._cutter.open_size
        if size <= LIMIT:
            return False
        return self._cutter.is_behind or size < self._shown.size * GROWTH

    def _show(self, source: Source) -> list[Change]:
        if isinstance(source, Fence | Code):
            words = self._shown.become_code(source.text)
        else:
            words = self._shown.become(html_of(source), source.text)
        if words is None:
            return [Put(self._index, kind_of(source), html_of(source))]
        return self._words(words)

    def _words(self, text: str) -> list[Change]:
        return [Words(self._index, text)] if text else []


class _Shown:
    """What a page shows of the open piece: its HTML, parted where words are added."""

    def __init__(self) -> None:
        self.size = 0
        """Characters of source that are shown as they mean."""
        self.is_plain = False
        """Plain characters are known to show as themselves, after the spaces left out so far."""
        self._head: list[str] = []
        self._tail = ""
        self._spaces = ""
        self._is_rough = False
        self._code: str | None = None

    def become(self, html: str, source: str) -> str | None:
        """Return the words whose addition leads to this HTML, or None when it must be put."""
        before = "".join(self._head)
        words = None if self._is_rough else _added(before, self._tail, html)
        spaces = source[len(source.rstrip(" ")) :]
        self.is_plain = self._stays_plain(words, source) and len(spaces) < MOST_SPACES
        self._spaces = spaces
        self.size = len(source)
        place = _place(html)
        self._head, self._tail, self._is_rough = [html[:place]], html[place:], False
        return words

    def become_code(self, text: str) -> str | None:
        """Return the words whose addition leads to this code, or None when it must be put."""
        before, self._code = self._code, text
        self.size, self.is_plain = len(text), False
        return text[len(before) :] if before is not None else None

    def grow(self, text: str) -> str:
        """Add plain characters; return them with the spaces before them, without those after."""
        self.size += len(text)
        text = self._spaces + text
        words = text.rstrip(" ")
        self._spaces = text[len(words) :]
        self.is_plain = len(self._spaces) < MOST_SPACES
        self._head.append(words)
        return words

    def grow_roughly(self, text: str) -> str:
        """Show source as it is until the piece is read again."""
        self._is_rough, self.is_plain = True, False
        return text if self._head and self._head[0] else ""

    def _stays_plain(self, words: str | None, source: str) -> bool:
        # Only source that shows in full does: a cell beyond the last column, say, is hidden.
        grown = (self._spaces + source[self.size :]).rstrip(" ")
        if words is None or words != grown:
            return False
        return PLAIN.fullmatch(grown[-1]) is not None if grown else self.is_plain


def _added(head: str, tail: str, html: str) -> str | None:
    if head + tail == html:
        return ""
    if not head or not html.startswith(head) or not html.endswith(tail):
        return None
    middle = html[len(head) : len(html) - len(tail)]
    return unescape(middle) if middle and "<" not in middle else None


def _place(html: str) -> int:
    """Return where the last text that is more than white space ends, or 0 without any."""
    rest = html
    while True:
        rest = rest.rstrip()
        if rest.endswith(">"):
            rest = rest[: rest.rindex("<")]
        elif rest.endswith(NO_BREAK_SPACE):
            rest = rest.removesuffix(NO_BREAK_SPACE)
        else:
            break
    end = html.find("<", len(rest))
    return (end if end >= 0 else len(html)) if rest else 0
