"""Builders of valid requests and real pictures, for tests that then spoil one thing."""

import base64
import io
from typing import Any

from PIL import Image

from tests.support.messages_api.fields import Json

MODEL = "claude-sonnet-5-5"


def picture(width: int = 64, height: int = 48, kind: str = "png", colour: str = "navy") -> bytes:
    """The bytes of a plain picture; ``kind`` is png, jpeg, gif or webp."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind.upper())
    return out.getvalue()


def image_block(data: bytes | None = None, media_type: str = "image/png", **more: Any) -> Json:
    text = base64.b64encode(picture() if data is None else data).decode("ascii")
    source = {"type": "base64", "media_type": media_type, "data": text}
    return {"type": "image", "source": source, **more}


def text_block(text: str = "What is shown?", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def user(*blocks: Json) -> Json:
    return {"role": "user", "content": list(blocks or (text_block(),))}


def assistant(*blocks: Json) -> Json:
    return {"role": "assistant", "content": list(blocks or (text_block("A chart."),))}


def request(*messages: Json, **more: Any) -> Json:
    """A body for /v1/messages; without messages, one picture and a question."""
    turns = list(messages) or [user(image_block(), text_block())]
    return {"model": MODEL, "max_tokens": 1024, "messages": turns, **more}
