"""How many pixels a model sees of a picture, and how many tokens they cost.

Source: Anthropic's pages "Vision" and "Vision coordinates", August 2026: one token is one patch of
28 x 28 pixels; what exceeds a tier's edge or token limit is scaled down before the model sees it.
"""

from bisect import bisect_right
from math import ceil
from typing import Literal

Tier = Literal["high", "many", "standard"]
"""What a model sees of one image: ``many`` is the high tier's in a request of over 20 images."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are just outside."""

PATCH = 28
TIERS: dict[Tier, tuple[int, int]] = {
    "high": (2576, 4784),
    "many": (2000, 4784),
    "standard": (1568, 1568),
}
"""The longest edge in pixels and the most tokens of one image, by tier."""

SMALLEST = 200
"""Pixels of the short side below which models read less well, by the same source."""
MOST_ENLARGED = 8


def visual_tokens(width: int, height: int) -> int:
    """Return the tokens that an image of this many pixels is billed as."""
    return ceil(width / PATCH) * ceil(height / PATCH)


def seen_size(width: int, height: int, tier: Tier) -> tuple[int, int]:
    """Return the pixels that a model of this tier sees, before padding; unchanged if all fits."""
    edge, budget = TIERS[tier]
    long, short = max(width, height), min(width, height)
    if long <= edge and visual_tokens(long, short) <= budget:
        return width, height
    ratio = long / short

    def other(side: int) -> int:
        return max(1, round(side / ratio))

    # Tokens never fall as the side grows, so the longest side that fits can be bisected.
    sides = range(1, min(long, edge) + 1)
    side = bisect_right(sides, budget, key=lambda side: visual_tokens(side, other(side)))
    return (side, other(side)) if width >= height else (other(side), side)


def sent_size(width: int, height: int, tier: Tier) -> tuple[int, int]:
    """Return the pixels to send: what is seen, or a whole multiple of a very small picture.

    A multiple is only taken as far as a model of this tier sees all of it.
    """
    for factor in range(min(MOST_ENLARGED, ceil(SMALLEST / min(width, height))), 1, -1):
        larger = (width * factor, height * factor)
        if seen_size(*larger, tier) == larger:
            return larger
    return seen_size(width, height, tier)
