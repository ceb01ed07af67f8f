"""Draws charts whose labels have known heights, and compares pictures by PSNR."""

import math
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

HEIGHTS = (8, 10, 12, 14, 16, 20, 24)
"""Heights of capital letters, in pixels of a chart 4000 pixels wide."""

WIDTH = 4000
SERIES = ("#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf")
DISTINCT = 12
"""Lines of a spreadsheet that differ; all others are copies, for drawing text is slow."""

INK, PAPER, RULE = "#222222", "#ffffff", "#dddddd"

Colour = str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text in a chart: where it is, and how high its capital letters are."""

    text: str
    box: tuple[int, int, int, int]
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and all the labels in it."""

    image: Image.Image
    labels: tuple[Label, ...]


@cache
def font_for(height: int) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font at the size that makes an H this many pixels high."""
    for size in range(height, 3 * height):
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        _, top, _, bottom = font.getbbox("H")
        if bottom - top >= height:
            return font
    raise ValueError(height)


def bars(height: int, width: int = WIDTH, *, ink: Colour = INK, paper: Colour = PAPER) -> Chart:
    """Return coloured bars with a grid, a label under each and its value in colour above it."""
    image = Image.new(_mode(paper), (width, width * 5 // 8), paper)
    pen = _Pen(image, height)
    floor, step = image.height - 6 * height, width // 40
    for row in range(10):
        y = 5 * height + row * (floor - 5 * height) // 9
        pen.draw.line((8 * height, y, width, y), fill=RULE if ink == INK else "#444444")
        pen.write((height, y - height), f"{(9 - row) * 125}", ink)
    for index, left in enumerate(range(9 * height, width - step, step)):
        colour = SERIES[index % len(SERIES)]
        top = floor - (index * 37 % 23 + 1) * (floor - 9 * height) // 24
        pen.draw.rectangle((left, top, left + step // 2, floor), fill=colour)
        pen.write((left, top - 2 * height), f"{index * 37 % 23 * 4.35:.1f}", colour)
        pen.write((left, floor + height), f"Q{index % 4 + 1} {index}", ink)
    pen.write((width // 3, height), f"REVENUE BY QUARTER, LABELS OF {height} PX", ink)
    return Chart(image, tuple(pen.labels))


def table(height: int, width: int = WIDTH, *, lines: int | None = None) -> Chart:
    """Return a spreadsheet full of figures: the most text that a screen can hold."""
    image = Image.new("RGB", (width, width * 3 // 4), PAPER)
    pen = _Pen(image, height)
    draw_from = random.Random(height)
    step = 2 * height + 2
    for row in range(min(DISTINCT, image.height // step)):
        top = row * step
        pen.draw.rectangle((0, top, width, top + step - 1), fill="#f2f6fa" if row % 2 else PAPER)
        for x in range(height, width - 8 * height, 9 * height):
            colour = SERIES[row % 6] if draw_from.random() < 0.2 else INK
            pen.write((x, top + height // 2), f"{draw_from.randrange(10**6):,}", colour)
    return _repeated(pen, step * DISTINCT, step * lines if lines else image.height)


def slide(height: int, backdrop: Image.Image) -> Chart:
    """Return a chart on the left half of a picture: what PNG cannot hold for a fair price."""
    drawn = bars(height, backdrop.width // 2)
    image = backdrop.copy()
    image.paste(drawn.image)
    return Chart(image, drawn.labels)


def psnr(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two pictures of one mode and size are, in decibels; equal is infinite."""
    assert (one.mode, one.size) == (other.mode, other.size)
    rms = ImageStat.Stat(ImageChops.difference(one, other)).rms
    error = sum(band**2 for band in rms) / len(rms)
    return 10 * math.log10(255**2 / error) if error else math.inf


def _repeated(pen: "_Pen", period: int, end: int) -> Chart:
    """Return what was drawn, repeated downwards as far as this row."""
    image, labels = pen.image, list(pen.labels)
    for top in range(period, end, period):
        part = image.crop((0, 0, image.width, min(period, end - top)))
        image.paste(part, (0, top))
        for label in pen.labels:
            left, upper, right, lower = label.box
            if lower <= part.height:
                box = (left, upper + top, right, lower + top)
                labels.append(Label(label.text, box, label.height))
    return Chart(image, tuple(labels))


def _mode(paper: Colour) -> str:
    return "RGBA" if isinstance(paper, tuple) and len(paper) == 4 else "RGB"


class _Pen:
    def __init__(self, image: Image.Image, height: int) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.labels: list[Label] = []
        self._height = height
        self._font = font_for(height)

    def write(self, at: tuple[int, int], text: str, colour: Colour) -> None:
        self.draw.text(at, text, font=self._font, fill=colour)
        left, top, right, bottom = (int(side) for side in self.draw.textbbox(at, text, self._font))
        self.labels.append(Label(text, (left, top, right, bottom), self._height))
