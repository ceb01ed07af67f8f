"""Writes the demo's answer: Markdown that says what was measured, and nothing else."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import gcd

from visionapp.claude.demo.asked import Asked, Picture
from visionapp.claude.demo.measure import Measured

OPENING = (
    "This is Visionapp's built-in demo, not Claude: it cannot see pictures, "
    "it only measures what it was sent."
)
CLOSING = (
    "To get real answers, set `ANTHROPIC_API_KEY` and start Visionapp again; "
    "everything else already works as it will then."
)
TIMES = "\u00d7"
QUOTE_LIMIT = 500
"""Characters of the question that are said back."""
FAMILIAR_RATIO = 32
"""A ratio of sides is told only where both its numbers are at most this."""

Words = tuple[Sequence[float], Sequence[str]]
"""Shares where the next word begins, and one word more."""
BRIGHTNESS: Words = (
    (0.15, 0.4, 0.6, 0.85),
    ("very dark", "dark", "medium", "bright", "very bright"),
)
CONTRAST: Words = ((0.02, 0.25, 0.5), ("flat", "low", "medium", "high"))
SHARPNESS: Words = (
    (0.001, 0.02, 0.06),
    ("next to no edges", "few edges", "many edges", "edges or grain everywhere"),
)
"""Edges are all that a step between neighbours can show: a chart in focus has few."""

Pixels = Callable[[Picture], Measured | None]


def answer(asked: Asked, pixels: Pixels) -> Iterator[str]:
    """Yield the answer in passages; a picture is measured just before it is told of."""
    yield f"{OPENING}\n\n"
    yield f"You asked:\n\n{_quoted(asked.question)}\n\n"
    if asked.questions > 1:
        yield f"{_so_far(asked)}\n\n"
    for picture in asked.new_pictures:
        yield _table(picture, pixels(picture))
    if not asked.new_pictures:
        yield f"{_earlier(asked.pictures)}\n\n"
    yield f"{CLOSING}\n"


def _quoted(question: str) -> str:
    question = question.strip() or "(nothing in words)"
    if len(question) > QUOTE_LIMIT:
        question = f"{question[:QUOTE_LIMIT].rstrip()} …"
    return "\n".join(f"> {line}".rstrip() for line in question.splitlines())


def _so_far(asked: Asked) -> str:
    pictures = _counted(len(asked.pictures), "picture")
    return (
        f"This is question {asked.questions} of the conversation, which holds {pictures} so far. "
        "All of it was sent again with this question, as it would be to Claude."
    )


def _earlier(pictures: Sequence[Picture]) -> str:
    if not pictures:
        return "No picture was sent, so there was nothing to measure."
    lines = [_line(picture) for picture in pictures]
    return "\n".join(["No new picture came with this question. The earlier ones:", "", *lines])


def _table(picture: Picture, measured: Measured | None) -> str:
    rows = [*_header_rows(picture), *(_pixel_rows(measured) if measured else ())]
    lines = [f"**Image {picture.number}**", "", "| Measured | Value |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    return "\n".join(lines) + "\n\n"


def _header_rows(picture: Picture) -> Iterator[tuple[str, str]]:
    header = picture.header
    yield "Format", f"{header.format}, {header.pixels}"
    yield "Size", f"{header.width} {TIMES} {header.height} px{_ratio(header.width, header.height)}"
    yield "File", _bytes(len(picture.data))
    yield "Image tokens", f"{picture.tokens:,}"


def _pixel_rows(measured: Measured) -> Iterator[tuple[str, str]]:
    yield "Brightness", _in_words(measured.brightness, BRIGHTNESS)
    yield "Contrast", _in_words(measured.contrast, CONTRAST)
    edges, step = _word(measured.sharpness, SHARPNESS), f"{measured.sharpness:.1%}"
    yield "Sharpness", f"{edges} (neighbouring pixels differ by {step} on average)"
    if measured.transparency:
        yield "Transparent", _percent(measured.transparency)
    if measured.colours:
        told = (f"`{colour}` {_percent(share)}" for colour, share in measured.colours)
        yield "Main colours", ", ".join(told)


def _line(picture: Picture) -> str:
    header = picture.header
    size = f"{header.format}, {header.width} {TIMES} {header.height} px"
    return f"- **Image {picture.number}**: {size}, {_bytes(len(picture.data))}"


def _ratio(width: int, height: int) -> str:
    divisor = gcd(width, height)
    wide, high = width // divisor, height // divisor
    return f" ({wide}:{high})" if max(wide, high) <= FAMILIAR_RATIO else ""


def _bytes(count: int) -> str:
    if count < 1024:
        return _counted(count, "byte")
    return f"{count / 1024:.1f} KB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


def _in_words(share: float, words: Words) -> str:
    return f"{_word(share, words)} ({_percent(share)})"


def _word(share: float, words: Words) -> str:
    return words[1][bisect_right(words[0], share)]


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
