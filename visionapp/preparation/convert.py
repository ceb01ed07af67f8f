"""Gives a picture its size, its orientation and its colours."""

import io
import math
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import product
from typing import cast

from PIL import Image, ImageChops, ImageCms, ImageMath, TiffImagePlugin

from visionapp.catalogue.budget import Box

Size = tuple[int, int]

Region = tuple[float, float, float, float]
"""Left, top, right, bottom; a side may lie between two pixels."""

GAP = 3.0
"""Plain averaging goes first and leaves this ratio to LANCZOS: cheaper, and looks the same."""

REACH = 4
"""Pixels of the wanted size that are looked at on each side: three by LANCZOS, and some more by
the averaging before it."""

BANDS = 2
LARGE = 2_000_000
"""From so many pixels on a resize is shared between threads; Pillow frees them from the GIL."""

AVERAGED = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "PA": "RGBA",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "LAB": "LAB",
}
"""What each mode is averaged in, if not RGB. Shades between two hues or two places in a palette
mean nothing; what stays CMYK, YCbCr or LAB is converted when it is small."""

CLEAR = {"L": "LA", "RGB": "RGBA"}
FLAT = {"LA": "L", "RGBA": "RGB"}
MULTIPLIED = {"LA": "La", "RGBA": "RGBa"}

MOST_DEEP = 65_535
LEAST_DEEP = MOST_DEEP / 4
"""Sixteen-bit grey that gets no brighter than this holds 12 or 14 bits of a microscope or an
X-ray, which would come out all but black."""

NUMBERS = 1e30
"""Beyond this a float is no measurement: maps write -3.4e38 where there is no data."""

PHOTOMETRIC = 262
"""TIFF tag: 0 says that zero is white. Pillow obeys it up to 8 bits, and not beyond."""

TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""

SWAPPED = {5, 6, 7, 8}
FROM_RIGHT = {2, 3, 6, 7}
FROM_BOTTOM = {3, 4, 7, 8}
"""Orientations of which the upright rows are stored columns, and of which the upright right or
bottom side is stored first."""

OPAQUE = 255
DARK_PAPER = "#1f1f1f"
LOST_ON_WHITE, LOST_ON_DARK = 184, 80
"""Greys from which, and below which, ink on white and on dark paper has a contrast ratio (as WCAG
counts it) below 2."""

NEIGHBOUR = 2
FAINT = 32
"""Steps of alpha that tell ink from what is beside it."""

LITTLE_CLEAR = 0.02
"""Share of clear pixels up to which a picture has corners or holes, but no ground: a photo with
rounded corners had 0.012."""

FEW_LOST = 0.02
"""Share of the details that white paper may lose without more ado."""
DEARER = 4
"""How many details must gain by dark paper for one that loses: dashed grids count as details."""

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

STEPS = range(0, 256, 51)
PROBE = Image.frombytes(
    "RGB", (len(STEPS) ** 2, len(STEPS)), bytes(v for rgb in product(STEPS, repeat=3) for v in rgb)
)
"""Every colour of which each part is a multiple of a fifth."""


