"""What is known of a picture once it was decoded, as plain frozen values."""

from dataclasses import dataclass
from typing import Literal

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]

MEDIA_TYPES: dict[Format, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
"""The formats that are taken, and what each is called in HTTP."""

ANIMATED = "image.animated"
"""Warning: the file holds several frames and only the first is used."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An encoded picture: upright, sRGB or grey, one frame, opaque, without metadata."""

    media_type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Examined:
    """A picture that was decoded whole; width and height are the upload's own, held upright."""

    format: Format
    width: int
    height: int
    warnings: tuple[str, ...]
    prepared: Prepared
    thumbnail: Prepared
