"""What is said: messages and their parts, as plain frozen values."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A prepared image: encoded bytes, never base64, and their width and height in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes
    label: str = ""
    """Said before the picture ("Image 2:") when there are several; empty for a single one."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words that stand where a picture would be that is not sent."""

    text: str


Part = TextPart | ImagePart | LeftOut


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the history that a model is sent."""

    role: Role
    parts: tuple[Part, ...]
