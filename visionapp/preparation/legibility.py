"""Estimates how high the text of a picture is, so that a person can be told when it is too small.

A line of text is a few rows with many short upright strokes, calm above and below. So steps in
lightness from one pixel to the next are averaged over some letters, row by row, in the picture and
in its half and quarter; each run of busy rows between calm ones is measured, to parts of a pixel,
from the top of its capitals to its baseline. What repeats evenly (hatching, dots, dashes, ticks),
looks alike above and below (bars) or is too thin or too solid is no text. The answer is the
smallest height that a fifth of all lines, by length, share. Only level lines are seen, and of the
full size of large pictures only the busiest parts and some others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from PIL import Image, ImageChops, ImageFilter

SCALES = ((1, 2.9, 8.0), (2, 4.0, 8.0), (4, 4.0, 12.5))
"""How many times the picture is shrunk, and which heights of text are then measured, in pixels."""

STEP = 24
"""Difference in lightness that is a stroke's edge: JPEG's grain stays below."""

CELL = 8
SPAN = 48
"""Pixels across which strokes are averaged to measure a line: 5 to 15 letters, in whole cells."""

BUSY = 56
"""Share (of 255) of edges in two cells, from which a row may belong to text: a rule has less."""

ROWS = range(2, 15)
"""Busy rows that may be the small letters, or all, of a line."""

TILE = (256, 128)
MOST_TILES = 24
"""Parts of the full size that are looked at: 0.8 of 3.7 megapixels, for speed."""

MOST_RUNS = 300
FEWEST_COLUMNS = 8
MOST_LINES = 40
FEWEST_LINES = 10
"""How much is looked at, for speed, and what is too little to tell."""

LETTERS = 2.2
"""Width of what can be judged, in heights: a marker, or a word of one or two letters, has less."""

TRAITS = ((0.45, 0.9), (0.06, 0.45), (0.14, 0.46))
"""Between what nearly all lines of text lie, of those drawn for the tests: the share of edges
where there is ink; how far the upper half differs from the lower (bars do not, scribble does
more); how far a line differs from itself moved along (patterns do not, scattered marks do more).
"""

PURE = 0.57
"""Share of runs between calm rows that must look like letters. In pictures drawn for the tests,
nearly all text had 0.62 and more, nearly all patterns less than 0.55."""

FAIR_SHARE = 0.2
ALIKE = 1.65
"""Ratio of heights taken as one size: words without capitals are three quarters as high."""
TYPICAL = 0.75
"""Where in such a group its height is read: above the words without capitals."""
_Run = tuple[int, int, int]  # column of cells, first row, row after the last
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _View:
    """The picture at one scale; ``rows`` holds, column by column of cells, each row's steps."""

    edges: Image.Image
    rows: bytes
    tile: int
    covers: float
    """How many times more there is to see in the whole than in what is looked at."""


@dataclass(frozen=True, slots=True)
class _Line:
    column: int
    top: int
    bottom: int
    height: float
    is_clear: bool
    """Whether the rows around it are quite calm, as between lines of text."""


def text_height(image: Image.Image) -> float | None:
    """Return the height of the smallest common text of an L or RGB picture; None without text.

    It is the height in pixels of a capital H without its soft edges, 0.73 of the type size in
    DejaVu Sans, of the smallest size in which a fifth of the lines, by length, are set. From 4 to
    30 pixels it is nearly always right to a quarter or to one pixel; only level text is seen.
    """
    light = image.convert("L")
    found: list[tuple[float, float]] = []
    for (scale, least, most), view in zip(SCALES, _views(light), strict=True):
        heights, weight = _heights(view, least, most)
        # A run stands for a stretch of a line, one CELL long at this scale.
        found += [(height * scale, weight * scale) for height in heights]
    return _smallest_common(sorted(found))


def _views(light: Image.Image) -> Iterator[_View]:
    half = light.reduce(2)
    quarter = half.reduce(2)
    in_half = _view(half)
    if light.width * light.height <= TILE[0] * TILE[1] * MOST_TILES:
        yield _view(light)
    else:
        sheet, covers = _sheet(light, in_half.edges)
        yield _view(sheet, TILE[1], covers)
    yield in_half
    yield _view(quarter)


def _view(light: Image.Image, tile: int | None = None, covers: float = 1.0) -> _View:
    steps = ImageChops.difference(light, ImageChops.offset(light, 1, 0))
    steps.paste(0, (0, 0, 1, steps.height))  # where the offset wrapped around
    edges = steps.point([0] * STEP + [255] * (256 - STEP))
    return _View(edges, _cells(steps, SPAN), tile or light.height, covers)


def _cells(image: Image.Image, span: int) -> bytes:
    """Return the mean of each row over this many pixels, column after column of cells."""
    radius = (span / CELL - 1) / 2
    means = image.reduce((CELL, 1)).filter(ImageFilter.BoxBlur((radius, 0)))
    return means.transpose(Image.Transpose.TRANSPOSE).tobytes()


