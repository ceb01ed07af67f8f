"""The fastest bare Pillow pipeline for a camera photo, to measure the sandboxed one against."""

import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from benchmarks.table import Row
from tests.support.installation import Installation
from visionapp.catalogue.budget import seen_size

PHOTO_SIZE = (4032, 3024)
ROUNDS = 15
SIDEWAYS = 6
ORIENTATION = 0x0112


def make_photo(path: Path) -> None:
    """Write a 12-megapixel JPEG as a phone held upright would: EXIF orientation 6, quality 90."""
    width, height = PHOTO_SIZE
    draw_from = random.Random(7)
    sky = Image.linear_gradient("L").resize(PHOTO_SIZE)
    ground = Image.radial_gradient("L").resize(PHOTO_SIZE)
    photo = Image.merge("RGB", (sky, ground, Image.blend(sky, ground, 0.5)))
    draw = ImageDraw.Draw(photo)
    for _ in range(300):
        left, top = draw_from.randrange(width), draw_from.randrange(height)
        box = (left, top, left + draw_from.randrange(20, 500), top + draw_from.randrange(20, 500))
        colour = (draw_from.randrange(256), draw_from.randrange(256), draw_from.randrange(256))
        draw.ellipse(box, fill=colour)
    grain = Image.frombytes("L", (1008, 756), draw_from.randbytes(1008 * 756))
    grain = grain.resize(PHOTO_SIZE, Image.Resampling.BICUBIC).convert("RGB")
    photo = Image.blend(photo.filter(ImageFilter.GaussianBlur(1)), grain, 0.12)
    exif = Image.Exif()
    exif[ORIENTATION] = SIDEWAYS
    photo.save(path, "JPEG", quality=90, exif=exif)


def bare_pipeline(path: Path) -> bytes:
    """Return the JPEG that the high tier is sent, decoded and encoded in this very process."""
    with Image.open(path, formats=("JPEG",)) as picture:
        turned = picture.getexif().get(ORIENTATION, 1) >= 5
        wide, high = reversed(picture.size) if turned else picture.size
        target = seen_size(wide, high, "high")
        flat = target[::-1] if turned else target
        picture.draft("RGB", flat)
        small = picture.resize(flat, Image.Resampling.LANCZOS, reducing_gap=3.0)
        upright = ImageOps.exif_transpose(small)
    encoded = io.BytesIO()
    upright.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def rows() -> list[Row]:
    """Return how long a photo takes from request to prepared, beside the bare pipeline.

    Both take turns, so that whatever else the machine does slows them alike.
    """
    with tempfile.TemporaryDirectory() as folder, Installation(Path(folder) / "data") as site:
        path = Path(folder) / "photo.jpg"
        make_photo(path)
        photo = path.read_bytes()
        site.upload("photo.jpg", photo)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            bare.append(_milliseconds(lambda: bare_pipeline(path)))
            ours.append(_milliseconds(lambda: site.upload("photo.jpg", photo)))
    return [
        Row(
            "12 MP JPEG, request to prepared, median",
            statistics.median(ours),
            "ms",
            statistics.median(bare),
            "ms bare Pillow",
            most_ratio=1.3,
        )
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
