"""Small files that would take much time or memory: TIFF, HEIC, AVIF and JPEG 2000."""

import struct
import zlib
from collections.abc import Callable

from tests.support.hostile.bombs import COMPLEX, CUT, DAMAGED, LARGE, SHOWN, Bomb, packed
from tests.support.hostile.grids import heic_grid, heic_of_itself
from tests.support.hostile.pieces import (
    LONG,
    SHORT,
    Entry,
    box,
    directory,
    tiff,
    tiff_page,
)
from tests.support.hostile.sound import sound

PAGE_BYTES = len(directory(tiff_page(1, 1)))


def tiff_loop() -> bytes:
    """Return two directories that lead to each other."""
    first = directory(tiff_page(2, 2), 12 + PAGE_BYTES)
    second = directory(tiff_page(2, 2), 12)
    return tiff(12, b"\1\2\3\4" + first + second)


def tiff_pages(count: int) -> bytes:
    pages = tiff_page(2, 2)
    places = [12 + n * PAGE_BYTES for n in range(1, count)] + [0]
    return tiff(12, b"\1\2\3\4" + b"".join(directory(pages, place) for place in places))


def tiff_said(width: int, height: int, *others: Entry, body: bytes = b"\1\2\3\4") -> bytes:
    """Return a grey TIFF that says it is this large, with these entries in place of usual ones."""
    body += b"\0" * (len(body) % 2)
    return tiff(8 + len(body), body + directory(tiff_page(width, height, *others)))


def tiff_packed(width: int, height: int) -> bytes:
    """Return a TIFF whose one strip really has all its pixels."""
    data = packed(width * height, b"\0")
    return tiff_said(
        width, height, Entry(259, SHORT, 1, 8), Entry(279, LONG, 1, len(data)), body=data
    )


