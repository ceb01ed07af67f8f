"""What is known of a picture once it was decoded, as plain frozen values."""

from dataclasses import dataclass
from typing import Literal

from visionapp.catalogue.budget import Box

Format = Literal["JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "JPEG2000", "PDF"]

MEDIA_TYPES: dict[Format, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "JPEG2000": "image/jp2",
    "PDF": "application/pdf",
}
"""The formats that are taken, and what each is called in HTTP."""

ANIMATED = "image.animated"
"""Warning: the file holds several frames that move, and only one is used."""

PAGES = "image.pages"
"""Warning: the file holds several pages or pictures, and only one is used."""

ON_DARK = "image.on_dark"
"""Warning: the picture is transparent with light ink, and was put on a dark ground."""

STRETCHED = "image.stretched"
"""Warning: the picture is deep grey without using the full range, and was brightened."""

WARNINGS = (ANIMATED, PAGES, ON_DARK, STRETCHED)

READABLE = 8.0
"""Height of capitals in pixels, below which a model may misread text: a judgement, not a promise.

No source gives a number. Anthropic's page "Vision" asks for text that is not too small, and says
that answers get worse in pictures of less than 200 pixels a side; people report of apps which
shrink pictures that the model makes small print up. Letters need 5 by 7 dots to be told apart
when each is sharp, and shrinking softens the outermost.
"""

LONGEST_SIDE = 30_000
"""The most pixels a side of what is taken."""

MOST_FRAMES = 2_000
"""How many frames of one file are told and can be chosen."""

MOST_COLOURS = 5
"""How many main colours are told of a picture."""


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a file is meant: a frame, counted from 0, and a box in its upright pixels.

    Frames are those of an animation, the pages of a document, the pictures of a HEIF file.
    """

    frame: int = 0
    box: Box | None = None


WHOLE = View()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An encoded picture: upright, sRGB or grey, one frame, opaque, without metadata.

    ``text_height`` is the height in its pixels of the smallest common text, None without text.
    """

    media_type: str
    width: int
    height: int
    data: bytes
    text_height: float | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """A picture that was decoded whole; width and height are the view's own, held upright."""

    format: Format
    width: int
    height: int
    frames: int
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
