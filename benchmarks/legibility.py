"""Small labels after preparation, beside an ideal resample to the pixels that the model sees."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.samples import photo
from benchmarks.table import Row
from tests.support.legible import HEIGHTS, WIDTH, Chart, bars, psnr, slide, table
from visionapp import preparation
from visionapp.catalogue.budget import TIERS, Tier, seen_size

LABELS = 40
"""How many labels of each chart are measured."""

LEAST_DECIBELS = 35.0
LEAST_HEIGHT = 0.99


def rows() -> list[Row]:
    """Return the worst over charts with labels of 8 to 24 pixels, for each tier."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for tier in TIERS:
            compared = [_compared(chart, tier, Path(folder)) for chart in _charts()]
            heights = [height for height, _ in compared]
            decibels = [decibel for _, decibel in compared]
            labels = f"labels of {min(HEIGHTS)} to {max(HEIGHTS)} px at {WIDTH} px, tier {tier}"
            height = Row(
                f"{labels}: height of text, of ideal", min(heights), "", least=LEAST_HEIGHT
            )
            likeness = Row(f"{labels}: PSNR, least", min(decibels), "dB", least=LEAST_DECIBELS)
            found += [height, likeness]
    return found


def _charts() -> Iterator[Chart]:
    backdrop = photo((WIDTH, WIDTH * 3 // 4))
    for height in HEIGHTS:
        yield bars(height)
        yield table(height)
        yield slide(height, backdrop)


def _compared(chart: Chart, tier: Tier, folder: Path) -> tuple[float, float]:
    """Return how high text is against the ideal, and how alike the two are."""
    path = folder / "chart.png"
    chart.image.save(path)
    size = seen_size(*chart.image.size, tier)
    ideal = chart.image.resize(size, Image.Resampling.LANCZOS)
    sent = Image.open(io.BytesIO(preparation.prepare(path, tier).data)).convert("RGB")
    if sent.size != size:
        return 0.0, 0.0
    scale = size[0] / chart.image.width
    boxes = [tuple(round(side * scale) for side in label.box) for label in chart.labels[:LABELS]]
    ratios = [_ratio(sent.crop(box), ideal.crop(box)) for box in boxes]
    return sum(ratios) / len(ratios), min(100.0, psnr(sent, ideal))


def _ratio(sent: Image.Image, ideal: Image.Image) -> float:
    """Return how high the ink of a label is, of how high it should be."""
    histogram = ideal.convert("L").histogram()
    paper = histogram.index(max(histogram))
    return _ink_height(sent, paper) / _ink_height(ideal, paper)


def _ink_height(label: Image.Image, paper: int) -> float:
    """Return how many full rows the ink would fill: what blurs it makes it higher and fainter."""
    ink = label.convert("L").point([abs(value - paper) for value in range(256)])
    rows = ink.resize((1, ink.height), Image.Resampling.BOX).tobytes()
    return max(1, sum(rows)) / max(1, *rows)
