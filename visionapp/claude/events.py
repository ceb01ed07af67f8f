"""What the events of one streamed answer add up to."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from visionapp.claude.failures import Garbled, Interrupted, failure_in
from visionapp.claude.text import storable
from visionapp.reply import Usage

COUNTS = tuple(slot.name for slot in fields(Usage))


class Hearing:
    """An answer so far: feed it the events in order, and ask it at any time."""

    def __init__(self, model_id: str) -> None:
        self.usage = Usage()
        self.stop_reason = ""
        self.explanation = ""
        self.is_begun = False
        self.is_over = False
        """Nothing that comes now belongs to the answer."""
        self.is_thinking = False
        self._model_id = model_id

    def feed(self, name: str | None, data: str) -> str:
        """Take an event; return the text that it adds.

        Raises Garbled or Interrupted where the stream makes no sense, and the failure that the
        server reports. Kinds that are not known are passed over.
        """
        event = _parsed(name, data)
        kind = event.get("type", name)
        if kind == "error":
            raise failure_in(event, model_id=self._model_id)
        if kind == "message_start":
            self._begin(event)
        elif not self.is_begun and kind in {"content_block_delta", "message_delta"}:
            raise Garbled
        elif kind == "message_delta":
            self._note_end(event)
        elif kind == "message_stop":
            self.is_over = True
        return storable(self._text(kind, event))

    def check_whole(self) -> None:
        """Raise Interrupted if the stream ended before the answer did."""
        if not (self.is_over and self.stop_reason):
            raise Interrupted

    def _begin(self, event: Mapping[str, Any]) -> None:
        if self.is_begun:
            raise Interrupted
        self.is_begun = True
        self._count(_inside(event, "message").get("usage"))

    def _text(self, kind: str | None, event: Mapping[str, Any]) -> str:
        if kind == "content_block_start":
            block = _inside(event, "content_block")
            self.is_thinking = block.get("type") in {"thinking", "redacted_thinking"}
            return _word(block.get("text")) if block.get("type") == "text" else ""
        if kind == "content_block_stop":
            self.is_thinking = False
        if kind == "content_block_delta":
            delta = _inside(event, "delta")
            return _word(delta.get("text")) if delta.get("type") == "text_delta" else ""
        return ""

    def _note_end(self, event: Mapping[str, Any]) -> None:
        delta = _inside(event, "delta")
        self.stop_reason = _word(delta.get("stop_reason")) or self.stop_reason
        details = delta.get("stop_details")
        if isinstance(details, Mapping):
            self.explanation = storable(_word(details.get("explanation")))
        self._count(event.get("usage"))

    def _count(self, told: object) -> None:
        """Take the counts that are told: each is the total so far, and servers leave some out."""
        if isinstance(told, Mapping):
            counts = {name: told[name] for name in COUNTS if _is_count(told.get(name))}
            self.usage = replace(self.usage, **counts)


def _parsed(name: str | None, data: str) -> Mapping[str, Any]:
    if not data:
        return {}
    try:
        event = json.loads(data)
    except ValueError:
        # What an error says matters less than that it is one.
        if name == "error":
            return {"type": "error"}
        raise Garbled from None
    if not isinstance(event, dict):
        raise Garbled
    return event


def _inside(event: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = event.get(key)
    if not isinstance(value, Mapping):
        raise Garbled
    return value


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
