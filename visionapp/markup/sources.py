"""The pieces of an answer's Markdown source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block; of a list only its first item, of a table only its head."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One further item of the list that began before."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One further row of the table that began before; ``sides`` are its columns' alignments."""

    text: str
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block, or the beginning of a long one: only the code."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Code:
    """More of the code that began before."""

    text: str


Source = Block | Item | Row | Fence | Code
"""Block and Fence stand alone; Item, Row and Code go on with what stands before them."""
