"""What can happen to the bytes of a file: between two disks, or in the hands of an enemy."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tests.support.hostile.pieces import PNG, chunks_of, mended

Way = Literal[
    "flip", "overwrite", "insert", "delete", "repeat", "move", "clear", "splice", "swap", "chunk"
]
WAYS: tuple[Way, ...] = get_args(Way)

WEIGHTY = (
    b"\0", b"\xff", b"\x7f", b"\x80", b"\0\0", b"\xff\xff", b"\x7f\xff", b"\xff\x7f", b"\0\0\0\0",
    b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0\0\0\x80",
    b"\0\0\x75\x30", b"\x30\x75\0\0", b"\0\1\0\0",
)  # fmt: skip
"""Numbers at which programs err: nothing, everything, the edges of signed ones, large sides."""

HEAD = 64
"""Where most formats keep their sizes; half of all damage is done there."""

MOST = 48


@dataclass(frozen=True)
class Edit:
    """One change: ``at`` and ``of`` are shares of the file, ``size`` is in bytes."""

    way: Way
    at: float
    of: float
    size: int
    new: bytes


def some_edit(chance: random.Random) -> Edit:
    near_start, by_weight = chance.random() < 0.5, chance.random() < 0.5
    return Edit(
        way=chance.choice(WAYS),
        at=chance.random() ** (4 if near_start else 1),
        of=chance.random(),
        size=chance.randint(1, MOST),
        new=chance.choice(WEIGHTY) if by_weight else chance.randbytes(chance.randint(1, 4)),
    )


def damaged(data: bytes, edits: Sequence[Edit], other: bytes = b"") -> bytes:
    """Return the file after these edits; ``other`` is what parts of it may be swapped with."""
    for edit in edits:
        data = _edited(data, edit, other)
    return data


def with_checksums(data: bytes) -> bytes:
    """Return a file whose checksums hold again, where they would hide what lies behind them."""
    return mended(data) if data.startswith(PNG) else data


def _edited(data: bytes, edit: Edit, other: bytes) -> bytes:
    at, of, size = int(edit.at * len(data)), int(edit.of * len(data)), edit.size
    here, rest = data[at : at + size], data[at + size :]
    if edit.way == "chunk":
        return _with_a_chunk_twice(data, edit)
    new = {
        "flip": bytes(byte ^ 1 << size % 8 for byte in here[:1]) + here[1:] + rest,
        "overwrite": edit.new + data[at + len(edit.new) :],
        "insert": edit.new * size + here + rest,
        "delete": rest,
        "repeat": here + here + rest,
        "move": data[of : of + size] + rest,
        "clear": bytes(len(here)) + rest,
        "splice": other[of : of + size] + rest,
        "swap": other[at:],
    }
    return data[:at] + new[edit.way]


def _with_a_chunk_twice(data: bytes, edit: Edit) -> bytes:
    """Say a chunk of a PNG, or a tenth of another file, once more somewhere else."""
    tenth = len(data) // 10 + 1
    starts = range(0, len(data), tenth)
    places = list(chunks_of(data)) or [(start, start + tenth) for start in starts] or [(0, 0)]
    start, end = places[int(edit.at * len(places))]
    into, _ = places[int(edit.of * len(places))]
    return data[:into] + data[start:end] + data[into:]