def _sheet(light: Image.Image, edges: Image.Image) -> tuple[Image.Image, float]:
    """Return the busiest parts and some others, one below the other, and how many each stands for.

    Parts without any edge are left out of the count.
    """
    width, height = TILE
    score = edges.reduce((width // 2, height // 2))
    data = score.tobytes()
    order = sorted((place for place in range(len(data)) if data[place]), key=data.__getitem__)
    busiest = order[-MOST_TILES // 2 :]
    others = _spread(order[: -MOST_TILES // 2], MOST_TILES - len(busiest))
    places = [*busiest, *others] or [0]
    sheet = Image.new("L", (width, height * len(places)))
    for number, place in enumerate(places):
        down, across = divmod(place, score.width)
        left, top = across * width, down * height
        right, bottom = min(light.width, left + width), min(light.height, top + height)
        sheet.paste(light.crop((left, top, right, bottom)), (0, number * height))
    return sheet, max(1.0, len(order) / len(places))


def _heights(view: _View, least: float, most: float) -> tuple[list[float], float]:
    """Return the heights of lines that look like text, and how many runs each stands for."""
    runs, total = _runs(view)
    lines: list[_Line] = []
    tried = alone = 0
    for column, top, bottom in runs:
        tried += 1
        start = column * view.edges.height
        seen = _measured(view.rows[start : start + view.edges.height], top, bottom)
        alone += seen is not None
        if seen and least <= seen[0] < most:
            lines.append(_Line(column, top, bottom, *seen))
        is_vain = tried == MOST_RUNS // 3 and alone < FEWEST_LINES // 3
        if is_vain or len(lines) == MOST_LINES or alone == 2 * MOST_LINES:
            break
    if sum(line.is_clear for line in lines) < FEWEST_LINES:
        return [], 0.0
    judged = _judged(view, lines)
    good = [height for height in judged if height is not None]
    if len(good) < max(FEWEST_LINES, PURE * len(judged)):
        return [], 0.0
    return good, total / tried * view.covers


def _runs(view: _View) -> tuple[list[_Run], float]:
    """Return short runs of busy rows from all over the view, and how many there are in all."""
    busy = _cells(view.edges, 2 * CELL).translate(bytes([0] * BUSY + [1] * (256 - BUSY)))
    tall = view.edges.height
    columns = len(busy) // tall
    runs: list[_Run] = []
    seen = 0
    for column in _mixed(range(columns)):
        seen += 1
        for top, bottom in _ones(busy[column * tall : (column + 1) * tall]):
            # What touches the end of a part may be cut.
            is_whole = top % view.tile >= 2 and (bottom + 1) % view.tile >= 2
            if is_whole and bottom - top in ROWS:
                runs.append((column, top, bottom))
        if seen >= FEWEST_COLUMNS and len(runs) >= 2 * MOST_RUNS:
            break
    return _mixed(_spread(runs, MOST_RUNS)), len(runs) * columns / seen


def _ones(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each run of ones begins and ends; one that ends with the data is left out."""
    end = 0
    while (start := data.find(1, end)) >= 0 and (end := data.find(0, start)) >= 0:
        yield start, end


def _measured(rows: bytes, top: int, bottom: int) -> tuple[float, bool] | None:
    """Return the height of a run and whether its surroundings are quite calm; None if not calm."""
    tall = bottom - top
    start = max(0, top - tall - 3)
    near = rows[start : bottom + tall + 3]
    top, bottom = top - start, bottom - start
    peak = sorted(near[top:bottom])[tall // 2]
    if peak < 4 or max(min(near[:top]), min(near[bottom:])) > peak / 2:
        return None
    # What most rows have are rules that run down past the line.
    common = sorted(near)[len(near) // 5]
    if common > 0.3 * peak:
        return None
    return _extent([value - common for value in near], top, bottom, peak - common)


def _extent(rows: Sequence[int], top: int, bottom: int, peak: int) -> tuple[float, bool] | None:
    first, end = top, bottom
    # Few letters reach above the small ones: whatever is more than nothing belongs to the line.
    while first and 0.05 * peak < rows[first - 1] <= 1.2 * rows[first]:
        first -= 1
    # Few reach below the baseline: it is where the rows fall to half.
    while end > top + 1 and rows[end - 1] < peak / 2:
        end -= 1
    while end < len(rows) - 2 and rows[end] >= peak / 2:
        end += 1
    gap = max(1, round(0.3 * (end - first)))
    if first < gap or end + gap >= len(rows) or end - first < 3:
        return None
    above = min(rows[max(0, first - 2) : first])
    below = min(rows[end : end + max(2, round(0.45 * (bottom - top))) + 1])
    if above > 0.3 * peak or below > 0.35 * peak:
        return None
    is_clear = above <= 0.15 * peak and below <= 0.22 * peak
    next_to_it = max(*rows[first - gap : first], *rows[end + 1 : end + 1 + gap])
    return _height(rows, first, end, peak), is_clear and next_to_it <= peak / 2


def _height(rows: Sequence[int], first: int, end: int, peak: int) -> float:
    """Return the rows from ``first`` to before ``end``, soft ones at the ends in part."""
    second = _part(rows[first + 1], rows[first + 2])
    return (
        end - first - 3
        + _part(rows[first], rows[first + 1])
        + (second if second >= 0.4 else 1.0)  # less is no soft edge, but letters that reach up
        + _part(rows[end - 1], rows[end - 2])
        + max(0.0, (rows[end] / peak - 0.25) / 0.75)
    )  # fmt: skip


def _part(value: int, whole: int) -> float:
    return min(1.0, value / whole) if whole > 0 else 1.0


def _judged(view: _View, lines: Sequence[_Line]) -> list[float | None]:
    """Return the height, or None where it is no text, of all looks that are long enough to tell.

    What looks exactly alike counts once: it was drawn, not written.
    """
    upper, lower, looks = _halves(view, lines)
    both = ImageChops.add(upper, lower, 2)
    apart = _means(ImageChops.difference(upper, lower))
    means, inked = _means(both), _means(both.point([0] + [255] * 255))
    evenness = _evenness(both)
    judged: dict[bytes, float | None] = {}
    for row, line in enumerate(lines):
        if inked[row] * SPAN < LETTERS * line.height * 255:
            continue
        mean = max(1, means[row])
        traits = (mean / inked[row], apart[row] / (2 * mean), evenness[row])
        fits = all(
            least <= trait <= most for trait, (least, most) in zip(traits, TRAITS, strict=True)
        )
        judged[looks[row]] = line.height if fits and line.is_clear else None
    return list(judged.values())


def _halves(view: _View, lines: Sequence[_Line]) -> tuple[Image.Image, Image.Image, list[bytes]]:
    """Return the edges of the upper and of the lower half of each line, one line to a row."""
    sheet = Image.new("L", (SPAN, 2 * len(lines)))
    for number, line in enumerate(lines):
        middle = line.column * CELL + CELL // 2
        left = max(0, min(middle - SPAN // 2, view.edges.width - SPAN))
        box = view.edges.crop((left, line.top, left + SPAN, line.bottom))
        sheet.paste(box.reduce((1, (box.height + 1) // 2)), (0, 2 * number))
    data = sheet.tobytes()
    beside = Image.frombytes("L", (2 * SPAN, len(lines)), data)
    upper = beside.crop((0, 0, SPAN, len(lines)))
    lower = beside.crop((SPAN, 0, 2 * SPAN, len(lines)))
    return upper, lower, [data[at : at + 2 * SPAN] for at in range(0, len(data), 2 * SPAN)]


def _evenness(rows: Image.Image) -> list[float]:
    """Return how much each row differs from itself moved along, at best: 0 if it repeats."""
    moves, count = range(2, SPAN // 2 + 1), rows.height
    here = Image.new("L", (SPAN, count * len(moves)))
    there = here.copy()
    for number, move in enumerate(moves):
        here.paste(rows.crop((0, 0, SPAN - move, count)), (0, number * count))
        there.paste(rows.crop((move, 0, SPAN, count)), (0, number * count))
    apart = _means(ImageChops.difference(here, there))
    means = _means(ImageChops.add(here, there, 2))
    found = [
        differs / (2 * mean) if mean else 1.0 for differs, mean in zip(apart, means, strict=True)
    ]
    return [min(found[row::count]) for row in range(count)]


def _means(rows: Image.Image) -> bytes:
    return rows.reduce((rows.width, 1)).tobytes()


def _smallest_common(found: Sequence[tuple[float, float]]) -> float | None:
    """Return the height of the smallest size with a fair share of the weight."""
    total = sum(weight for _, weight in found)
    for first, (height, _) in enumerate(found):
        size = found[first : bisect_right(found, (height * ALIKE, total + 1))]
        part = sum(weight for _, weight in size)
        if len(size) >= FEWEST_LINES and part >= FAIR_SHARE * total:
            sums = list(accumulate(weight for _, weight in size))
            return size[bisect_left(sums, TYPICAL * part)][0]
    return None


def _mixed(items: Sequence[_Item]) -> list[_Item]:
    """Return the items in strides, so that it is fair to stop early."""
    return [item for first in range(17) for item in items[first::17]]


def _spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """Return at most so many of the items, at even distances."""
    count = min(len(items), most)
    return [items[(2 * place + 1) * len(items) // (2 * count)] for place in range(count)]