def tiff_of_one_strip(side: int) -> bytes:
    """Return a TIFF all of whose rows are the same place in the file."""
    row = bytes(range(256)) * (side // 256 + 1)
    places = struct.pack("<I", 8) * side
    lengths = struct.pack("<I", side) * side
    start = 8 + len(row)
    return tiff_said(
        side,
        side,
        Entry(273, LONG, side, start),
        Entry(278, LONG, 1, 1),
        Entry(279, LONG, side, start + len(places)),
        body=row + places + lengths,
    )


def big_tiff(first: int, *entries: tuple[int, int, int, int]) -> bytes:
    """Return a BigTIFF whose first directory stands there; the one that is in it is at 16."""
    rows = b"".join(struct.pack("<HHQQ", *entry) for entry in entries)
    return (
        b"II+\0\x08\0\0\0"
        + struct.pack("<Q", first)
        + struct.pack("<Q", len(entries))
        + rows
        + struct.pack("<Q", 2**63)
    )


def forged(name: str, mark: bytes, offset: int, new: bytes) -> Callable[[], bytes]:
    """Return a builder of a sound file with other bytes so far after each such mark."""

    def build() -> bytes:
        data = bytearray(sound(name))
        at = data.find(mark)
        while at >= 0:
            data[at + offset : at + offset + len(new)] = new
            at = data.find(mark, at + 4)
        return bytes(data)

    return build


def sides(width: int, height: int) -> bytes:
    return struct.pack(">II", width, height)


def jpeg2000(width: int, height: int, tile: int) -> bytes:
    """Return a codestream that says it is this large and has tiles of this side."""
    data = bytearray(sound("j2k"))
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = sides(width, height)
    data[at + 16 : at + 24] = sides(tile, tile)
    return bytes(data)


def jpeg2000_boxes() -> bytes:
    """Return a JP2 with half a million boxes before its picture."""
    data = sound("jp2")
    head = data.index(b"ftyp") - 4
    end = head + int.from_bytes(data[head : head + 4])
    return data[:end] + box(b"free") * 500_000 + data[end:]


def empty_boxes(name: str) -> Callable[[], bytes]:
    """Return a builder of a file that begins as this one and is all boxes of nothing."""

    def build() -> bytes:
        data = sound(name)
        return data[: int.from_bytes(data[:4])] + box(b"free") * 2_000_000

    return build


WIDE = 60_000
BOMBS = {
    "tiff in circles": Bomb(tiff_loop, {SHOWN}),
    "tiff of 10,000 pages": Bomb(lambda: tiff_pages(10_000), {SHOWN}),
    "tiff of 200,000 pages": Bomb(lambda: tiff_pages(200_000), {SHOWN}),
    "tiff of 3.6 gigapixels, in words": Bomb(lambda: tiff_said(WIDE, WIDE), {LARGE}),
    "tiff of 64 megapixels, in words": Bomb(lambda: tiff_said(8000, 8000), {CUT, DAMAGED}),
    "tiff of 64 megapixels, packed": Bomb(lambda: tiff_packed(8000, 8000), {SHOWN}),
    "tiff whose rows are all one": Bomb(lambda: tiff_of_one_strip(8000), {SHOWN}),
    "tiff with a strip of 4 GB": Bomb(
        lambda: tiff_said(2, 2, Entry(279, LONG, 1, 2**32 - 1)), {SHOWN, CUT, DAMAGED}
    ),
    "tiff with 4 thousand million strips": Bomb(
        lambda: tiff_said(2, 2, Entry(273, LONG, 2**32 - 1, 8)), {SHOWN, CUT, DAMAGED}
    ),
    "tiff with tags without end": Bomb(
        lambda: tiff_said(2, 2, *(Entry(40_000 + n, 12, 2**31, 8) for n in range(4000))),
        {SHOWN, CUT, DAMAGED},
    ),
    "tiff with 65,535 samples": Bomb(
        lambda: tiff_said(2, 2, Entry(277, SHORT, 1, 65_535)), {CUT, DAMAGED, COMPLEX}
    ),
    "tiff with numbers of 65,535 bits": Bomb(
        lambda: tiff_said(2, 2, Entry(258, SHORT, 1, 65_535)), {CUT, DAMAGED, COMPLEX}
    ),
    "tiff with tiles of 4 gigapixels": Bomb(
        lambda: tiff_said(
            2, 2, Entry(322, LONG, 1, 2**31), Entry(323, LONG, 1, 2**31), Entry(324, LONG, 1, 8)
        ),
        {SHOWN, CUT, DAMAGED, COMPLEX},
    ),
    "tiff with packed tiles of 4 gigapixels": Bomb(
        lambda: tiff_said(
            2,
            2,
            Entry(259, SHORT, 1, 8),
            Entry(322, LONG, 1, 65_536),
            Entry(323, LONG, 1, 65_536),
            Entry(324, LONG, 1, 8),
            Entry(325, LONG, 1, 4),
        ),
        {CUT, DAMAGED, COMPLEX},
    ),
    "tiff with a bad strip of 1 GB": Bomb(
        lambda: tiff_said(2, 2, Entry(259, SHORT, 1, 8), body=zlib.compress(b"\0" * 4)[:6]),
        {CUT, DAMAGED},
    ),
    "big tiff that begins past its end": Bomb(lambda: big_tiff(2**40), {CUT, DAMAGED}),
    "big tiff that begins past all ends": Bomb(lambda: big_tiff(2**64 - 1), {CUT, DAMAGED}),
    "big tiff with entries past all ends": Bomb(
        lambda: big_tiff(16, (256, 16, 2**62, 2**63), (273, 16, 2**64 - 1, 2**64 - 1)),
        {CUT, DAMAGED},
    ),
    "heic that says 3.6 gigapixels": Bomb(
        forged("heic", b"ispe", 8, sides(WIDE, WIDE)), {LARGE, DAMAGED, COMPLEX}
    ),
    "heic that says 64 megapixels": Bomb(
        forged("heic", b"ispe", 8, sides(8000, 8000)), {SHOWN, DAMAGED, COMPLEX}
    ),
    "heic that says nothing": Bomb(forged("heic", b"ispe", 8, sides(0, 0)), {SHOWN, DAMAGED}),
    "heic cut to 4 gigapixels": Bomb(
        forged("heic", b"clap", 4, struct.pack(">II", 2**31, 1)), {SHOWN, DAMAGED, LARGE}
    ),
    "heic without its properties": Bomb(
        forged("heic", b"ipma", 12, b"\0\1\x05\xff\xff\xff\xff\xff"), {SHOWN, DAMAGED}
    ),
    "heic with 4 thousand million properties": Bomb(
        forged("heic", b"ipma", 8, b"\xff\xff\xff\xff"), {DAMAGED, CUT, COMPLEX}
    ),
    "heic of four tiles": Bomb(lambda: heic_grid(sound("heic"), 2, 2), {SHOWN}),
    "heic of 15,625 tiles": Bomb(
        lambda: heic_grid(sound("heic"), 125, 125), {SHOWN, COMPLEX, DAMAGED}
    ),
    "heic of 65,025 tiles": Bomb(
        lambda: heic_grid(sound("heic"), 255, 255), {LARGE, DAMAGED, COMPLEX}
    ),
    "heic of four tiles that says 3.6 gigapixels": Bomb(
        lambda: heic_grid(sound("heic"), 2, 2, (WIDE, WIDE)), {LARGE, DAMAGED, COMPLEX}
    ),
    "heic of four tiles that says 64 megapixels": Bomb(
        lambda: heic_grid(sound("heic"), 2, 2, (8000, 8000)), {DAMAGED, COMPLEX}
    ),
    "heic that is a grid of itself": Bomb(
        lambda: heic_of_itself(sound("heic"), b"grid"), {DAMAGED}
    ),
    "heic that is laid over itself": Bomb(
        lambda: heic_of_itself(sound("heic"), b"iovl"), {DAMAGED}
    ),
    "heic that is itself": Bomb(lambda: heic_of_itself(sound("heic"), b"iden"), {DAMAGED}),
    "heic of empty boxes": Bomb(empty_boxes("heic"), {CUT, DAMAGED, COMPLEX}),
    "avif that says 3.6 gigapixels": Bomb(
        forged("avif", b"ispe", 8, sides(WIDE, WIDE)), {LARGE, DAMAGED, COMPLEX}
    ),
    "avif that says 64 megapixels": Bomb(
        forged("avif", b"ispe", 8, sides(8000, 8000)), {SHOWN, DAMAGED, COMPLEX}
    ),
    "avif with 4 thousand million frames": Bomb(
        forged("avif animated", b"stts", 8, b"\0\0\0\1\xff\xff\xff\xff"), {SHOWN, DAMAGED}
    ),
    "jpeg 2000 of 3.6 gigapixels": Bomb(lambda: jpeg2000(WIDE, WIDE, WIDE), {LARGE}),
    "jpeg 2000 of 64 megapixels, in words": Bomb(
        lambda: jpeg2000(8000, 8000, 8000), {CUT, DAMAGED, COMPLEX}
    ),
    "jpeg 2000 of 64 million tiles": Bomb(
        lambda: jpeg2000(8000, 8000, 1), {CUT, DAMAGED, COMPLEX}
    ),
    "jpeg 2000 of 62,500 tiles, one of them there": Bomb(
        lambda: jpeg2000(8000, 8000, 32), {SHOWN, CUT, DAMAGED, COMPLEX}
    ),
    "jpeg 2000 of 500,000 boxes": Bomb(jpeg2000_boxes, {SHOWN, DAMAGED}),
}
