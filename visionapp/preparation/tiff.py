"""Finds the pages of a TIFF: its chain of directories holds small copies and masks as well."""

import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from visionapp.preparation.loaded import Rejected
from visionapp.preparation.values import MOST_FRAMES

PURPOSE, COLOURS, BELOW = 254, 262, 330
"""Tags: what a directory is for, what its numbers mean, which directories hang below it."""

SMALL_COPY_OR_MASK = 0b101
SENSOR_COLOURS = {32803, 34892}
SHORT = 3

LOOKED_AT = 64
"""Entries of a directory that are read: they are sorted, and the wanted ones come early."""

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8}
"""Bytes of one value, by its kind."""

Tags = dict[int, int]


class Chain(NamedTuple):
    """Numbers in the tags of each directory; whether it ends in the file, and where values do."""

    directories: list[Tags]
    has_end: bool
    values_end: int


class _Layout(NamedTuple):
    """How numbers are written: the count of entries, one entry, a place in the file."""

    short: struct.Struct
    long: struct.Struct
    number: struct.Struct
    entry: struct.Struct
    place: struct.Struct


def pages(file: IO[bytes]) -> tuple[int, ...]:
    """Return which directories are pages, of those that are told.

    Raises Rejected for a camera's raw file, and EOFError if one of them is not in the file.
    """
    found, has_end, _ = chain(file)
    if not has_end:
        raise EOFError
    whole = [n for n, tags in enumerate(found) if not tags.get(PURPOSE, 0) & SMALL_COPY_OR_MASK]
    is_raw = any(tags.get(COLOURS) in SENSOR_COLOURS for tags in found)
    if is_raw or (not whole and BELOW in found[0]):
        raise Rejected("raw")  # what can be read of it is a small copy of the picture, or noise
    return tuple(whole or range(len(found)))


def chain(file: IO[bytes]) -> Chain:
    """Return the directories, each once, and no more than frames are told."""
    file.seek(0)
    head = file.read(16)
    layout = _layout(head)
    (place,) = layout.place.unpack_from(head, layout.place.size)
    directories: list[Tags] = []
    seen, ends = {0}, [place]
    while place not in seen and len(directories) < MOST_FRAMES:
        seen.add(place)
        file.seek(place)
        try:
            (count,) = layout.number.unpack(file.read(layout.number.size))
            entries = file.read(layout.entry.size * min(count, LOOKED_AT))
            file.seek(place + layout.number.size + layout.entry.size * count)
            (place,) = layout.place.unpack(file.read(layout.place.size))
        except struct.error:
            return Chain(directories, has_end=False, values_end=max(ends))
        directories.append(_tags(layout, entries))
        ends += _ends_of_values(layout, entries)
    return Chain(directories, has_end=True, values_end=max(ends))


def _layout(head: bytes) -> _Layout:
    order = "<" if head.startswith(b"II") else ">"
    formats = ("H", "I", "Q", "HHQ8s", "Q") if b"+" in head[2:4] else ("H", "I", "H", "HHI4s", "I")
    return _Layout(*(struct.Struct(order + one) for one in formats))


def _tags(layout: _Layout, entries: bytes) -> Tags:
    """Return what small numbers the entries hold; of a longer list, its place stands for it."""
    tags = {}
    for tag, kind, _, value in layout.entry.iter_unpack(entries):
        (tags[tag],) = (layout.short if kind == SHORT else layout.long).unpack_from(value)
    return tags


def _ends_of_values(layout: _Layout, entries: bytes) -> Iterator[int]:
    """Yield where the values end that are too long to stand in their entry."""
    for _, kind, count, value in layout.entry.iter_unpack(entries):
        length = count * SIZES.get(kind, 0)
        if length > layout.place.size:
            yield layout.place.unpack(value)[0] + length
