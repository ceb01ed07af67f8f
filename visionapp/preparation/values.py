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

MOST_COLOURS = 5
"""How many main colours are told of a picture."""


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


@dataclass(frozen=True, slots=True)
class Measured:
    """Facts about the pixels of a picture as a model sees it; shares are from 0 to 1."""

    brightness: float
    """The mean lightness, 0 black and 1 white."""
    contrast: float
    """Twice the standard deviation of lightness, 0 flat and 1 half black, half white."""
    sharpness: float
    """The mean step in lightness between neighbouring pixels."""
    transparency: float
    """The share of pixels that are not fully opaque; the rest is measured as on white paper."""
    colours: tuple[tuple[str, float], ...]
    """Up to five main colours as ``#rrggbb`` with their share, largest first."""
