"""Measures what pixels can tell without being understood: light, edges and colours."""

import math
from collections import Counter
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageStat

from visionapp.preparation.values import MOST_COLOURS, Measured

SAMPLE_EDGE = 256
"""Longest side of the copy whose colours are counted: shares stay true to half a percent."""

FINE = 24
"""Levels of red, green and blue that are counted as one before shades are compared."""

ALIKE = 48.0
"""Distance in RGB up to which a shade counts as the commoner one beside it: the soft edges of a
chart and the grain of a JPEG fall together, orange and yellow do not."""

LEAST_SHARE = 0.01

Colour = tuple[int, int, int]


def measured(image: Image.Image, transparency: float) -> Measured:
    """Return the facts of an opaque L or RGB picture that had this share of clear pixels."""
    light = image.convert("L")
    (mean,), (deviation,) = ImageStat.Stat(light).mean, ImageStat.Stat(light).stddev
    return Measured(
        brightness=mean / 255,
        contrast=min(1.0, deviation / 255 * 2),
        sharpness=_mean_step(light),
        transparency=transparency,
        colours=tuple(_main_colours(_sample(image))),
    )


def transparency(image: Image.Image) -> float:
    """Return the share of pixels that are not fully opaque."""
    if image.mode not in {"LA", "RGBA"}:
        return 0.0
    return 1 - image.getchannel("A").histogram()[255] / (image.width * image.height)


def _mean_step(light: Image.Image) -> float:
    """Return the mean difference of neighbours, across and down, as a share of 255."""
    width, height = light.size
    total = pairs = 0.0
    for across, down in ((1, 0), (0, 1)):
        near = light.crop((0, 0, width - across, height - down))
        if near.width and near.height:
            far = light.crop((across, down, width, height))
            total += ImageStat.Stat(ImageChops.difference(near, far)).sum[0]
            pairs += near.width * near.height
    return total / pairs / 255 if pairs else 0.0


def _sample(image: Image.Image) -> Image.Image:
    """Return a small RGB copy of pixels as they are: averages would be colours nobody drew."""
    scale = min(1.0, SAMPLE_EDGE / max(image.size))
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    return image.resize(size, Image.Resampling.NEAREST).convert("RGB")


def _main_colours(sample: Image.Image) -> Iterator[tuple[str, float]]:
    """Yield the commonest shade of each group of similar ones, with the share of the group."""
    pixels = sample.width * sample.height
    groups: Counter[Colour] = Counter()
    for colour, count in _shades(sample).most_common():
        nearest = min(groups, key=lambda group: math.dist(colour, group), default=colour)
        groups[nearest if math.dist(colour, nearest) <= ALIKE else colour] += count
    for colour, count in groups.most_common(MOST_COLOURS):
        if count >= pixels * LEAST_SHARE:
            yield f"#{bytes(colour).hex()}", count / pixels


def _shades(sample: Image.Image) -> Counter[Colour]:
    """Count coarse shades, each under the name of the exact one that is commonest in it."""
    raw = sample.tobytes()
    exact = Counter(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    names: dict[Colour, Colour] = {}
    counted: Counter[Colour] = Counter()
    for colour, count in exact.most_common():
        red, green, blue = colour
        name = names.setdefault((red // FINE, green // FINE, blue // FINE), colour)
        counted[name] += count
    return counted
