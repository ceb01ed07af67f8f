"""Small files that would take much time or memory: PNG, JPEG, GIF, WebP and BMP.

Each comes with the codes that may answer it; an empty one stands for a picture.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image

from tests.support.hostile import pieces
from tests.support.hostile.pieces import chunk, segment
from tests.support.hostile.sound import sound
from tests.support.pictures import encoded, header_of_png, quadrants

SHOWN, DAMAGED, CUT = "", "image.unreadable", "image.truncated"
LARGE, COMPLEX = "image.too_many_pixels", "image.too_complex"

MUCH = 50_000_000
"""Bytes that a compressed piece grows to."""


class Bomb(NamedTuple):
    build: Callable[[], bytes]
    codes: set[str]
    is_endless: bool = False
    """Whether it ends only when its time is over."""


def packed(size: int, of: bytes = b"A") -> bytes:
    """Return so many bytes, compressed, without ever holding them all."""
    packer, piece = zlib.compressobj(9), of * 1_000_000
    parts = [packer.compress(piece) for _ in range(size // len(piece))]
    return b"".join([*parts, packer.compress(of * (size % len(piece))), packer.flush()])


def flat_png(width: int, height: int, depth: int = 8, colour: int = 2, *others: bytes) -> bytes:
    """Return a PNG of nothing but zeros that really has all its pixels."""
    parts = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = 1 + (width * parts * depth + 7) // 8
    data = chunk(b"IDAT", packed(row * height, b"\0"))
    return pieces.png(width, height, *others, data, depth=depth, colour=colour)


def png_with(*chunks: bytes) -> Callable[[], bytes]:
    """Return a builder of a small sound PNG with these chunks after its header."""

    def build() -> bytes:
        whole = sound("png")
        start, _ = list(pieces.chunks_of(whole))[1]
        return whole[:start] + b"".join(chunks) + whole[start:]

    return build


def png_in_crumbs() -> bytes:
    data = zlib.compress(b"".join(b"\0" + bytes(range(200)) * 3 for _ in range(300)), 0)
    return pieces.png(200, 300, *(chunk(b"IDAT", data[n : n + 1]) for n in range(len(data))))


def apng(frames: int, said: int, side: int = 1) -> bytes:
    """Return an APNG with so many frames of one pixel on a larger canvas."""
    pixel, count = zlib.compress(b"\0\xff\0\0"), struct.pack(">II", said, 0)
    numbers = iter(range(2 * frames + 2))

    def control(width: int, height: int) -> bytes:
        said = struct.pack(">IIIIIHHBB", next(numbers), width, height, 0, 0, 1, 10, 0, 0)
        return chunk(b"fcTL", said)

    def parts() -> Iterator[bytes]:
        yield chunk(b"acTL", count)
        yield control(side, side)
        yield chunk(b"IDAT", packed((1 + side * 3) * side, b"\0"))
        for _ in range(frames):
            yield control(1, 1)
            yield chunk(b"fdAT", struct.pack(">I", next(numbers)) + pixel)

    return pieces.png(side, side, *parts())


def gif_of(frames: int, side: int, frame: bytes | None = None) -> bytes:
    return pieces.gif(side, side, (frame or pieces.gif_frame()) * frames)


def gif_of_words() -> bytes:
    words = b"!\xfe" + (b"\xff" + b"A" * 255) * 100_000 + b"\0"
    return pieces.gif(1, 1, words, b"!\xfe\x01A\0" * 200_000, pieces.gif_frame())


def webp(side: int, frames: int) -> bytes:
    """Return an animated WebP with so many frames of one pixel."""
    still = encoded(Image.new("RGB", (1, 1)), "WEBP", lossless=True)[12:]
    edge = (side - 1).to_bytes(3, "little")
    place = bytes(3) + bytes(3) + bytes(3) + bytes(3) + (10).to_bytes(3, "little") + b"\0"
    header = (b"VP8X", b"\x02\0\0\0" + edge + edge)
    return pieces.riff(header, (b"ANIM", bytes(6)), *[(b"ANMF", place + still)] * frames)


def jpeg_said(width: int, height: int, **options: object) -> bytes:
    """Return a small JPEG that says it is this large."""
    data = bytearray(encoded(quadrants(64, 64), "JPEG", **options))
    at = next(data.index(bytes([0xFF, mark])) for mark in (0xC0, 0xC2) if b"\xff%c" % mark in data)
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG that says its last pass again and again."""
    whole = encoded(quadrants(side, side), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * scans + pieces.JPEG_END


def jpeg_with(*segments: bytes) -> Callable[[], bytes]:
    return lambda: pieces.after_start(sound("jpeg"), *segments)


def exif_loop() -> bytes:
    """Return EXIF whose directory leads to itself, for more of itself and for its place."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + entry + struct.pack("<I", 8)


def exif_giant() -> bytes:
    """Return EXIF that says it holds four thousand million numbers."""
    entries = b"".join(struct.pack("<HHII", 0x9000 + n, 5, 2**32 - 1, 8) for n in range(5000))
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entries


def mpo_loop() -> bytes:
    """Return an MPO that says it has 65,535 pictures, all of them itself."""
    header = b"II*\0\x08\0\0\0" + struct.pack("<H", 3)
    rows = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 65535)
    rows += struct.pack("<HHII", 0xB002, 7, 16 * 65535, 50)
    entry = struct.pack("<IIIHH", 0x20030000, 100, 0, 0, 0)
    body = b"MPF\0" + header + rows + struct.pack("<I", 8) + entry * 4000
    return pieces.after_start(sound("jpeg"), segment(0xE2, body))


def bmp(width: int, height: int, data: bytes, bits: int = 8, packing: int = 1) -> bytes:
    """Return a BMP in runs that says it is this large."""
    palette = bytes(range(256)) * 4 if bits == 8 else b""
    start = 54 + len(palette)
    sizes = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, packing, len(data), 0, 0, 0, 0)
    head = b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start)
    return head + sizes + palette + data


BOMBS = {
    "png of 900 megapixels, in words": Bomb(lambda: header_of_png(30_000, 30_000), {LARGE}),
    "png of 400 megapixels, in 49 kB": Bomb(lambda: flat_png(20_000, 20_000, 1, 0), {LARGE}),
    "png of 64 megapixels, clear": Bomb(lambda: flat_png(8000, 8000, 8, 6), {SHOWN}),
    "png of 64 megapixels, deep grey": Bomb(lambda: flat_png(8000, 8000, 16, 0), {SHOWN}),
    "png without its pixels": Bomb(
        lambda: pieces.png(8000, 8000, chunk(b"IDAT", packed(1000))), {CUT, DAMAGED}
    ),
    "png with too many pixels": Bomb(
        lambda: pieces.png(8, 8, chunk(b"IDAT", packed(MUCH, b"\0"))), {SHOWN, DAMAGED}
    ),
    "png without its palette": Bomb(lambda: flat_png(64, 64, 8, 3), {DAMAGED}),
    "png words": Bomb(png_with(chunk(b"zTXt", b"Comment\0\0" + packed(MUCH))), {SHOWN, DAMAGED}),
    "png words of the world": Bomb(
        png_with(chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed(MUCH))), {SHOWN, DAMAGED}
    ),
    "png many words": Bomb(
        png_with(*[chunk(b"zTXt", b"A\0\0" + packed(1_000_000))] * 200), {SHOWN, DAMAGED}
    ),
    "png profile": Bomb(png_with(chunk(b"iCCP", b"A\0\0" + packed(MUCH))), {SHOWN, DAMAGED}),
    "png of 180,000 crumbs": Bomb(png_in_crumbs, {SHOWN}),
    "png of 300,000 empty pieces": Bomb(png_with(chunk(b"tEXt", b"A\0") * 300_000), {SHOWN}),
    "apng of 20,000 frames": Bomb(lambda: apng(20_000, 20_000), {SHOWN}),
    "apng of 4 thousand million frames": Bomb(lambda: apng(2, 2**32 - 1), {SHOWN, DAMAGED}),
    "apng on a wide ground": Bomb(lambda: apng(2000, 2000, 4000), {SHOWN}),
    "gif of 100,000 frames": Bomb(lambda: gif_of(100_000, 1), {SHOWN}),
    "gif of 2,000 frames on 36 megapixels": Bomb(lambda: gif_of(2000, 6000), {SHOWN}),
    "gif of 4 gigapixels": Bomb(lambda: gif_of(1, 65_535), {LARGE}),
    "gif with a frame of 4 gigapixels": Bomb(
        lambda: gif_of(1, 1, pieces.gif_frame(65_535, 65_535)), {LARGE, CUT, DAMAGED}
    ),
    "gif of words": Bomb(gif_of_words, {SHOWN}),
    "webp of 268 megapixels": Bomb(lambda: webp(16_384, 1), {LARGE, DAMAGED}),
    "webp of 100,000 frames": Bomb(lambda: webp(1, 100_000), {SHOWN}),
    "webp of 500 frames on 36 megapixels": Bomb(lambda: webp(6000, 500), {SHOWN}),
    "jpeg of 4 gigapixels, in words": Bomb(lambda: jpeg_said(65_500, 65_500), {LARGE}),
    "jpeg of 180 megapixels, in words": Bomb(
        lambda: jpeg_said(30_000, 6000), {SHOWN, CUT, DAMAGED, COMPLEX}
    ),
    "jpeg of 180 megapixels in passes": Bomb(
        lambda: jpeg_said(30_000, 6000, progressive=True), {COMPLEX}
    ),
    "jpeg of 100 megapixels in passes": Bomb(
        lambda: encoded(Image.new("L", (10_000, 10_000)), "JPEG", progressive=True), {SHOWN}
    ),
    "jpeg of 2,000 passes": Bomb(lambda: jpeg_of_scans(1000, 2000), {SHOWN, COMPLEX}),
    "jpeg of 40 MB of words": Bomb(jpeg_with(segment(0xFE, b"A" * 65_000) * 600), {SHOWN}),
    "jpeg of a million empty words": Bomb(jpeg_with(segment(0xFE, b"") * 1_000_000), {SHOWN}),
    "jpeg with a giant profile": Bomb(
        jpeg_with(
            *(segment(0xE2, b"ICC_PROFILE\0%c\xff" % n + b"A" * 65_000) for n in range(1, 256))
        ),
        {SHOWN},
    ),
    "jpeg with exif in circles": Bomb(jpeg_with(segment(0xE1, exif_loop())), {SHOWN}),
    "jpeg with giant exif": Bomb(jpeg_with(segment(0xE1, exif_giant())), {SHOWN}),
    "jpeg with exif 300 times": Bomb(
        jpeg_with(segment(0xE1, b"Exif\0\0" * 10_000) * 300), {SHOWN}
    ),
    "jpeg of 100,000 tables": Bomb(
        jpeg_with(segment(0xDB, b"\0" + b"\1" * 64) * 100_000), {SHOWN}
    ),
    "mpo in circles": Bomb(mpo_loop, {SHOWN, DAMAGED}),
    "bmp of 64 megapixels in 2 bytes": Bomb(
        lambda: bmp(8000, 8000, b"\0\1"), {SHOWN, CUT, DAMAGED}
    ),
    "bmp of steps": Bomb(
        lambda: bmp(4000, 4000, b"\0\2\0\1" * 4000 + b"\0\1"), {SHOWN, CUT, DAMAGED}
    ),
    "bmp of 32 megapixels in runs": Bomb(
        lambda: bmp(8000, 4000, (b"\xff\1" * 31 + b"\x5f\1\0\0") * 4000), {SHOWN}
    ),
    "bmp of crumbs": Bomb(lambda: bmp(8000, 500, (b"\1\1" * 8000 + b"\0\0") * 500), {SHOWN}),
    "bmp of 4 thousand million rows": Bomb(lambda: bmp(1, -(2**31), b"\0\1"), {LARGE, DAMAGED}),
}
