"""Draws charts, tables and pages whose text has a known height, and pictures without any text.

Heights are those of a capital H in pixels. Needs the fonts of Debian's fonts-dejavu-core.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.support.pictures import noise

FONTS = Path("/usr/share/fonts/truetype/dejavu")
SANS, BOLD, MONO = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"
SAID = (
    "Revenue by quarter and region North South margin in per cent of sales Growth since last "
    "year expected for orders Total customers in millions Energy used Average price hours "
    "gained water supply Baseline forecast upper limit Kyoto Zürich Madrid before after tax"
)
WORDS = SAID.split()


@dataclass(frozen=True)
class Look:
    """The colours of a picture."""

    ground: str = "#ffffff"
    ink: str = "#1a1a1a"
    faint: str = "#d0d0d0"
    series: tuple[str, ...] = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728")


LIGHT = Look()
DARK = Look("#15171c", "#e6e6e6", "#3a3f4a", ("#8dd3c7", "#feffb3", "#fb8072", "#80b1d3"))
GREY = Look("#fafafa", "#707070", "#e6e6e6")
BLUE = Look("#eef3fb", "#1d4f91", "#b9c9e4", ("#c2185b", "#00796b", "#f57c00", "#5d4037"))


@dataclass(frozen=True)
class Text:
    """A picture, and the height of the capitals of its smallest text; None without text."""

    image: Image.Image
    height: float | None

    def shrunk(self, scale: float) -> "Text":
        """Return the picture at this scale, as the app shrinks it."""
        size = tuple(max(1, round(side * scale)) for side in self.image.size)
        height = None if self.height is None else self.height * scale
        return Text(self.image.resize(size, Image.Resampling.LANCZOS), height)


class Sheet:
    """A drawing with text of one size, and a title twice as large."""

    def __init__(self, width: int, height: int, points: float, look: Look, face: str, seed: int):
        self.image = Image.new("RGB", (width, height), look.ground)
        self.draw = ImageDraw.Draw(self.image)
        self.look, self.points = look, points
        self.font = ImageFont.truetype(FONTS / face, points)
        self.title_font = ImageFont.truetype(FONTS / face, points * 2)
        self.chance = random.Random(seed)
        _, top, _, bottom = self.font.getbbox("H")
        self.capital = float(bottom - top)

    def write(self, at: tuple[float, float], text: str, anchor: str = "la", ink: str = "") -> None:
        self.draw.text(at, text, fill=ink or self.look.ink, font=self.font, anchor=anchor)

    def phrase(self, words: int) -> str:
        return " ".join(self.chance.choice(WORDS) for _ in range(words))

    def finished(self) -> Text:
        return Text(self.image, self.capital)


Kind = Callable[..., Text]


def _axes(sheet: Sheet) -> tuple[int, int, int, int]:
    """Draw a title, axes, gridlines and tick labels; return the box of the plot."""
    width, height = sheet.image.size
    points, look = sheet.points, sheet.look
    box = (
        round(points * 5),
        round(points * 4),
        width - round(points * 2),
        height - round(points * 4),
    )
    left, top, right, bottom = box
    sheet.draw.text(
        (width // 2, points), sheet.phrase(4), fill=look.ink, font=sheet.title_font, anchor="ma"
    )
    rows = max(3, min(9, int((bottom - top) / points / 4)))
    line = max(1, round(points / 14))
    step = sheet.chance.choice([5, 20, 0.25, 1500])
    for row in range(rows + 1):
        y = bottom - (bottom - top) * row // rows
        sheet.draw.line((left, y, right, y), fill=look.faint, width=line)
        sheet.draw.line((left - points * 0.4, y, left, y), fill=look.ink, width=line)
        sheet.write((left - points * 0.6, y), f"{step * row:,}", "rm")
    columns = max(3, min(12, int((right - left) / points / 6)))
    for column in range(columns):
        x = left + (right - left) * (2 * column + 1) // (2 * columns)
        sheet.draw.line((x, bottom, x, bottom + points * 0.4), fill=look.ink, width=line)
        sheet.write((x, bottom + points * 0.6), f"Q{column % 4 + 1} {2015 + column}", "ma")
    sheet.draw.rectangle(box, outline=look.ink, width=line)
    return box


def line_chart(
    width: int = 1600,
    height: int = 1000,
    points: float = 16,
    look: Look = LIGHT,
    face: str = SANS,
    seed: int = 1,
) -> Text:
    """Return noisy lines with markers and a legend on a grid."""
    sheet = Sheet(width, height, points, look, face, seed)
    left, top, right, bottom = _axes(sheet)
    for index, colour in enumerate(look.series):
        y = float(sheet.chance.randint(top, bottom))
        places = []
        for x in range(left, right, max(2, (right - left) // 90)):
            y = min(bottom, max(top, y + sheet.chance.gauss(0, (bottom - top) / 25)))
            places.append((x, y))
        sheet.draw.line(places, fill=colour, width=max(1, round(points / 8)))
        dot = points / 4
        for x, y in places[::7]:
            sheet.draw.ellipse((x - dot, y - dot, x + dot, y + dot), fill=colour)
        row = top + points * (0.5 + 1.5 * index)
        sheet.draw.line((right - points * 14, row, right - points * 12, row), fill=colour, width=2)
        sheet.write((right - points * 11.5, row), sheet.phrase(2), "lm")
    return sheet.finished()


def bar_chart(
    width: int = 1600,
    height: int = 1000,
    points: float = 16,
    look: Look = LIGHT,
    face: str = SANS,
    seed: int = 1,
) -> Text:
    """Return groups of bars, each with its value above it."""
    sheet = Sheet(width, height, points, look, face, seed)
    left, top, right, bottom = _axes(sheet)
    wide = points * 3
    for index, x in enumerate(range(left + round(points), round(right - wide), round(wide * 1.4))):
        y = sheet.chance.randint(round(top + points * 2), bottom)
        sheet.draw.rectangle((x, y, x + wide, bottom), fill=look.series[index % 4])
        sheet.write((x + wide / 2, y - points * 0.3), str(sheet.chance.randint(1, 999)), "mb")
    return sheet.finished()


def table(
    width: int = 1600,
    height: int = 1000,
    points: float = 16,
    look: Look = LIGHT,
    face: str = SANS,
    seed: int = 1,
) -> Text:
    """Return a spreadsheet: names and figures in cells with borders."""
    sheet = Sheet(width, height, points, look, face, seed)
    tall, wide = points * 1.7, points * 8
    for row in range(int(height / tall)):
        y = row * tall
        if row == 0:
            sheet.draw.rectangle((0, 0, width, tall), fill=look.faint)
        sheet.draw.line((0, y, width, y), fill=look.faint, width=1)
        for column in range(int(width / wide)):
            x = column * wide
            sheet.draw.line((x, 0, x, height), fill=look.faint, width=1)
            if sheet.chance.random() < 0.85:
                is_name = column == 0 or row == 0
                value = sheet.phrase(1) if is_name else f"{sheet.chance.uniform(1, 9999):,.2f}"
                at = (x + points * 0.4, y + tall / 2) if is_name else (x + wide - 4, y + tall / 2)
                sheet.write(at, value, "lm" if is_name else "rm")
    return sheet.finished()


def receipt(
    width: int = 600,
    height: int = 1800,
    points: float = 20,
    look: Look = LIGHT,
    face: str = MONO,
    seed: int = 1,
) -> Text:
    """Return lines of goods and prices in type of one width."""
    sheet = Sheet(width, height, points, look, face, seed)
    letters = int(width / (points * 0.602)) - 2
    y = points
    while y < height - points * 2:
        price = f"{sheet.chance.uniform(0.5, 99):.2f}"
        name = sheet.phrase(2)[: letters - 8]
        line = (
            "-" * letters
            if sheet.chance.random() < 0.08
            else name + price.rjust(letters - len(name))
        )
        sheet.write((points, y), line)
        y += points * 1.25
    return sheet.finished()


def page(
    width: int = 1240,
    height: int = 1700,
    points: float = 16,
    look: Look = LIGHT,
    face: str = SANS,
    seed: int = 1,
) -> Text:
    """Return paragraphs in one column."""
    sheet = Sheet(width, height, points, look, face, seed)
    y = points * 2
    while y < height - points * 3:
        for _ in range(sheet.chance.randint(2, 7)):
            line = sheet.phrase(max(1, int((width - points * 6) / points / 4)))
            sheet.write((points * 3, y), line)
            y += points * 1.25
        y += points
    return sheet.finished()


WITH_TEXT: dict[str, Kind] = {
    "line chart": line_chart,
    "bar chart": bar_chart,
    "table": table,
    "receipt": receipt,
    "page": page,
}


def curves(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return jagged lines on a grid that nobody labelled."""
    image, chance = Image.new("RGB", (width, height), look.ground), random.Random(seed)
    draw = ImageDraw.Draw(image)
    for place in range(60, max(width, height), 80):
        draw.line((place, 0, place, height), fill=look.faint)
        draw.line((0, place, width, place), fill=look.faint)
    for colour in look.series:
        y, places = chance.uniform(0, height), []
        step = chance.choice([2, 4, 9])
        for x in range(0, width, step):
            y += chance.gauss(0, chance.choice([2, 8, 14]))
            places.append((x, y))
        draw.line(places, fill=colour, width=chance.choice([1, 2, 3]))
    return Text(image, None)


