"""Counts the frames of a GIF without decoding them."""

from typing import IO

from visionapp.preparation.values import MOST_FRAMES

HEADER = 13
DESCRIPTOR = 9
HAS_COLOURS = 0x80


def frames(file: IO[bytes]) -> int:
    """Return how many there are, as far as they are told; raises EOFError without an end."""
    file.seek(0)
    _skip_colours(file, file.read(HEADER)[10])
    count = 0
    while count < MOST_FRAMES:
        match file.read(1):
            case b"":
                raise EOFError
            case b",":
                _skip_colours(file, file.read(DESCRIPTOR)[8])
                file.seek(1, 1)
                _skip_data(file)
                count += 1
            case b"!":
                file.seek(1, 1)
                _skip_data(file)
            case b";":
                break
    return count


def _skip_colours(file: IO[bytes], flags: int) -> None:
    if flags & HAS_COLOURS:
        file.seek(3 << (flags & 7) + 1, 1)


def _skip_data(file: IO[bytes]) -> None:
    """Leave a row of blocks behind: each begins with its length, the last is empty."""
    while length := file.read(1):
        if length == b"\0":
            return
        file.seek(length[0], 1)
    raise EOFError
