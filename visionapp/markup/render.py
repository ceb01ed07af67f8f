"""Renders one piece, or a whole answer, as sanitised HTML."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Literal

from markdown_it.token import Token

from visionapp.markup.characters import clean
from visionapp.markup.cutting import BLANK, Cutter
from visionapp.markup.dialect import DIALECT, TABLE_END, TABLE_START, code
from visionapp.markup.sanitise import sanitise
from visionapp.markup.sources import Block, Code, Fence, Item, Row, Source

Kind = Literal["block", "items", "rows", "code"]

KINDS: dict[type[Source], Kind] = {
    Block: "block",
    Fence: "block",
    Item: "items",
    Row: "rows",
    Code: "code",
}
REMEMBERED = 1024
"""Rendered pieces that are kept for the next watcher of the same answer: a few MB."""
RICH = 12_000
"""Longer pieces are shown as plain text. Only a line of thousands of characters gets there."""
MARKERS = {"": "-", "left": ":-", "right": "-:", "center": ":-:"}
AROUND = {
    "tbody": (TABLE_START + "<tbody>", TABLE_END),
    "ul": ("<ul>", "</ul>"),
    "ol": ("<ol>", "</ol>"),
}
ENDS = (TABLE_END, "</code></pre>", "</ul>", "</ol>")
"""How a block ends that items, rows or code may be added to."""


def render(text: str) -> str:
    """Return a whole answer as HTML: a ``div.piece`` for each block, merged with what goes on."""
    return "".join(f'<div class="piece">{html}</div>' for html in _merged(text))


def kind_of(source: Source) -> Kind:
    """Return how a page takes the piece in: as a new element, or into the last one."""
    return KINDS[type(source)]


def html_of(source: Source) -> str:
    """Return the HTML of one piece, as :class:`~visionapp.markup.pieces.Put` carries it."""
    if isinstance(source, Code):
        return escape(source.text, quote=False)
    if isinstance(source, Fence):
        return sanitise(code(source.language, source.text))
    source = replace(source, text=source.text.rstrip(BLANK))
    return _rendered(source) if len(source.text) <= RICH else _plain(source)


@lru_cache(maxsize=REMEMBERED)
def _rendered(source: Block | Item | Row) -> str:
    if isinstance(source, Row):
        return _inner(_row(source), "tbody")
    tokens = DIALECT.parse(source.text)
    if isinstance(source, Item):
        return _inner(tokens, tokens[0].tag)
    return _html(tokens)


def _row(source: Row) -> list[Token]:
    head = "| " * len(source.sides) + "|\n|" + "|".join(MARKERS[side] for side in source.sides)
    return DIALECT.parse(f"{head}|\n{source.text}")


def _inner(tokens: list[Token], tag: str) -> str:
    """Return the HTML of what stands within the first element with this tag."""
    begin = next(at for at, token in enumerate(tokens) if token.tag == tag)
    end = next(
        at
        for at, token in enumerate(tokens)
        if token.tag == tag and token.nesting < 0 and token.level == tokens[begin].level
    )
    before, after = AROUND[tag]
    html = _html(tokens[begin + 1 : end], before, after)
    return html.removeprefix(before).removesuffix(after).strip("\n")


def _html(tokens: list[Token], before: str = "", after: str = "") -> str:
    html = DIALECT.renderer.render(tokens, DIALECT.options, {})
    return sanitise(before + html.rstrip("\n") + after)


def _plain(source: Block | Item | Row) -> str:
    text = escape(source.text, quote=False)
    if isinstance(source, Row):
        return f"<tr><td>{text}</td></tr>"
    return f"<li>{text}</li>" if isinstance(source, Item) else f"<p>{text}</p>"


def _merged(text: str) -> Iterator[str]:
    parts: list[str] = []
    end = ""
    for source in _sources(text):
        html = html_of(source)
        if not isinstance(source, Block | Fence):
            parts.append(html)
            continue
        if parts:
            yield "".join([*parts, end])
        end = next((end for end in ENDS if html.endswith(end)), "")
        parts = [html.removesuffix(end)]
    if parts:
        yield "".join([*parts, end])


def _sources(text: str) -> list[Source]:
    cutter = Cutter()
    return [*cutter.feed(clean(text)), *cutter.finish()]
