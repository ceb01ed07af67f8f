"""Content blocks: which kinds a role may send, their shapes, and what is in them."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from tests.support.messages_api.errors import invalid
from tests.support.messages_api.fields import (
    CONTENT,
    MAYBE_LIST,
    MAYBE_OBJECT,
    MAYBE_TEXT,
    OBJECT,
    TEXT,
    YES_NO,
    Json,
    Shape,
    check_kind,
    one_of,
)
from tests.support.messages_api.models import NEW_VERSION, Model
from tests.support.messages_api.pictures import SentImage, check_oversize, check_source

CACHED = {"cache_control": MAYBE_OBJECT}
BLOCKS = {
    "text": Shape({"type": TEXT, "text": TEXT}, {**CACHED, "citations": MAYBE_LIST}),
    "image": Shape({"type": TEXT, "source": OBJECT}, {**CACHED, "transformations": MAYBE_OBJECT}),
    "document": Shape(
        {"type": TEXT, "source": OBJECT},
        {**CACHED, "citations": MAYBE_OBJECT, "context": MAYBE_TEXT, "title": MAYBE_TEXT},
    ),
    "tool_use": Shape({"type": TEXT, "id": TEXT, "name": TEXT, "input": OBJECT}, CACHED),
    "tool_result": Shape(
        {"type": TEXT, "tool_use_id": TEXT}, {**CACHED, "content": CONTENT, "is_error": YES_NO}
    ),
    "thinking": Shape({"type": TEXT, "thinking": TEXT, "signature": TEXT}),
    "redacted_thinking": Shape({"type": TEXT, "data": TEXT}),
}
ALLOWED = {
    "user": ("text", "image", "document", "tool_result"),
    "assistant": ("text", "thinking", "redacted_thinking", "tool_use"),
    "system": ("text",),
    "tool_result": ("text", "image", "document"),
}
CACHE_CONTROL = Shape({"type": TEXT}, {"ttl": TEXT})
TRANSFORMATIONS = Shape({}, {"oversized_image": TEXT})
DOCUMENTS = {
    "base64": Shape({"type": TEXT, "media_type": TEXT, "data": TEXT}),
    "text": Shape({"type": TEXT, "media_type": TEXT, "data": TEXT}),
    "url": Shape({"type": TEXT, "url": TEXT}),
}
MOST_BREAKPOINTS = 4


@dataclass
class Walk:
    """One pass through a request in cache order: tools, system, messages."""

    model: Model
    version: str
    decode: bool
    images: list[SentImage] = field(default_factory=list)
    lifetimes: list[str] = field(default_factory=list)
    citations: bool = False

    def cache_control(self, value: Json | None, path: str) -> None:
        if value is None:
            return
        CACHE_CONTROL.check(value, path)
        one_of(value["type"], ("ephemeral",), f"{path}.type")
        lifetime = value.get("ttl", "5m")
        one_of(lifetime, ("5m", "1h"), f"{path}.ttl")
        if lifetime == "1h" and "5m" in self.lifetimes:
            raise invalid(
                f"{path}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' "
                "cache_control block"
            )
        self.lifetimes.append(lifetime)
        if len(self.lifetimes) > MOST_BREAKPOINTS:
            raise invalid(
                f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided. "
                f"Found {len(self.lifetimes)}."
            )

    def content(self, content: str | list[Any], place: str, path: str) -> None:
        """Check what one message (or system prompt, or tool result) says."""
        if isinstance(content, str):
            self.words(content)
            return
        for number, block in enumerate(content):
            self.block(block, place, f"{path}.{number}")

    def block(self, block: object, place: str, path: str) -> None:
        check_kind(block, OBJECT, path)
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in self.allowed(place) or not isinstance(kind, str):
            names = ", ".join(f"'{name}'" for name in self.allowed(place))
            raise invalid(
                f"{path}: Input tag {kind!r} found using 'type' does not match any of the "
                f"expected tags: {names}"
            )
        value = BLOCKS[kind].check(block, f"{path}.{kind}")
        self.cache_control(value.get("cache_control"), f"{path}.{kind}.cache_control")
        CHECKS[kind](self, value, place, path)

    def allowed(self, place: str) -> tuple[str, ...]:
        if place == "assistant" and self.version != NEW_VERSION:
            return (*ALLOWED[place], "document")
        return ALLOWED[place]

    def words(self, text: str) -> None:
        if not text:
            raise invalid("messages: text content blocks must be non-empty")
        if not text.strip():
            raise invalid("messages: text content blocks must contain non-whitespace text")

    def text(self, block: Json, place: str, path: str) -> None:
        self.words(block["text"])
        if block.get("citations") and place == "user" and self.version == NEW_VERSION:
            raise invalid(f"{path}.text.citations: citations are not permitted in user messages")

    def image(self, block: Json, place: str, path: str) -> None:
        transformations = block.get("transformations") or {}
        TRANSFORMATIONS.check(transformations, f"{path}.image.transformations")
        oversized = transformations.get("oversized_image", "downsize")
        one_of(oversized, ("downsize", "error"), f"{path}.image.transformations.oversized_image")
        image = check_source(block["source"], path, decode=self.decode)
        if oversized == "error" and not image.url:
            check_oversize(image, self.model)
        self.images.append(image)

    def document(self, block: Json, place: str, path: str) -> None:
        self.citations = self.citations or bool((block.get("citations") or {}).get("enabled"))
        source = block["source"]
        kind = source.get("type")
        if not isinstance(kind, str) or kind not in DOCUMENTS:
            raise invalid(f"{path}.document.source.type: Input tag {kind!r} is not known")
        place = f"{path}.document.source.{kind}"
        DOCUMENTS[kind].check(source, place)
        if kind == "text":
            one_of(source["media_type"], ("text/plain",), f"{place}.media_type")
            self.words(source["data"])
        if kind == "base64":
            one_of(source["media_type"], ("application/pdf",), f"{place}.media_type")
            check_pdf(source["data"], place)

    def tool_result(self, block: Json, place: str, path: str) -> None:
        if block.get("content"):
            self.content(block["content"], "tool_result", f"{path}.content")

    def nothing_more(self, block: Json, place: str, path: str) -> None:
        """The shape is all there is to check."""


CHECKS = {
    "text": Walk.text,
    "image": Walk.image,
    "document": Walk.document,
    "tool_result": Walk.tool_result,
    "tool_use": Walk.nothing_more,
    "thinking": Walk.nothing_more,
    "redacted_thinking": Walk.nothing_more,
}


def check_pdf(text: str, place: str) -> None:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{place}.data: Invalid base64 data") from error
    if not data.startswith(b"%PDF-"):
        raise invalid(f"{place}.data: The PDF specified was not valid.")


def blocks_of(content: str | list[Json]) -> list[Json]:
    """Content as blocks, the one form in which turns can be compared and counted."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
