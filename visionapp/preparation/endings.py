"""Tells a file that is cut off before its end from one that is damaged."""

import re
from collections.abc import Callable
from typing import IO, cast

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from visionapp.preparation import tiff
from visionapp.preparation.loaded import BROKEN
from visionapp.preparation.values import Format

TAIL = 65_536

STRIPS, STRIP_SIZES, TILES, TILE_SIZES = 273, 279, 324, 325

PIXELS = {b"mdat", b"jp2c"}
BOXES = PIXELS | {b"ftyp", b"meta", b"moov", b"moof", b"free", b"skip", b"jP  ", b"jp2h", b"jp2i"}
"""What a file of the HEIF or JPEG 2000 family is made of."""

LINEARIZED = re.compile(rb"/Linearized\b.{0,300}?/L\s+(\d{1,12})\b", re.DOTALL)
"""Says at the start of a PDF that it is written for slow lines, and how long it is."""

BEGUN = re.compile(rb"\d\s+\d+\s+obj\b")


def is_cut_off(file: IO[bytes], kind: Format) -> bool:
    """Say whether what ends every sound file of this format is missing."""
    try:
        return CHECKS[kind](file, file.seek(0, 2))
    except BROKEN:
        return False  # what stands there makes no sense: it is damaged, wherever it ends


def _jpeg(file: IO[bytes], size: int) -> bool:
    return b"\xff\xd9" not in _tail(file, size)


def _png(file: IO[bytes], size: int) -> bool:
    return b"IEND\xaeB`\x82" not in _tail(file, size)


def _gif(file: IO[bytes], size: int) -> bool:
    return not _tail(file, size).rstrip(b"\0").endswith(b";")


def _webp(file: IO[bytes], size: int) -> bool:
    head = _head(file)
    return len(head) < 12 or int.from_bytes(head[4:8], "little") + 8 > size


def _bmp(file: IO[bytes], size: int) -> bool:
    return int.from_bytes(_head(file)[2:6], "little") > size


def _boxes(file: IO[bytes], size: int) -> bool:
    """Say whether one of the boxes that such a file is made of is missing, or not whole."""
    at, has_pixels = 0, False
    while at < size:
        file.seek(at)
        head = file.read(16)
        length, name = int.from_bytes(head[:4]), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:])
        end = at + max(length, 8) if length else size
        if end > size and len(name) == 4 and name not in BOXES:
            break  # nothing of the picture: a phone's own, or a file that hides behind it
        has_pixels |= name in PIXELS
        at = end
    return at > size or not has_pixels


def _jpeg2000(file: IO[bytes], size: int) -> bool:
    if _head(file).startswith(b"\xff\x4f"):
        return b"\xff\xd9" not in _tail(file, size)
    return _boxes(file, size)


def _tiff(file: IO[bytes], size: int) -> bool:
    chain = tiff.chain(file)
    if not chain.has_end or chain.values_end > size:
        return True
    tags = cast("TiffImageFile", Image.open(file, formats=("TIFF",))).tag_v2
    starts = tags.get(STRIPS) or tags.get(TILES) or ()
    lengths = tags.get(STRIP_SIZES) or tags.get(TILE_SIZES) or ()
    return any(start + length > size for start, length in zip(starts, lengths, strict=False))


def _pdf(file: IO[bytes], size: int) -> bool:
    """Say so as well where an update was begun after a sound end and has none of its own."""
    said = LINEARIZED.search(_head(file, 1024))
    if said and int(said[1]) > size:
        return True
    before, end, after = _tail(file, size).rpartition(b"%%EOF")
    return not end or b"startxref" not in before or BEGUN.search(after) is not None


def _head(file: IO[bytes], length: int = 12) -> bytes:
    file.seek(0)
    return file.read(length)


def _tail(file: IO[bytes], size: int) -> bytes:
    file.seek(max(0, size - TAIL))
    return file.read(TAIL)


CHECKS: dict[Format, Callable[[IO[bytes], int], bool]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "GIF": _gif,
    "WEBP": _webp,
    "HEIF": _boxes,
    "AVIF": _boxes,
    "TIFF": _tiff,
    "BMP": _bmp,
    "JPEG2000": _jpeg2000,
    "PDF": _pdf,
}
