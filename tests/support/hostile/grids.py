"""HEICs whose picture is made from others: tiles, layers, itself."""

import struct

from tests.support.hostile.pieces import box, full_box

MADE, CODED = 1, 2
"""Numbers of the picture to show, and of the coded one that it is made from."""

HIDDEN = 1


def heic_grid(tile: bytes, columns: int, rows: int, said: tuple[int, int] | None = None) -> bytes:
    """Return a HEIC of many tiles, all of them the one of this HEIC; its size is true or said."""
    across, down = _size(tile)
    size = struct.pack(">II", *(said or (columns * across, rows * down)))
    count = columns * rows
    tiles = struct.pack(f">HH{count}H", MADE, count, *[CODED] * count)
    plan = bytes((0, 1, rows - 1, columns - 1)) + size
    return _heic(tile, b"grid", box(b"dimg", tiles), size, plan)


def heic_of_itself(tile: bytes, kind: bytes) -> bytes:
    """Return a HEIC whose picture is made from itself: as a grid, a layer or a copy."""
    size = struct.pack(">II", *_size(tile))
    reference = box(b"dimg", struct.pack(">HHH", MADE, 1, MADE))
    return _heic(tile, kind, reference, size, bytes((0, 1, 0, 0)) + size)


def _size(tile: bytes) -> tuple[int, int]:
    at = tile.index(b"ispe") + 8
    return struct.unpack(">II", tile[at : at + 8])


def _heic(tile: bytes, kind: bytes, reference: bytes, size: bytes, plan: bytes) -> bytes:
    at = tile.index(b"hvcC") - 4
    config = tile[at : at + int.from_bytes(tile[at : at + 4])]
    coded = tile[tile.index(b"mdat") + 4 :]
    sizes = [full_box(b"ispe", 0, 0, one) for one in (size, struct.pack(">II", *_size(tile)))]
    uses = struct.pack(">I", 2) + struct.pack(">HBB", MADE, 1, 2)
    uses += struct.pack(">HBBB", CODED, 2, 0x81, 3)

    def meta(start: int) -> bytes:
        places = struct.pack(">HHHHII", MADE, 1, 0, 1, 0, len(plan))
        places += struct.pack(">HHHHII", CODED, 0, 0, 1, start, len(coded))
        return full_box(
            b"meta", 0, 0,
            full_box(b"hdlr", 0, 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, 0, struct.pack(">H", MADE)),
            full_box(b"iinf", 0, 0, struct.pack(">H", 2),
                full_box(b"infe", 2, 0, struct.pack(">HH", MADE, 0), kind, b"\0"),
                full_box(b"infe", 2, HIDDEN, struct.pack(">HH", CODED, 0), b"hvc1", b"\0")),
            full_box(b"iref", 0, 0, reference),
            box(b"iprp", box(b"ipco", config, *sizes), full_box(b"ipma", 0, 0, uses)),
            box(b"idat", plan),
            full_box(b"iloc", 1, 0, b"\x44\0", struct.pack(">H", 2), places),
        )  # fmt: skip

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", coded)
