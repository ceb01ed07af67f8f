"""Opens a picture within limits and loads its first frame."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from math import ceil
from typing import IO

from PIL import (
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from visionapp.catalogue.budget import Tier, seen_size
from visionapp.preparation.values import Format
from visionapp.preparation.wire import Verdict

PLUGINS = (
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,  # reads EXIF; no TIFF file is ever opened
    WebPImagePlugin,
)
"""Loaded once in the server, so that no child spends its time on imports."""

MOST_PIXELS: dict[Format, int] = {
    "JPEG": 200_000_000,  # a large JPEG is scaled down while it is decoded
    "PNG": 64_000_000,
    "GIF": 64_000_000,
    "WEBP": 64_000_000,
}
MOST_PROGRESSIVE = 100_000_000
"""Pixels of a JPEG in several passes: all passes are held in memory, eight bytes a pixel."""
LONGEST_SIDE = 30_000

SPARE = 1.5
"""A JPEG is decoded at a half, a quarter or an eighth if this many times the wanted side remains:
closer than that, the two steps together would blur small text."""

Extent = tuple[float, float]

ORIENTATION = 0x0112
TAIL = 65_536

BROKEN = (
    ArithmeticError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What Pillow was seen to raise for damaged files."""


class Rejected(Exception):
    """The picture is not taken; the first argument is the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict: Verdict = verdict


@dataclass(slots=True)
class Loaded:
    """A first frame in memory.

    ``extent`` is how much of the pixels the picture covers: decoding a JPEG at half its size
    rounds up, so a fraction of the last row and column may be padding.
    """

    image: Image.Image
    width: int
    height: int
    extent: Extent
    orientation: int
    profile: bytes


def load(file: IO[bytes], kind: Format, tier: Tier) -> Loaded:
    """Decode the first frame whole, a large JPEG only as large as needed; raises Rejected."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS[kind]
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return _load(file, kind, tier)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as refused:
        raise Rejected("too_many_pixels") from refused
    except MemoryError as refused:
        raise Rejected("too_complex") from refused
    except BROKEN as broken:
        raise Rejected(_what_broke(file, kind, str(broken))) from broken


def is_animated(file: IO[bytes], kind: Format) -> bool:
    """Say whether frames follow the first; frames are never counted, for that can take minutes."""
    if kind == "JPEG":
        return False
    try:
        with Image.open(file, formats=(kind,)) as picture:
            return bool(getattr(picture, "is_animated", False))
    except BROKEN:
        return False  # the first frame was sound, and no other is used


def _load(file: IO[bytes], kind: Format, tier: Tier) -> Loaded:
    picture = Image.open(file, formats=(kind,))
    width, height = picture.size
    _check_size(width, height, kind)
    if picture.info.get("progressive") and width * height > MOST_PROGRESSIVE:
        raise Rejected("too_complex")
    needed = seen_size(width, height, tier)
    drafted = picture.draft(None, (ceil(needed[0] * SPARE), ceil(needed[1] * SPARE)))
    picture.load()
    return Loaded(
        image=picture,
        width=width,
        height=height,
        extent=drafted[1][2:] if drafted else (width, height),
        orientation=_orientation(picture),
        profile=picture.info.get("icc_profile") or b"",
    )


def _check_size(width: int, height: int, kind: Format) -> None:
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS[kind]:
        raise Rejected("too_many_pixels")


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1  # broken metadata must not cost the picture


def _what_broke(file: IO[bytes], kind: Format, reason: str) -> Verdict:
    if "out of memory" in reason:
        return "too_complex"
    if "truncated" in reason.lower() or _is_cut_off(file, kind):
        return "truncated"
    return "unreadable"


def _is_cut_off(file: IO[bytes], kind: Format) -> bool:
    """Say whether the mark that ends every sound file of this format is missing."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    match kind:
        case "JPEG":
            return b"\xff\xd9" not in tail
        case "PNG":
            return b"IEND\xaeB`\x82" not in tail
        case "GIF":
            return not tail.rstrip(b"\0").endswith(b";")
        case "WEBP":
            return len(head) < 12 or int.from_bytes(head[4:8], "little") + 8 > size
