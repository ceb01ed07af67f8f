"""Writes prepared pixels: drawings without loss, photos as good JPEG."""

import io

from PIL import Image, ImageChops

from visionapp.preparation.values import Prepared

LARGEST_PNG = 1_500_000
SMALL = 65_536
"""Pixels of a picture so small that PNG costs little whatever it shows."""

BLOCK = 64
GRID = 4
DRAWN = 0.3
"""Share of pixels equal to their neighbour, from which a picture may be drawn. Of what was tried,
photos had up to 0.15 (blurred ones more), pages of small text 0.35 to 0.5, charts over 0.9."""

DRAWN_BYTES = 0.8
"""PNG bytes a pixel, above which it is a photo after all: charts took 0.02, photos 2."""

GOOD_JPEG = 2_000_000
"""Bytes above which a noisy photo is written more coarsely: a thread sends its pictures again
with each question, and one request holds 32 MB."""

THUMBNAIL_EDGE = 320


def encode(image: Image.Image) -> Prepared:
    """Return an L or RGB picture as PNG if it is drawn or small, else as JPEG."""
    if _suits_png(image):
        png = _written(image, "PNG")
        if len(png) <= LARGEST_PNG:
            return Prepared("image/png", image.width, image.height, png)
    # Colour at full resolution: coloured text is lost first when it is halved.
    jpeg = _written(image, "JPEG", quality=90, subsampling=0)
    if len(jpeg) > GOOD_JPEG:
        jpeg = _written(image, "JPEG", quality=85, subsampling=2)
    return Prepared("image/jpeg", image.width, image.height, jpeg)


def thumbnail(image: Image.Image) -> Prepared:
    """Return a JPEG of at most 320 pixels a side; a smaller picture keeps its size."""
    scale = min(1.0, THUMBNAIL_EDGE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Prepared("image/jpeg", *size, _written(small, "JPEG", quality=85, subsampling=0))


def _suits_png(image: Image.Image) -> bool:
    pixels = image.width * image.height
    if pixels <= SMALL:
        return True
    sample = _sample(image)
    if _flat_share(sample) < DRAWN:
        return False
    # The sample tells within a tenth how large the whole would be, before time is spent on it.
    each = len(_written(sample, "PNG")) / (sample.width * sample.height)
    return each <= DRAWN_BYTES and each * pixels <= LARGEST_PNG


def _sample(image: Image.Image) -> Image.Image:
    """Return 16 blocks from all over the picture, side by side."""
    sample = Image.new(image.mode, (BLOCK * GRID, BLOCK * GRID))
    for row in range(GRID):
        for column in range(GRID):
            left = max(0, (image.width - BLOCK) * column // (GRID - 1))
            top = max(0, (image.height - BLOCK) * row // (GRID - 1))
            block = image.crop((left, top, left + BLOCK, top + BLOCK))
            sample.paste(block, (column * BLOCK, row * BLOCK))
    return sample


def _flat_share(sample: Image.Image) -> float:
    steps = ImageChops.difference(sample, ImageChops.offset(sample, 1, 0)).convert("L")
    return steps.histogram()[0] / (sample.width * sample.height)


def _written(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
