"""The fastest pipelines without a server or a sandbox: bare Pillow, and libvips.

``python -m benchmarks.bare vips FILE ROUNDS`` prints the milliseconds of each round: libvips runs
in a process of its own, because it loads another libheif than Pillow's.
"""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps

from benchmarks.samples import ORIENTATION, wanted

QUALITY = 90


def pillow(path: Path) -> bytes:
    """Return what the high tier is sent, decoded and encoded in this very process."""
    with Image.open(path) as picture:
        turned = picture.getexif().get(ORIENTATION, 1) >= 5
        target = wanted(picture.size[::-1] if turned else picture.size)
        flat = target[::-1] if turned else target
        picture.draft("RGB", flat)
        small = picture.resize(flat, Image.Resampling.LANCZOS, reducing_gap=3.0)
        upright = ImageOps.exif_transpose(small)
    encoded = io.BytesIO()
    upright.save(encoded, *(("PNG",) if path.suffix == ".png" else ("JPEG",)), quality=QUALITY)
    return encoded.getvalue()


def vips(path: Path) -> bytes:
    """Return the same from libvips, which shrinks while it loads and uses all cores."""
    import pyvips  # its library is only there where benchmarks are run

    header = pyvips.Image.new_from_file(str(path))
    turned = header.get_typeof("orientation") and header.get("orientation") >= 5
    size = (header.height, header.width) if turned else (header.width, header.height)
    width, height = wanted(size)
    small = pyvips.Image.thumbnail(str(path), width, height=height, size="down")
    suffix = ".png" if path.suffix == ".png" else f".jpg[Q={QUALITY},subsample-mode=off]"
    written: bytes = small.write_to_buffer(suffix)
    return written


def vips_rounds(path: Path, rounds: int) -> list[float]:
    """Return the milliseconds that libvips took, each round."""
    command = [sys.executable, "-m", "benchmarks.bare", "vips", str(path), str(rounds)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in said.stdout.split()]


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


pillow_heif.register_heif_opener()

if __name__ == "__main__":
    _, _, file, count = sys.argv
    vips(Path(file))
    for _ in range(int(count)):
        print(milliseconds(lambda: vips(Path(file))))
