"""Token counts, and a prompt cache that remembers prefixes as the real one does.

Text counts a token per four characters, pictures one per 28 x 28 patch of what the model sees.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from threading import Lock

from tests.support.messages_api.blocks import blocks_of
from tests.support.messages_api.fields import Json
from tests.support.messages_api.history import plain
from tests.support.messages_api.models import Model
from tests.support.messages_api.pictures import SentImage, image_tokens

LIFETIMES = {"5m": 300.0, "1h": 3600.0}
LOOK_BACK = 20
DOCUMENT_TOKENS = 2000  # a flat stand-in: nobody rasterises PDFs here
UNCACHED = ("thinking", "redacted_thinking")


def text_tokens(text: str) -> int:
    return ceil(len(text) / 4)


@dataclass(frozen=True, slots=True)
class Segment:
    """One cacheable piece of a prompt; ``prefix`` is the hash of all up to and with it."""

    prefix: str
    tokens_so_far: int
    lifetime: str | None


@dataclass
class Prompt:
    """A request cut into segments, in the order in which the cache sees them."""

    model: Model
    body: Json
    images: dict[str, SentImage]
    owner: str = ""
    segments: list[Segment] = field(default_factory=list)
    tokens: int = 0
    _hash: str = ""

    def __post_init__(self) -> None:
        self._mix([self.owner, self.model.id])
        for tool in self.body.get("tools", []):
            self._add(plain(tool), text_tokens(json.dumps(tool)), tool)
        for block in blocks_of(self.body.get("system") or []):
            self._add(plain(block), text_tokens(block["text"]), block)
        settings = [self.body.get(name) for name in ("tool_choice", "thinking", "output_config")]
        self._mix([*settings, bool(self.images)])
        for number, message in enumerate(self.body["messages"]):
            for place, block in enumerate(blocks_of(message["content"])):
                path = f"messages.{number}.content.{place}"
                tokens = self.block_tokens(block, path)
                self._add([message["role"], plain(block)], tokens, block)
        self._automatic()

    def _mix(self, material: object) -> None:
        text = self._hash + json.dumps(material, sort_keys=True)
        self._hash = hashlib.sha256(text.encode()).hexdigest()

    def _add(self, material: object, tokens: int, block: Json) -> None:
        self._mix(material)
        self.tokens += tokens
        if block.get("type") in UNCACHED:
            return
        control = block.get("cache_control")
        lifetime = control.get("ttl", "5m") if control else None
        self.segments.append(Segment(self._hash, self.tokens, lifetime))

    def _automatic(self) -> None:
        if (control := self.body.get("cache_control")) and self.segments:
            last = self.segments[-1]
            lifetime = last.lifetime or control.get("ttl", "5m")
            self.segments[-1] = Segment(last.prefix, last.tokens_so_far, lifetime)

    def block_tokens(self, block: Json, path: str) -> int:
        if block["type"] == "text":
            return text_tokens(block["text"])
        if block["type"] == "image":
            return image_tokens(self.images[path], self.model)
        if block["type"] == "document":
            return DOCUMENT_TOKENS
        if block["type"] == "tool_result":
            inner = enumerate(blocks_of(block.get("content") or []))
            return sum(self.block_tokens(one, f"{path}.content.{n}") for n, one in inner)
        return text_tokens(json.dumps(block))


@dataclass(frozen=True, slots=True)
class Entry:
    until: float
    lifetime: str


@dataclass
class PromptCache:
    """What was written and is still warm. Kept apart by key, as the real one is by workspace."""

    clock: Callable[[], float] = time.monotonic
    _entries: dict[str, Entry] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def forget(self) -> None:
        """Let everything go cold."""
        with self._lock:
            self._entries.clear()

    def charge(self, prompt: Prompt) -> Json:
        """The input half of ``usage``, and the writes that come with it."""
        with self._lock:
            read = self._read(prompt)
            written = self._write(prompt, read)
        created = sum(written.values())
        return {
            "input_tokens": prompt.tokens - read - created,
            "cache_creation_input_tokens": created,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
        }

    def _read(self, prompt: Prompt) -> int:
        now, best = self.clock(), 0
        for place, segment in enumerate(prompt.segments):
            if segment.lifetime is None:
                continue
            for earlier in prompt.segments[max(0, place + 1 - LOOK_BACK) : place + 1]:
                entry = self._entries.get(earlier.prefix)
                if entry and entry.until > now:
                    best = max(best, earlier.tokens_so_far)
                    until = now + LIFETIMES[entry.lifetime]
                    self._entries[earlier.prefix] = Entry(until, entry.lifetime)
        return best

    def _write(self, prompt: Prompt, read: int) -> dict[str, int]:
        written = {"5m": 0, "1h": 0}
        covered = read
        for segment in prompt.segments:
            if segment.lifetime is None or segment.tokens_so_far < prompt.model.cache_minimum:
                continue
            until = self.clock() + LIFETIMES[segment.lifetime]
            self._entries[segment.prefix] = Entry(until, segment.lifetime)
            if segment.tokens_so_far > covered:
                written[segment.lifetime] += segment.tokens_so_far - covered
                covered = segment.tokens_so_far
        return written
