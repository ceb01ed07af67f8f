"""What streams back: the reply events and their one JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the Messages API counts them; thinking is part of the output."""

    input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt begins: what was said before is void."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Text:
    """More of the answer. All text since the last ``Started``, joined, is the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The turn will be tried again at ``until``, for the reason given."""

    code: str
    message: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The answer ended as ``stop_reason`` tells. ``cost_usd`` is None without a price."""

    stop_reason: str
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A person stopped the answer; what came is kept."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt failed; ``code`` is stable, ``message`` is for a person."""

    code: str
    message: str
    retryable: bool


ReplyEvent = Started | Text | Waiting | Done | Stopped | Failed

NAMES: dict[type[ReplyEvent], str] = {
    Started: "started",
    Text: "text",
    Waiting: "waiting",
    Done: "done",
    Stopped: "stopped",
    Failed: "failed",
}
KINDS = {name: kind for kind, name in NAMES.items()}


def name_of(event: ReplyEvent) -> str:
    """Return the event's name on the wire."""
    return NAMES[type(event)]


def is_last(event: ReplyEvent) -> bool:
    """Tell whether no event of this turn's log follows, short of a retry."""
    return isinstance(event, Done | Stopped | Failed)


def dump(event: ReplyEvent) -> dict[str, Any]:
    """Return the event's data as JSON values: money as a decimal string, times as ISO 8601 UTC."""
    return {slot.name: _plain(getattr(event, slot.name)) for slot in fields(event)}


def load(name: str, data: Mapping[str, Any]) -> ReplyEvent:
    """Return the event that :func:`dump` turned into ``data``. Raises KeyError for other names."""
    values = dict(data)
    if "until" in values:
        values["until"] = datetime.fromisoformat(values["until"])
    if "usage" in values:
        values["usage"] = Usage(**values["usage"])
    if values.get("cost_usd") is not None:
        values["cost_usd"] = Decimal(values["cost_usd"])
    return KINDS[name](**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Usage):
        return {slot.name: getattr(value, slot.name) for slot in fields(value)}
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
