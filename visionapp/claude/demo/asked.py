"""Reads a request to the demo, and refuses what the Messages API refuses, in its words."""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visionapp.catalogue.budget import seen_size, visual_tokens
from visionapp.catalogue.cards import DEMO_MODEL, demo
from visionapp.claude.demo.headers import Header, read_header

KNOWN_KEYS = {"model", "max_tokens", "messages", "system", "stream", "metadata", "stop_sequences"}
MAX_SIDE = 8000
"""Pixels; the API's limit."""
LABEL = re.compile(r"Image (\d+):")
IN_PLACE = re.compile(r"Image \d+ (was taken|is left) out\b.*")
"""What stands before a picture, and where one is not sent: no words of the question."""
NO_PREFILL = (
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message."
)


class Refused(Exception):
    """A refusal as the API gives it: an HTTP status, a type and a sentence."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was sent; its number in the conversation is its label's, if it has one."""

    number: int
    header: Header
    data: bytes

    @property
    def tokens(self) -> int:
        return visual_tokens(*seen_size(self.header.width, self.header.height, demo().tier))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the demo was asked."""

    question: str
    pictures: tuple[Picture, ...]
    """All of the conversation."""
    new_pictures: tuple[Picture, ...]
    """Those that came with the question."""
    questions: int
    """How many the conversation has, this one included."""
    input_tokens: int
    max_tokens: int


def read_request(content: bytes) -> Asked:
    """Return what a request asks. Raises Refused."""
    try:
        body = json.loads(content)
    except ValueError:
        raise Refused("The request body is not valid JSON.") from None
    _check_settings(body)
    return _Reading().of(body)


def _check_settings(body: Mapping[str, Any]) -> None:
    for key in body:
        if key not in KNOWN_KEYS:
            raise Refused(f"{key}: Extra inputs are not permitted")
    for key in ("model", "max_tokens", "messages"):
        if key not in body:
            raise Refused(f"{key}: Field required")
    if body["model"] != DEMO_MODEL:
        raise Refused(f"model: {body['model']}", status=404, kind="not_found_error")
    if not isinstance(body["max_tokens"], int) or body["max_tokens"] < 1:
        raise Refused("max_tokens: Input should be greater than or equal to 1")
    if not body.get("stream"):
        raise Refused("stream: the demo only streams")


class _Reading:
    """One walk through the messages, which counts as it goes."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.characters = 0

    def of(self, body: Mapping[str, Any]) -> Asked:
        messages = body["messages"]
        if not messages:
            raise Refused("messages: at least one message is required")
        if messages[0]["role"] != "user":
            raise Refused("messages: first message must use the user role")
        if messages[-1]["role"] != "user":
            raise Refused(NO_PREFILL)
        question, earlier = "", 0
        for index, message in enumerate(messages):
            earlier = len(self.pictures)
            question = self._message(f"messages.{index}", message)
        self.characters += len(json.dumps(body.get("system", "")))
        return Asked(
            question=question,
            pictures=tuple(self.pictures),
            new_pictures=tuple(self.pictures[earlier:]),
            questions=sum(message["role"] == "user" for message in messages),
            input_tokens=sum(each.tokens for each in self.pictures) + tokens_in(self.characters),
            max_tokens=body["max_tokens"],
        )

    def _message(self, where: str, message: Mapping[str, Any]) -> str:
        """Read a message; return its words after the last picture."""
        content = message["content"]
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        if not content:
            raise Refused(f"{where}: all messages must have non-empty content")
        words: list[str] = []
        for index, block in enumerate(content):
            if block.get("type") == "text":
                words.append(self._text(block["text"]))
            elif block.get("type") == "image" and message["role"] == "user":
                label = LABEL.fullmatch(words[-1]) if words else None
                number = int(label[1]) if label else len(self.pictures) + 1
                self._image(f"{where}.content.{index}.image.source", block["source"], number)
                words.clear()
            else:
                raise Refused(f"{where}.content.{index}: Input tag is not supported here")
        return "\n\n".join(text for text in words if not IN_PLACE.fullmatch(text))

    def _text(self, text: str) -> str:
        if not text:
            raise Refused("messages: text content blocks must be non-empty")
        if not text.strip():
            raise Refused("messages: text content blocks must contain non-whitespace text")
        self.characters += len(text)
        return text

    def _image(self, where: str, source: Mapping[str, Any], number: int) -> None:
        try:
            data = b64decode(source["data"], validate=True)
        except (NotBase64, ValueError):
            raise Refused(f"{where}.base64: invalid base64 data") from None
        header = read_header(data)
        if header is None or not header.width or not header.height:
            raise Refused("Could not process image")
        if header.media_type != source["media_type"]:
            declared = source["media_type"]
            raise Refused(
                f"{where}.base64: Image does not match the provided media type {declared}"
            )
        if max(header.width, header.height) > MAX_SIDE:
            raise Refused(f"{where}.base64: image dimensions exceed max allowed size")
        self.pictures.append(Picture(number, header, data))


def tokens_in(characters: int) -> int:
    """Estimate the tokens of a text: about four characters each."""
    return -(-characters // 4)
