"""Gives a picture its size, its orientation and its colours."""

import io
import math
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from PIL import Image, ImageChops, ImageCms

from visionapp.preparation.decode import BROKEN, Extent

Size = tuple[int, int]

GAP = 3.0
"""Plain averaging goes first and leaves this ratio to LANCZOS: cheaper, and looks the same."""

BANDS = 2
LARGE = 2_000_000
"""From so many pixels on a resize is shared between threads; Pillow frees them from the GIL."""

MULTIPLIED = {"LA": "La", "RGBA": "RGBa"}

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

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

STEPS = range(0, 256, 51)
PROBE = Image.frombytes(
    "RGB", (len(STEPS) ** 2, len(STEPS)), bytes(v for rgb in product(STEPS, repeat=3) for v in rgb)
)
"""Every colour of which each part is a multiple of a fifth."""


def scalable(image: Image.Image) -> Image.Image:
    """Return the picture as L, LA, RGB, RGBA or CMYK: modes whose pixels can be averaged."""
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion clips at 255, which turns a 16-bit scan white.
        return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    grey = image.mode in {"1", "L", "LA"}
    if image.has_transparency_data:
        mode = "LA" if grey else "RGBA"
    elif image.mode == "CMYK":
        mode = "CMYK"
    else:
        mode = "L" if grey else "RGB"
    if image.mode == mode:
        return image  # a conversion would copy all pixels for nothing
    return image.convert(mode)


def resized(image: Image.Image, extent: Extent, size: Size) -> Image.Image:
    """Return the picture, which covers this extent of its pixels, at this size."""
    if image.size == size:
        return image
    if image.mode in MULTIPLIED:
        # Once for all bands, so that colours nobody can see do not count.
        multiplied = resized(image.convert(MULTIPLIED[image.mode]), extent, size)
        return multiplied.convert(image.mode)
    across, down = (max(1, int(extent[i] / size[i] / GAP)) for i in range(2))
    if max(across, down) > 1:
        image = image.reduce((across, down))
        extent = (extent[0] / across, extent[1] / down)
    if image.width * image.height < LARGE or size[1] < BANDS:
        return image.resize(size, Image.Resampling.LANCZOS, box=(0, 0, *extent))
    return _resized_in_bands(image, extent, size)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture turned as its EXIF orientation asks; unknown numbers ask nothing."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def on_white(image: Image.Image) -> Image.Image:
    """Return the picture as it looks on white paper: L, RGB or CMYK."""
    if image.mode not in {"LA", "RGBA"}:
        return image
    grey = image.mode == "LA"
    paper = Image.new("L" if grey else "RGB", image.size, "white")
    paper.paste(image.getchannel("L") if grey else image, mask=image.getchannel("A"))
    return paper


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in sRGB, or grey; a profile that fails leaves the numbers as they are."""
    converted = _through_profile(image, profile) if profile else None
    if converted is None:
        return image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return converted.convert(image.mode) if image.mode == "L" else converted


def on_fresh_canvas(image: Image.Image) -> Image.Image:
    """Return nothing but the pixels.

    Pillow carries comments and profiles along through every conversion and writes them when it
    saves; what is pasted brings none.
    """
    canvas = Image.new(image.mode, image.size)
    canvas.paste(image)
    return canvas


def _resized_in_bands(image: Image.Image, extent: Extent, size: Size) -> Image.Image:
    """Resize stripes in threads: filters look past the edge of a box, so no seam shows."""
    width, height = size
    step = math.ceil(height / BANDS)
    scale = extent[1] / height

    def band(top: int) -> Image.Image:
        bottom = min(top + step, height)
        part = (0.0, top * scale, extent[0], min(bottom * scale, extent[1]))
        return image.resize((width, bottom - top), Image.Resampling.LANCZOS, box=part)

    tops = range(0, height, step)
    whole = Image.new(image.mode, size)
    with ThreadPoolExecutor(BANDS) as threads:
        for top, part in zip(tops, threads.map(band, tops), strict=True):
            whole.paste(part, (0, top))
    return whole


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, SRGB, image.mode, "RGB")
        if image.mode == "RGB" and _changes_nothing(transform):
            return None
        return ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, *BROKEN):
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Say whether the profile is sRGB in all but name, as most are: try it on a few colours."""
    changed = ImageCms.applyTransform(PROBE, transform)
    if changed is None:
        return False
    return max(ImageChops.difference(PROBE, changed).tobytes()) <= 1
