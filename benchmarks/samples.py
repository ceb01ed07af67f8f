"""The pictures that benchmarks send: photos as phones take them, and a chart with small labels."""

import random
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter

from visionapp.catalogue.budget import seen_size

SIDEWAYS = 6
ORIENTATION = 0x0112

Size = tuple[int, int]


def photo(size: Size) -> Image.Image:
    """Return smooth light, edges and grain, about as hard to decode as a photograph."""
    width, height = size
    draw_from = random.Random(7)
    sky = Image.linear_gradient("L").resize(size)
    ground = Image.radial_gradient("L").resize(size)
    made = Image.merge("RGB", (sky, ground, Image.blend(sky, ground, 0.5)))
    draw = ImageDraw.Draw(made)
    for _ in range(300):
        left, top = draw_from.randrange(width), draw_from.randrange(height)
        box = (left, top, left + draw_from.randrange(20, 500), top + draw_from.randrange(20, 500))
        colour = (draw_from.randrange(256), draw_from.randrange(256), draw_from.randrange(256))
        draw.ellipse(box, fill=colour)
    quarter = (width // 4, height // 4)
    grain = Image.frombytes("L", quarter, draw_from.randbytes(quarter[0] * quarter[1]))
    grain = grain.resize(size, Image.Resampling.BICUBIC).convert("RGB")
    return Image.blend(made.filter(ImageFilter.GaussianBlur(1)), grain, 0.12)


def chart(size: Size) -> Image.Image:
    """Return lines, bars and many small labels on white."""
    width, height = size
    draw_from = random.Random(11)
    made = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(made)
    for row in range(40, height - 40, 60):
        draw.line((80, row, width - 40, row), fill=(225, 225, 225))
        draw.text((20, row - 6), f"{(height - row) / 10:.1f}", fill="black")
    for column in range(100, width - 60, 36):
        top = draw_from.randrange(80, height - 120)
        draw.rectangle((column, top, column + 22, height - 60), fill=(30, 90, 110 + column % 120))
        draw.text((column, height - 50), f"{column}", fill="black")
    return made


def _jpeg(image: Image.Image, path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = SIDEWAYS
    image.save(path, "JPEG", quality=90, exif=exif)


def _png(image: Image.Image, path: Path) -> None:
    image.save(path, "PNG")


def _heic(image: Image.Image, path: Path) -> None:
    pillow_heif.from_pillow(image).save(path, quality=80)


SAMPLES: dict[str, tuple[Size, Callable[[Size], Image.Image], Callable[[Image.Image, Path], None]]]
SAMPLES = {
    "48 MP JPEG": ((8064, 6048), photo, _jpeg),
    "12 MP JPEG": ((4032, 3024), photo, _jpeg),
    "6 MP PNG chart": ((3000, 2000), chart, _png),
    "12 MP HEIC": ((4032, 3024), photo, _heic),
}


def write(name: str, folder: Path) -> Path:
    """Write the sample of this name, and return where; a JPEG is held as a phone held upright."""
    size, made, saved = SAMPLES[name]
    path = folder / f"{name.replace(' ', '-')}.{name.split()[2].lower()}"
    saved(made(size), path)
    return path


def wanted(size: Size) -> Size:
    """Return the pixels that the high tier sees of a picture of this size."""
    return seen_size(*size, "high")
