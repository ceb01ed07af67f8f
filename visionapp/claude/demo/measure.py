"""What the demo is told of a picture's pixels, by a function that is given to it."""

from collections.abc import Callable, Sequence
from typing import Protocol


class Measured(Protocol):
    """Facts about the pixels of one picture. Shares are from 0 to 1."""

    @property
    def brightness(self) -> float:
        """The mean lightness, 0 black and 1 white."""

    @property
    def contrast(self) -> float:
        """The standard deviation of lightness, 0 flat and 1 half black, half white."""

    @property
    def sharpness(self) -> float:
        """The mean step between neighbouring pixels, 0 flat and 1 the largest there can be."""

    @property
    def transparency(self) -> float:
        """The share of pixels that are not fully opaque."""

    @property
    def colours(self) -> Sequence[tuple[str, float]]:
        """The main colours as ``#rrggbb`` with their share, largest first."""


Measure = Callable[[bytes], Measured]
"""Measures an encoded picture. Raises a VisionError where it cannot."""
