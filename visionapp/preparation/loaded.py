"""One frame in memory, or why there is none; what the readers of all formats have in common."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from visionapp.catalogue.budget import Box
from visionapp.preparation.values import LONGEST_SIDE, Format, View
from visionapp.preparation.wire import Verdict

Size = tuple[int, int]
Extent = tuple[float, float]
Fit = Callable[[int, int], Size]
"""Says how large what has this width and height is to become."""

MOST_PIXELS: dict[Format, int] = {
    "JPEG": 200_000_000,  # a large JPEG is scaled down while it is decoded
    "PNG": 64_000_000,
    "GIF": 64_000_000,
    "WEBP": 64_000_000,
    "HEIF": 64_000_000,
    "AVIF": 64_000_000,
    "TIFF": 64_000_000,
    "BMP": 64_000_000,
    "JPEG2000": 64_000_000,
    "PDF": 64_000_000,
}


BROKEN = (
    ArithmeticError,
    AssertionError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What the readers were seen to raise for damaged files."""


class Rejected(Exception):
    """The picture is not taken; the first argument is the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict: Verdict = verdict


@dataclass(slots=True)
class Loaded:
    """A frame in memory.

    ``size`` is the frame's own, as it is stored, and ``extent`` how much of the image's pixels it
    covers: a JPEG decoded at half its size rounds up, so a fraction of the last row and column may
    be padding. ``box`` is what is wanted of it, in pixels of the upright frame. ``count`` returns
    the number of frames in the file, which may take long.
    """

    image: Image.Image
    size: Size
    extent: Extent
    orientation: int
    profile: bytes
    box: Box
    count: Callable[[], int]


def check_size(size: Size, kind: Format) -> None:
    """Refuse what has too many pixels; raises Rejected."""
    width, height = size
    if max(size) > LONGEST_SIDE or width * height > MOST_PIXELS[kind]:
        raise Rejected("too_many_pixels")


def wanted_box(view: View, upright: Size) -> Box:
    """Return the view's box in a frame of this size; raises Rejected if it is not inside."""
    if view.box is None:
        return (0, 0, *upright)
    if view.box[2] > upright[0] or view.box[3] > upright[1]:
        raise Rejected("box_outside")
    return view.box
