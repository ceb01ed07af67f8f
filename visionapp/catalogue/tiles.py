"""Cuts a picture that is too large to be seen at its own scale into parts that are not."""

from collections.abc import Iterator
from itertools import product
from math import ceil

from visionapp.catalogue.budget import Box, Tier, seen_size

MOST_TILES = 20
"""More parts of one picture cost more than they tell; from there on they are shrunk a little."""

OVERLAP = 0.1
"""Share of a part that is shown again in the next one, so that no line of text is cut in both."""

WORTH_IT = 0.9
"""Scale above which text is as good as unshrunk, so that parts would gain nothing."""

STRIP = 3.0
"""From this ratio of its sides on, a picture is only cut across its length."""


def tiles(width: int, height: int, tier: Tier) -> tuple[Box, ...]:
    """Return overlapping parts, row by row, that a model of this tier sees at full scale.

    At most 20, then as little shrunk as so many allow. Nothing where the whole is seen well.
    """
    if _scale(width, height, tier) >= WORTH_IT:
        return ()
    grids = sorted(_grids(width, height), key=lambda grid: (grid[0] * grid[1], *grid))

    def scale(grid: tuple[int, int]) -> float:
        return _scale(_length(width, grid[0]), _length(height, grid[1]), tier)

    # The fewest parts among those that are shrunk least: max() keeps the first of equals.
    best = max(grids, key=scale)
    columns, rows = _spans(width, best[0]), _spans(height, best[1])
    return tuple(
        (left, top, right, bottom) for (top, bottom), (left, right) in product(rows, columns)
    )


def _grids(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield how many columns and rows there may be."""
    long, short = max(width, height), min(width, height)
    is_strip = long / short >= STRIP
    for columns, rows in product(range(1, MOST_TILES + 1), repeat=2):
        across = rows if width >= height else columns
        if columns * rows <= MOST_TILES and not (is_strip and across > 1):
            yield columns, rows


def _scale(width: int, height: int, tier: Tier) -> float:
    return max(seen_size(width, height, tier)) / max(width, height)


def _length(whole: int, parts: int) -> int:
    """Return the pixels of each of so many overlapping parts."""
    return min(whole, ceil(whole / (parts - (parts - 1) * OVERLAP)))


def _spans(whole: int, parts: int) -> list[tuple[int, int]]:
    length = _length(whole, parts)
    steps = max(1, parts - 1)
    starts = [round(part * (whole - length) / steps) for part in range(parts)]
    return [(start, start + length) for start in starts]
