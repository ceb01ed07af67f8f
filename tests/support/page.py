"""A page in miniature: takes the changes of a streamed answer as a browser would."""

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from visionapp.markup.pieces import Change, Put

VOID = {"br", "hr"}


@dataclass
class Text:
    text: str


@dataclass
class Element:
    tag: str
    attributes: tuple[tuple[str, str | None], ...] = ()
    children: "list[Element | Text]" = field(default_factory=list)

    def last(self, tag: str) -> "Element":
        found = [node for node in elements(self) if node.tag == tag]
        return found[-1]

    def tree(self) -> tuple:
        children: list = []
        for child in self.children:
            if isinstance(child, Element):
                children.append(child.tree())
            elif children and isinstance(children[-1], str):
                children[-1] += child.text
            else:
                children.append(child.text)
        return (self.tag, self.attributes, tuple(children))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("body")]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, tuple(attrs))
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag):
        assert self.stack.pop().tag == tag

    def handle_data(self, data):
        self.stack[-1].children.append(Text(data))


def read(html: str) -> Element:
    """Return a body with the HTML in it; elements must be closed in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.stack) == 1
    return reader.stack[0]


def elements(node: Element):
    yield node
    for child in node.children:
        if isinstance(child, Element):
            yield from elements(child)


def texts(nodes: list[Element | Text]):
    for node in nodes:
        if isinstance(node, Text):
            yield node
        else:
            yield from texts(node.children)


@dataclass
class _Piece:
    parent: Element
    nodes: list[Element | Text]


class Page:
    """The answer's part of a page. Refuses changes that a browser's module could not make."""

    def __init__(self) -> None:
        self.body = Element("body")
        self.pieces: list[_Piece] = []
        self.puts = 0

    def apply(self, changes: list[Change]) -> "Page":
        for change in changes:
            assert change.index >= len(self.pieces) - 1, "a final piece may not change"
            if isinstance(change, Put):
                self._put(change)
            else:
                self._last_text(change.index).text += change.text
        return self

    def tree(self) -> tuple:
        return self.body.tree()

    def _put(self, put: Put) -> None:
        self.puts += 1
        nodes = [Text(unescape(put.html))] if put.kind == "code" else read(put.html).children
        if put.index == len(self.pieces):
            self.pieces.append(_Piece(self._parent(put.kind), []))
        else:
            assert put.kind != "code", "more code is put once"
        piece = self.pieces[put.index]
        kept = len(piece.parent.children) - len(piece.nodes)
        piece.parent.children[kept:] = nodes
        piece.nodes = nodes

    def _parent(self, kind: str) -> Element:
        if kind == "rows":
            return self.body.children[-1].last("tbody")
        if kind == "items":
            return self.body.children[-1].children[-1]
        if kind == "code":
            return self.body.children[-1].last("code")
        piece = Element("div", (("class", "piece"),))
        self.body.children.append(piece)
        return piece

    def _last_text(self, index: int) -> Text:
        found = [text for text in texts(self.pieces[index].nodes) if text.text.strip()]
        return found[-1]