def scalable(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the picture in a mode whose pixels can be averaged, and whether grey was stretched.

    The modes are L, LA, RGB, RGBA, CMYK, YCbCr and LAB. Sixteen-bit grey keeps its brightness;
    if it uses less than a quarter of its range, or is deeper, its range becomes black to white.
    """
    if image.mode == "F" or image.mode.startswith("I"):
        return _in_eight_bits(image)
    mode = AVERAGED.get(image.mode, "RGB")
    if image.has_transparency_data:
        mode = CLEAR.get(mode, mode)
    if image.mode != mode:  # else a conversion would copy all pixels for nothing
        image = image.convert(mode)
    return _without_idle_alpha(image), False


def stored_box(box: Box, size: Size, orientation: int) -> Box:
    """Return where this box of a picture that is so large upright lies in the stored pixels."""
    left, top, right, bottom = box
    if orientation in FROM_RIGHT:
        left, right = size[0] - right, size[0] - left
    if orientation in FROM_BOTTOM:
        top, bottom = size[1] - bottom, size[1] - top
    return (top, left, bottom, right) if orientation in SWAPPED else (left, top, right, bottom)


def resized(image: Image.Image, region: Region, size: Size) -> Image.Image:
    """Return this region of the picture's own pixels at this size, smaller or larger."""
    # Shares of a side, multiplied again, may end a hair's breadth beyond it.
    region = (*region[:2], min(region[2], image.width), min(region[3], image.height))
    around = _around(region, size, image.size)
    if around != (0, 0, *image.size):
        image = image.crop(around)
        region = _moved(region, -around[0], -around[1])
    if image.size == size and _is_all(region, size):
        return image
    if image.mode in MULTIPLIED:
        # Once for all bands, so that colours nobody can see do not count.
        multiplied = resized(image.convert(MULTIPLIED[image.mode]), region, size)
        return multiplied.convert(image.mode)
    wide, high = region[2] - region[0], region[3] - region[1]
    across, down = max(1, int(wide / size[0] / GAP)), max(1, int(high / size[1] / GAP))
    if max(across, down) > 1:
        image = image.reduce((across, down))
        left, top, right, bottom = region
        region = (left / across, top / down, right / across, bottom / down)
    if image.width * image.height < LARGE or size[1] < BANDS:
        return image.resize(size, Image.Resampling.LANCZOS, box=region)
    return _resized_in_bands(image, region, size)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture turned as its EXIF orientation asks; unknown numbers ask nothing."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def on_ground(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the picture as it looks on paper, and whether the paper is dark.

    It is white, unless light ink would be lost on it that shows on a dark one.
    """
    if image.mode not in FLAT:
        return image, False
    flat, alpha = image.convert(FLAT[image.mode]), image.getchannel("A")
    if alpha.getextrema() == (OPAQUE, OPAQUE):
        return flat, False
    dark = _suits_dark(flat.convert("L"), alpha)
    paper = Image.new(flat.mode, flat.size, DARK_PAPER if dark else "white")
    paper.paste(flat, mask=alpha)
    return paper, dark


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in sRGB, or grey; alpha stays, where there is some.

    A profile that fails, or that is for another kind of picture, leaves the numbers as they are.
    """
    if image.mode in FLAT and profile:
        flat = in_srgb(image.convert(FLAT[image.mode]), profile)
        flat.putalpha(image.getchannel("A"))
        return flat
    if image.mode == "YCbCr":
        image = image.convert("RGB")  # of which its profile speaks
    converted = _through_profile(image, profile) if profile else None
    if converted is None:
        return image.convert("RGB") if image.mode in {"CMYK", "LAB"} else image
    return converted.convert(image.mode) if image.mode == "L" else converted


def on_fresh_canvas(image: Image.Image) -> Image.Image:
    """Return nothing but the pixels.

    Pillow carries comments and profiles along through every conversion and writes them when it
    saves; what is pasted brings none.
    """
    canvas = Image.new(image.mode, image.size)
    canvas.paste(image)
    return canvas


def _in_eight_bits(image: Image.Image) -> tuple[Image.Image, bool]:
    sixteen = image.mode.startswith("I;16")
    see_through = image.info.get("transparency") if sixteen else None
    negative = (
        isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(PHOTOMETRIC) == 0
    )
    image = _native(image)
    lowest, highest = _range(image)
    full, limit = (MOST_DEEP, LEAST_DEEP) if sixteen else (OPAQUE, math.inf)
    stretched = lowest < highest < limit and (lowest, highest) != (0, full)
    black, white = (lowest, highest) if stretched else (0, full)
    scale = 255 / (white - black)
    # The half rounds: what follows cuts fractions off.
    start, slope = (white, -scale) if negative else (black, scale)
    offset = 0.5 - start * slope
    if image.mode == "F":
        image = ImageMath.lambda_eval(
            lambda names: names["min"](names["max"](names["image"], black), white), image=image
        )
    grey = image.point(lambda value: value * slope + offset).convert("L")
    if see_through is not None:
        grey.putalpha(_unlike(image, see_through))
    return grey, stretched


def _native(image: Image.Image) -> Image.Image:
    """Return deep grey as I;16, I or F, of which Pillow can find and move the range."""
    if image.mode == "I;16B":
        return Image.frombytes("I;16", image.size, image.tobytes(), "raw", image.mode)
    return image if image.mode in {"I;16", "F"} else image.convert("I")


def _range(image: Image.Image) -> tuple[float, float]:
    """Return the least and the greatest number; the first is larger if there is none at all."""
    if image.mode != "F":
        lowest, highest = image.getextrema()
        return cast("float", lowest), cast("float", highest)
    # What is no number would be an end of the range itself.
    numbers = ImageMath.lambda_eval(
        lambda names: (abs(names["image"]) < NUMBERS) * OPAQUE, image=image
    ).convert("1")
    ends = []
    for end, beyond in enumerate((NUMBERS, -NUMBERS)):
        known = Image.new("F", image.size, beyond)
        known.paste(image, mask=numbers)
        ends.append(cast("float", known.getextrema()[end]))
    return ends[0], ends[1]


def _unlike(image: Image.Image, value: int) -> Image.Image:
    """Return alpha that hides the one value of sixteen-bit grey that a PNG calls transparent."""
    table = [OPAQUE] * (MOST_DEEP + 1)
    table[value] = 0
    return image.convert("I").point(table, "L")


def _without_idle_alpha(image: Image.Image) -> Image.Image:
    """Drop alpha that hides nothing, as of most screenshots: it is costly to average."""
    if image.mode in FLAT and image.getchannel("A").getextrema() == (OPAQUE, OPAQUE):
        return image.convert(FLAT[image.mode])
    return image


def _around(region: Region, size: Size, whole: Size) -> Box:
    """Return the whole pixels that a resize of this region looks at."""
    left, top, right, bottom = map(int, region)
    if (right - left, bottom - top) == size and all(side == int(side) for side in region):
        return left, top, right, bottom
    across = REACH * max(1.0, (region[2] - region[0]) / size[0])
    down = REACH * max(1.0, (region[3] - region[1]) / size[1])
    return (
        max(0, math.floor(region[0] - across)),
        max(0, math.floor(region[1] - down)),
        min(whole[0], math.ceil(region[2] + across)),
        min(whole[1], math.ceil(region[3] + down)),
    )


def _moved(region: Region, across: float, down: float) -> Region:
    left, top, right, bottom = region
    return left + across, top + down, right + across, bottom + down


def _is_all(region: Region, size: Size) -> bool:
    """Say whether no whole row or column is left out: half a JPEG's pixel may be padding."""
    return all(abs(side - end) < 1 for side, end in zip(region, (0, 0, *size), strict=True))


def _resized_in_bands(image: Image.Image, region: Region, size: Size) -> Image.Image:
    """Resize stripes in threads: filters look past the edge of a box, so no seam shows."""
    width, height = size
    left, start, right, end = region
    step = math.ceil(height / BANDS)
    scale = (end - start) / height

    def band(top: int) -> Image.Image:
        bottom = min(top + step, height)
        part = (left, start + top * scale, right, min(start + bottom * scale, end))
        return image.resize((width, bottom - top), Image.Resampling.LANCZOS, box=part)

    tops = range(0, height, step)
    whole = Image.new(image.mode, size)
    with ThreadPoolExecutor(BANDS) as threads:
        for top, part in zip(tops, threads.map(band, tops), strict=True):
            whole.paste(part, (0, top))
    return whole


def _suits_dark(grey: Image.Image, alpha: Image.Image) -> bool:
    """Say whether white paper loses details, and dark paper hardly any.

    Details are what is next to nothing both across and down: letters, marks and curves. Rules
    and grids are faint on purpose, and what lies on a bar or a panel needs no paper.
    """
    if sum(alpha.histogram()[:FAINT]) <= alpha.width * alpha.height * LITTLE_CLEAR:
        return False
    details = _details(alpha)
    if details.getbbox() is None:
        details = _where(alpha, FAINT, 256)
    on_white = _where(_seen_on("white", grey, alpha), 0, LOST_ON_WHITE)
    on_dark = _where(_seen_on(DARK_PAPER, grey, alpha), LOST_ON_DARK, 256)
    # What shows on neither, like the softest edges, or on both says nothing.
    needs_white = ImageChops.subtract(on_white, on_dark).histogram(details)[OPAQUE]
    needs_dark = ImageChops.subtract(on_dark, on_white).histogram(details)[OPAQUE]
    shown = ImageChops.lighter(on_white, on_dark).histogram(details)[OPAQUE]
    return needs_dark > FEW_LOST * shown + DEARER * needs_white


def _details(alpha: Image.Image) -> Image.Image:
    """Return a mask of ink that is next to nothing both across and down, without soft edges."""
    across, down = _beside(alpha, NEIGHBOUR, 0), _beside(alpha, 0, NEIGHBOUR)
    ends = ImageChops.lighter(ImageChops.darker(*across), ImageChops.darker(*down))
    nearest = (*_beside(alpha, 1, 0), *_beside(alpha, 0, 1))
    densest = reduce(ImageChops.lighter, nearest)
    return ImageChops.darker(
        _where(ImageChops.subtract(alpha, ends), FAINT, 256),
        _where(ImageChops.subtract(densest, alpha), 0, FAINT),
    )


def _beside(alpha: Image.Image, across: int, down: int) -> tuple[Image.Image, Image.Image]:
    """Return for each pixel its neighbours so far before it and after it."""
    width, height = alpha.size
    return (
        alpha.crop((-across, -down, width - across, height - down)),
        alpha.crop((across, down, width + across, height + down)),
    )


def _where(image: Image.Image, least: int, end: int) -> Image.Image:
    """Return a mask of the pixels from one grey on up to another."""
    return image.point([OPAQUE * (least <= grey < end) for grey in range(256)])


def _seen_on(paper: str, grey: Image.Image, alpha: Image.Image) -> Image.Image:
    seen = Image.new("L", grey.size, paper)
    seen.paste(grey, mask=alpha)
    return seen


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, SRGB, image.mode, "RGB")
        if image.mode == "RGB" and _changes_nothing(transform):
            return None
        return ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Say whether the profile is sRGB in all but name, as most are: try it on a few colours."""
    changed = ImageCms.applyTransform(PROBE, transform)
    if changed is None:
        return False
    return max(ImageChops.difference(PROBE, changed).tobytes()) <= 1
