"""Writes prepared pixels: drawings without loss where that is affordable, photos as good JPEG."""

import io
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageStat

from visionapp.preparation.values import Prepared

ENOUGH = 1_500_000
"""Bytes to stay below: a thread sends its pictures again with each question, and one request
holds 32 MB."""

SMALL = 65_536
"""Pixels of a picture so small that PNG costs little whatever it shows."""

BLOCK = 64
GRID = 6

DRAWN = 0.3
"""Share of pixels equal to their neighbour, from which a picture may be drawn. Of what was tried,
photos had up to 0.15 (blurred ones 0.7), sheets full of small figures 0.35 to 0.7, charts 0.9."""

COMMON = 0.35
"""Share of the 16 commonest colours, from which it is drawn: photos had up to 0.15, however
blurred, sheets of figures at least 0.5, and 0.4 after they had been a JPEG."""

DENSE = 0.05
"""PNG bytes a number (a pixel of colour has three), up to which it is PNG whatever it shows:
charts took 0.01 to 0.04. Above it a quick level takes half the time and a tenth less, for
soft-edged text defeats a thorough search; below it, drawings would take up to twice as much."""
THOROUGH, QUICK = 6, 3

DOUBT = 1.2
"""How many times the bytes of a full sheet the sample may promise; of others it may be more."""

MOST_COLOURS = 65_536
"""Colours of a drawing out of which a few are chosen: more would take seconds. The soft edges of
a sheet of figures made 5,000 to 13,000."""
FEW = {"RGB": 256, "L": 64}
LARGEST_STEP = 10
"""How much of 255 any pixel may change by that choice: sheets changed by 5 to 7 (42 to 47 dB)."""

PHOTO = ((90, 0), (85, 0), (85, 2), (75, 2), (60, 2), (45, 2))
DRAWING = ((90, 0), (87, 0), (84, 0), (80, 0), (75, 0), (65, 0), (50, 0))
"""JPEG qualities and how colour is thinned out: the first that is small enough is taken, else the
last. Coloured letters are lost first when colour is halved, so drawings keep all of it."""

THUMBNAIL_EDGE = 320


def encode(image: Image.Image) -> Prepared:
    """Return an L or RGB picture as PNG if it is drawn or small, else as JPEG.

    All stay far below the 7.5 MB that the API takes: of the most pixels that a model sees, pure
    noise made 1.4 MB at the last step.
    """
    if image.width * image.height <= SMALL:
        return _prepared(image, "PNG", _written(image, "PNG"))
    sample = _sample(image)
    if _is_grey(sample) and _is_grey(image):
        # A third of the numbers, and the same picture.
        image, sample = image.getchannel(0), sample.getchannel(0)
    if not _is_drawn(sample):
        return _as_jpeg(image, PHOTO)
    for png in _pngs(image, _png_bytes(sample)):
        if len(png) <= ENOUGH:
            return _prepared(image, "PNG", png)
    return _as_jpeg(image, DRAWING)


def thumbnail(image: Image.Image, edge: int = THUMBNAIL_EDGE) -> Prepared:
    """Return a JPEG of at most so many pixels a side; a smaller picture keeps its size."""
    scale = min(1.0, edge / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _prepared(small, "JPEG", _written(small, "JPEG", quality=85, subsampling=0))


def _sample(image: Image.Image) -> Image.Image:
    """Return blocks from all over the picture, side by side."""
    wide, high = min(BLOCK, image.width), min(BLOCK, image.height)
    sample = Image.new(image.mode, (wide * GRID, high * GRID))
    for row in range(GRID):
        for column in range(GRID):
            left = (image.width - wide) * column // (GRID - 1)
            top = (image.height - high) * row // (GRID - 1)
            block = image.crop((left, top, left + wide, top + high))
            sample.paste(block, (column * wide, row * high))
    return sample


def _is_grey(image: Image.Image) -> bool:
    """Say whether red, green and blue are the same everywhere."""
    if image.mode == "L":
        return True
    red, green, blue = image.split()
    return all(ImageChops.difference(red, other).getbbox() is None for other in (green, blue))


def _is_drawn(sample: Image.Image) -> bool:
    if _flat_share(sample) < DRAWN:
        return False
    return _common_share(sample) >= COMMON or _png_bytes(sample) <= DENSE


def _flat_share(sample: Image.Image) -> float:
    steps = ImageChops.difference(sample, ImageChops.offset(sample, 1, 0)).convert("L")
    return steps.histogram()[0] / (sample.width * sample.height)


def _common_share(sample: Image.Image) -> float:
    pixels = sample.width * sample.height
    counts = sorted(count for count, _ in sample.getcolors(pixels) or ())
    return sum(counts[-16:]) / pixels


def _png_bytes(sample: Image.Image) -> float:
    """Return about how many bytes each number takes, before time is spent on all of them."""
    return len(_written(sample, "PNG", compress_level=QUICK)) / _numbers(sample)


def _numbers(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())


def _pngs(image: Image.Image, each: float) -> Iterator[bytes]:
    """Yield the picture without loss if that promises to be small, then with few colours."""
    if each * _numbers(image) <= ENOUGH * DOUBT:
        yield _exact(image, each)
    few = _in_few_colours(image)
    if few is not None:
        yield _written(few, "PNG", compress_level=QUICK)


def _exact(image: Image.Image, each: float) -> bytes:
    if each <= DENSE:
        return _written(image, "PNG", compress_level=THOROUGH)
    # Pillow filters no palette: text takes 6 % less so, and half the time.
    whole = image.convert("P") if image.mode == "L" else image
    return _written(whole, "PNG", compress_level=QUICK)


def _in_few_colours(image: Image.Image) -> Image.Image | None:
    """Return the picture with a palette that spares even rare colours, if nobody sees it."""
    if image.getcolors(MOST_COLOURS) is None:
        return None
    few = image.quantize(FEW[image.mode], Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    changes = ImageStat.Stat(ImageChops.difference(few.convert(image.mode), image)).extrema
    return few if max(most for _, most in changes) <= LARGEST_STEP else None


def _as_jpeg(image: Image.Image, steps: tuple[tuple[int, int], ...]) -> Prepared:
    data = b""
    for quality, subsampling in steps:
        data = _written(image, "JPEG", quality=quality, subsampling=subsampling)
        if len(data) <= ENOUGH:
            break
    return _prepared(image, "JPEG", data)


def _prepared(image: Image.Image, kind: str, data: bytes) -> Prepared:
    return Prepared(f"image/{kind.lower()}", image.width, image.height, data)


def _written(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
