"""Decodes a JPEG 2000, without its finest wavelets where the rest is enough."""

from typing import IO, cast

from PIL import Image
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from visionapp.preparation.loaded import Extent, Rejected, Size

MOST_DECODED = 40_000_000
"""Pixels: OpenJPEG holds four bytes for each of their parts, and has it all at once."""


def loaded(file: IO[bytes], size: Size, least: Size) -> tuple[Image.Image, Extent]:
    """Return the picture at no less than this size if memory allows, and what it covers of it.

    Raises Rejected, and OSError for damage.
    """
    most = min(side // wanted for side, wanted in zip(size, least, strict=True)).bit_length() - 1
    needed = 0
    while size[0] * size[1] >> 2 * needed > MOST_DECODED:
        needed += 1
    for steps in range(max(most, needed), needed, -1):
        try:
            return _at(file, size, steps)
        except OSError:
            continue  # it has fewer steps, or Pillow rounds its size otherwise than OpenJPEG
    try:
        return _at(file, size, needed)
    except OSError:
        if needed:
            raise Rejected("too_complex") from None
        raise


def _at(file: IO[bytes], size: Size, steps: int) -> tuple[Image.Image, Extent]:
    """Return the picture, halved so often."""
    picture = cast("Jpeg2KImageFile", Image.open(file, formats=("JPEG2000",)))
    picture.reduce = steps
    picture.load()
    picture.reduce = 0  # it hides the method of this name
    return picture, (size[0] / 2**steps, size[1] / 2**steps)
