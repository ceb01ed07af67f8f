"""Measures what it costs to turn a streaming answer into formatted pieces, word by word."""

import re
from collections.abc import Iterator
from itertools import cycle, islice
from time import perf_counter

from benchmarks.table import Row
from visionapp.markup.pieces import AnswerPieces
from visionapp.markup.render import render

WORDS = [
    "revenue",
    "rose",
    "by",
    "a",
    "quarter",
    "in",
    "Europe",
    "while",
    "costs",
    "fell",
    "and",
    "the",
    "**margin**",
    "stayed",
    "flat",
]


def rows() -> list[Row]:
    """Return milliseconds per 1,000 words, beside the same for the shortest of its kind."""
    answers = {
        "prose": [prose(words) for words in (1_000, 10_000, 50_000)],
        "table rows": [table(rows) for rows in (20, 200, 2_000)],
        "code lines": [code(lines) for lines in (30, 300, 3_000)],
    }
    return [row for kind, texts in answers.items() for row in _compared(kind, texts)]


def prose(words: int) -> str:
    """Return paragraphs of sixty words, and after each fourth a list of five items."""
    source = cycle(WORDS)
    blocks: list[str] = []
    while words > 0:
        blocks.append(" ".join(islice(source, 60)) + ".")
        words -= 60
        if len(blocks) % 5 == 4:
            blocks.append("\n".join("- " + " ".join(islice(source, 12)) for _ in range(5)))
            words -= 60
    return "\n\n".join(blocks)


def table(rows: int) -> str:
    """Return a table of three columns."""
    head = "| Year | Sales | Share |\n|---|--:|:-:|\n"
    return head + "".join(
        f"| {1900 + row} est. | {row * 3} | {row % 100} % |\n" for row in range(rows)
    )


def code(lines: int) -> str:
    """Return one fenced code block."""
    return (
        "```python\n" + "".join(f"x_{line} = f({line}) + 1\n" for line in range(lines)) + "```\n"
    )


def _compared(kind: str, texts: list[str]) -> Iterator[Row]:
    streamed = [_per_thousand_words(text) for text in texts]
    for text, value in zip(texts, streamed, strict=True):
        name = f"1,000 words of {kind} to HTML as they stream, answer of {_size(text)}"
        yield Row(name, value, "ms", streamed[0], "ms in the shortest", most_ratio=2)
    name = f"1,000 words of {kind} to HTML at once, answer of {_size(texts[-1])}"
    yield Row(name, _at_once(texts[-1]), "ms", streamed[-1], "ms streamed")


def _size(text: str) -> str:
    return f"{len(text) / 1000:.0f} kB"


def _per_thousand_words(text: str) -> float:
    words = re.findall(r"\s*\S+\s*", text)
    pieces = AnswerPieces()
    begin = perf_counter()
    for word in words:
        pieces.feed(word)
    pieces.finish()
    return (perf_counter() - begin) * 1e6 / len(words)


def _at_once(text: str) -> float:
    begin = perf_counter()
    render(text)
    return (perf_counter() - begin) * 1e6 / len(text.split())
