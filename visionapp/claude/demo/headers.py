"""What the first bytes of a picture tell: its format, its size, how its pixels are stored."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of the segments that hold width and height."""
SUBSAMPLING = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0"}
PNG_PIXELS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGB with alpha"}


@dataclass(frozen=True, slots=True)
class Header:
    """A picture's header; ``pixels`` says in words how they are stored."""

    media_type: str
    width: int
    height: int
    pixels: str

    @property
    def format(self) -> str:
        return self.media_type.removeprefix("image/").upper()


def read_header(data: bytes) -> Header | None:
    """Return the header of a PNG, JPEG, GIF or WebP file; None for anything else."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data[:6] in {b"GIF87a", b"GIF89a"}:
            width, height = struct.unpack_from("<HH", data, 6)
            return Header("image/gif", width, height, "palette")
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def _png(data: bytes) -> Header:
    width, height, depth, kind = struct.unpack_from(">IIBB", data, 16)
    pixels = f"{PNG_PIXELS.get(kind, 'unknown')}, {depth} bit"
    return Header("image/png", width, height, pixels)


def _jpeg(data: bytes) -> Header | None:
    for marker, start in _jpeg_segments(data):
        if marker in JPEG_SIZES:
            depth, height, width, components = struct.unpack_from(">BHHB", data, start)
            if components == 1:
                return Header("image/jpeg", width, height, f"grey, {depth} bit")
            sampling = (data[start + 7] >> 4, data[start + 7] & 15)
            colour = f"colour {SUBSAMPLING.get(sampling, 'of another subsampling')}, {depth} bit"
            return Header("image/jpeg", width, height, colour)
    return None


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield each segment's marker and where its content starts, up to the pixels."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = struct.unpack_from(">xBH", data, position)
        if marker == 0xDA:
            return
        yield marker, position + 4
        position += 2 + length


def _webp(data: bytes) -> Header | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("image/webp", width & 0x3FFF, height & 0x3FFF, "lossy, 4:2:0")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Header("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, "lossless")
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("image/webp", width, height, "extended")
    return None