def bars(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return bars, thin and thick, upright and lying, and ticks that nobody labelled."""
    image, chance = Image.new("RGB", (width, height), look.ground), random.Random(seed)
    draw = ImageDraw.Draw(image)
    wide, gap = chance.choice([3, 6, 12, 40]), chance.choice([1, 2, 6, 20])
    for index, x in enumerate(range(20, width - wide, wide + gap)):
        y = chance.randint(height // 2, height - 30)
        draw.rectangle((x, y, x + wide - 1, height - 20), fill=look.series[index % 4])
        draw.line((x, height - 20, x, height - 20 + chance.choice([5, 8])), fill=look.ink)
    for y in range(20, height // 2 - wide, wide + gap):
        left = chance.randint(10, width // 2)
        draw.rectangle(
            (left, y, left + chance.randint(5, width // 2), y + wide - 1), fill=look.ink
        )
    draw.line((0, height - 20, width, height - 20), fill=look.ink, width=2)
    return Text(image, None)


def scatter(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return clouds of discs, rings, squares and crosses."""
    image, chance = Image.new("RGB", (width, height), look.ground), random.Random(seed)
    draw = ImageDraw.Draw(image)
    for colour in look.series:
        shape, half = chance.choice("orsx"), chance.uniform(2, 7)
        middle = chance.uniform(0.2, 0.8) * width, chance.uniform(0.2, 0.8) * height
        spread = chance.uniform(0.03, 0.3) * height
        for _ in range(chance.choice([60, 300, 1000])):
            x, y = (chance.gauss(centre, spread) for centre in middle)
            box = (x - half, y - half, x + half, y + half)
            if shape == "x":
                draw.line(box, fill=colour)
                draw.line((box[0], box[3], box[2], box[1]), fill=colour)
            elif shape == "s":
                draw.rectangle(box, fill=colour)
            else:
                draw.ellipse(box, fill=colour if shape == "o" else None, outline=colour)
    return Text(image, None)


def hatching(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return hatched and dotted bars, and dotted and dashed lines."""
    image, chance = Image.new("RGB", (width, height), look.ground), random.Random(seed)
    draw = ImageDraw.Draw(image)
    for left in range(20, width - 100, 140):
        top, step = chance.randint(20, height // 2), chance.choice([4, 6, 9, 14])
        bar = Image.new("RGB", (100, height - top - 20), look.ground)
        pen = ImageDraw.Draw(bar)
        kind = chance.choice("/-|.")
        for place in range(-bar.height, bar.height + 100, step):
            if kind == "/":
                pen.line((place, 0, place + bar.height, bar.height), fill=look.ink)
            elif kind == ".":
                for x in range(step // 2, 100, step):
                    pen.ellipse((x - 2, place - 2, x + 2, place + 2), fill=look.ink)
            else:
                pen.line(
                    (place, 0, place, 999) if kind == "|" else (0, place, 99, place), look.ink
                )
        pen.rectangle((0, 0, 99, bar.height - 1), outline=look.ink)
        image.paste(bar, (left, top))
    for y in range(15, height, 60):
        on, off = chance.randint(2, 12), chance.randint(2, 10)
        thick, phase = chance.randint(1, 6), chance.randint(0, 9)
        for x in range(phase, width, on + off):
            draw.rectangle((x, y, x + on - 1, y + thick - 1), fill=look.series[y // 60 % 4])
    return Text(image, None)


def texture(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return noise of several sizes, as of leaves, cloth, walls or clouds; ``look`` tints it."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), look.series[seed % 4])
    for cell in chance.sample([1, 2, 3, 5, 8, 16, 40, 120], 4):
        size = (max(1, width // cell), max(1, height // (cell * chance.choice([1, 1, 3]))))
        layer = noise(*size, "L", seed=chance.randrange(999))
        layer = layer.resize((width, height), Image.Resampling.BICUBIC).convert("RGB")
        image = Image.blend(image, layer, chance.choice([0.2, 0.4, 0.6]))
    return Text(image.filter(ImageFilter.GaussianBlur(chance.choice([0, 0.7, 2]))), None)


def discs(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return soft discs on a gradient."""
    chance = random.Random(seed)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(120):
        x, y, half = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(3, 90)
        draw.ellipse((x - half, y - half, x + half, y + half), fill=chance.choice(look.series))
    return Text(image.filter(ImageFilter.GaussianBlur(chance.choice([1, 3, 8]))), None)


def stones(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return a wall of bricks with uneven joints, lit unevenly."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), look.faint)
    draw = ImageDraw.Draw(image)
    tall = chance.choice([8, 14, 30, 60])
    for row, y in enumerate(range(0, height, tall)):
        x = -chance.randint(0, tall) if row % 2 else 0
        while x < width:
            wide = round(tall * chance.uniform(1.2, 2.8))
            shade = tuple(chance.randint(60, 180) for _ in range(3))
            draw.rectangle((x + 1, y + 1, x + wide - 2, y + tall - 2), fill=shade)
            x += wide
    light = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    mixed = Image.blend(image, light, 0.3).filter(ImageFilter.GaussianBlur(chance.choice([0, 1])))
    return Text(Image.blend(mixed, noise(width, height, seed=seed), 0.1), None)


def branches(width: int = 1600, height: int = 1000, look: Look = LIGHT, seed: int = 1) -> Text:
    """Return a thicket of fine strokes, as of grass, hair or twigs."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), look.ground)
    draw = ImageDraw.Draw(image)
    for _ in range(chance.choice([400, 3000, 9000])):
        x, y, turn = chance.uniform(0, width), chance.uniform(0, height), chance.gauss(1.5, 0.5)
        for _ in range(4):
            length = chance.uniform(2, 14)
            end = x + math.cos(turn) * length, y - math.sin(turn) * length
            draw.line(
                (x, y, *end), fill=chance.choice(look.series), width=chance.choice([1, 1, 2])
            )
            (x, y), turn = end, turn + chance.gauss(0, 0.4)
    return Text(image, None)


WITHOUT_TEXT: dict[str, Kind] = {
    "curves": curves,
    "bars": bars,
    "scatter": scatter,
    "hatching": hatching,
    "texture": texture,
    "discs": discs,
    "stones": stones,
    "branches": branches,
}
