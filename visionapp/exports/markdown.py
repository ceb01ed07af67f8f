"""Writes a conversation as Markdown that GitHub, Obsidian and pandoc read alike."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from visionapp.exports.document import Document, ExportedPicture, ExportedTurn
from visionapp.exports.harmless import harmless
from visionapp.exports.names import picture_paths
from visionapp.markup.characters import clean
from visionapp.markup.cutting import Cutter
from visionapp.reply import Usage

# What means something within a line to one of the readers: maths ($), notes and citations (^ @),
# tags (#), highlights (=) and comments (%) are theirs beside CommonMark's own.
INLINE = re.compile(r"[\\`*_\[\]<>|~$&^@#=%]")
LINE_START = re.compile(r"^([-+]|[0-9]+(?=[.)]))", re.MULTILINE)
BREAK = "  \n"


def as_markdown(document: Document, *, picture_links: bool) -> str:
    """Return the conversation as Markdown.

    With ``picture_links`` pictures are shown from the paths of :func:`names.picture_paths`
    beside the document; without, they are named.
    """
    paths = picture_paths(document)
    parts = [
        f"# {escape(_line(document.title)) or 'Conversation'}",
        f"A conversation of {_time(document.created_at)}, exported from Visionapp.",
    ]
    for number, turn in enumerate(document.turns, start=1):
        links = [next(paths) if picture_links else "" for _ in turn.pictures]
        parts += _turn(number, turn, links)
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Return words so that Markdown shows them as they are; only indents are lost."""
    lines = [line.strip() for line in clean(text).strip().split("\n")]
    escaped = INLINE.sub(r"\\\g<0>", "\n".join(lines))
    return LINE_START.sub(_escaped_start, escaped)


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}"


def _turn(number: int, turn: ExportedTurn, links: list[str]) -> Iterator[str]:
    yield f"## Question {number}"
    if turn.question.strip():
        yield BREAK.join(f"> {line}".rstrip() for line in escape(turn.question).split("\n"))
    if turn.pictures:
        pairs = zip(turn.pictures, links, strict=True)
        yield "\n".join(_picture(picture, link) for picture, link in pairs)
    yield f"## Answer {number}"
    if turn.answer.strip():
        yield _closed(harmless(clean(turn.answer).strip("\n")))
    if turn.state_words:
        yield f"**{escape(_line(turn.state_words))}**"
    yield f"*{_provenance(turn)}*"


def _line(text: str) -> str:
    return " ".join(text.split())


def _picture(picture: ExportedPicture, link: str) -> str:
    label = f"{escape(_line(picture.label))}: " if picture.label else ""
    name = escape(_line(picture.name)) or "unnamed"
    size = f"({picture.width} by {picture.height} pixels)"
    if picture.taken_out:
        size = f"{size}, taken out of the thread"
    if not link:
        return f"- {label}{name} {size}"
    return f"- {label}[{name}]({link}) {size}\n\n  ![{label}{name}]({link})"


def _closed(answer: str) -> str:
    """Return the answer with an end to code that was cut off, which would swallow what follows."""
    cutter = Cutter()
    cutter.feed(answer + "\n")
    return f"{answer}\n{cutter.open_fence}" if cutter.open_fence else answer


def _provenance(turn: ExportedTurn) -> str:
    facts = [escape(_line(turn.model_name)), _tokens(turn.usage)]
    if turn.settled_at is not None:
        facts.insert(1, _time(turn.settled_at))
    if turn.cost_usd:
        facts.append(f"{turn.cost_usd.normalize():f} USD")
    return " · ".join([*filter(None, facts), "Visionapp"])


def _tokens(usage: Usage) -> str:
    cached = usage.cache_read_input_tokens + usage.cache_creation_input_tokens
    asked = usage.input_tokens + cached
    if not asked and not usage.output_tokens:
        return ""
    return f"{asked:,} tokens in, {usage.output_tokens:,} out"


def _time(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
