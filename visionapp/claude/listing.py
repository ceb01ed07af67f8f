"""Reads what a server tells of its models; every field may be missing, or be something else."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from visionapp.catalogue.cards import Lifecycle, Listing

EFFORT_LEVELS = ("low", "medium", "high", "xhigh", "max")


def listings(body: object) -> list[Listing]:
    """Return the models in the body of ``GET /v1/models``, Anthropic's or OpenAI's shape."""
    entries = _mapping(body).get("data")
    entries = entries if isinstance(entries, list) else []
    return [_listing(entry) for entry in entries if _has_id(entry)]


def _has_id(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), str) and bool(entry["id"])


def _listing(entry: Mapping[str, Any]) -> Listing:
    abilities = _mapping(entry.get("capabilities"))
    name, lifecycle = entry.get("display_name"), entry.get("lifecycle")
    is_known = lifecycle in {"active", "deprecated", "retired"}
    return Listing(
        id=entry["id"],
        display_name=name if isinstance(name, str) else None,
        max_input_tokens=_positive(entry.get("max_input_tokens")),
        max_tokens=_positive(entry.get("max_tokens")),
        lifecycle=cast("Lifecycle", lifecycle) if is_known else None,
        retires_at=_day(entry.get("retires_at")),
        effort_levels=_effort_levels(abilities.get("effort")),
        image_input=_supported(abilities.get("image_input")),
        structured_output=_supported(abilities.get("structured_outputs")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _positive(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _day(value: object) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def _supported(ability: object) -> bool | None:
    supported = _mapping(ability).get("supported")
    return supported if isinstance(supported, bool) else None


def _effort_levels(effort: object) -> tuple[str, ...] | None:
    if _supported(effort) is None:
        return None
    levels = _mapping(effort)
    return tuple(level for level in EFFORT_LEVELS if _supported(levels.get(level)))
