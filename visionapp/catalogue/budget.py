"""How many pixels a model sees of a picture, and how many tokens they cost.

Source: Anthropic's pages "Vision" and "Vision coordinates", August 2026: one token is one patch of
28 x 28 pixels; what exceeds a tier's edge or token limit is scaled down before the model sees it.
"""

from bisect import bisect_right
from math import ceil
from typing import Literal

Tier = Literal["high", "standard"]

PATCH = 28
TIERS: dict[Tier, tuple[int, int]] = {"high": (2576, 4784), "standard": (1568, 1568)}
"""The longest edge in pixels and the most tokens of one image, by tier."""


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
