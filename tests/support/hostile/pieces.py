"""The pieces that picture files are made of, with whatever lengths and numbers one likes."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

PNG = b"\x89PNG\r\n\x1a\n"
JPEG_END = b"\xff\xd9"
SHORT, LONG, LONG8 = 3, 4, 16


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG with this header and these chunks between header and end."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND")


def chunks_of(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each whole chunk of a PNG begins and ends; nothing for other files."""
    at = len(PNG) if data.startswith(PNG) else len(data)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            return
        yield at, end
        at = end


def mended(data: bytes) -> bytes:
    """Return a PNG with true checksums again: else damage is found before it is met."""
    out = bytearray(data)
    for start, end in chunks_of(data):
        out[end - 4 : end] = struct.pack(">I", zlib.crc32(out[start + 4 : end - 4]))
    return bytes(out)


def segment(marker: int, body: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def after_start(jpeg: bytes, *segments: bytes) -> bytes:
    """Return the JPEG with these segments right after its first marker."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WebP container."""
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(name: bytes, *bodies: bytes) -> bytes:
    """Return a box as HEIF, AVIF and JPEG 2000 are made of."""
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def full_box(name: bytes, version: int, flags: int, *bodies: bytes) -> bytes:
    return box(name, bytes([version]) + flags.to_bytes(3), *bodies)


class Entry(NamedTuple):
    """A tag of a TIFF: its kind, how many numbers it has, and the first or their place."""

    tag: int
    kind: int
    count: int
    value: int


def tiff_page(width: int, height: int, *others: Entry) -> list[Entry]:
    """Return the entries of a grey picture without compression, in one strip at 8 bits."""
    usual = {
        256: Entry(256, LONG, 1, width),
        257: Entry(257, LONG, 1, height),
        258: Entry(258, SHORT, 1, 8),
        259: Entry(259, SHORT, 1, 1),
        262: Entry(262, SHORT, 1, 1),
        273: Entry(273, LONG, 1, 8),
        277: Entry(277, SHORT, 1, 1),
        278: Entry(278, LONG, 1, height),
        279: Entry(279, LONG, 1, width * height),
    }
    return sorted((usual | {entry.tag: entry for entry in others}).values())


def directory(entries: Sequence[Entry], following: int = 0) -> bytes:
    """Return a directory of a TIFF that names the place of the next one."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)


def tiff(first: int, body: bytes) -> bytes:
    """Return a TIFF whose first directory stands at that place; the body begins at 8."""
    return b"II*\0" + struct.pack("<I", first) + body


def gif(width: int, height: int, *frames: bytes) -> bytes:
    """Return a GIF with two colours and this canvas."""
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + (b"\0\0\0\xff\xff\xff" + b"".join(frames) + b";")
    )


def gif_frame(width: int = 1, height: int = 1, left: int = 0, top: int = 0) -> bytes:
    """Return a frame that holds one pixel, whatever size it says."""
    place = struct.pack("<HHHHB", left, top, width, height, 0)
    return b"!\xf9\x04\0\x01\0\0\0," + place + b"\x02\x02\x44\x01\0"
