"""Opens a picture within limits and loads one frame of it."""

import warnings
from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import IO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import HeifImageFile
from pillow_heif import options as heif

from visionapp.catalogue.budget import Box
from visionapp.preparation import convert, gif, jpeg2000, pdf, tiff
from visionapp.preparation.endings import is_cut_off
from visionapp.preparation.loaded import (
    BROKEN,
    MOST_PIXELS,
    Extent,
    Fit,
    Loaded,
    Rejected,
    Size,
    check_size,
    wanted_box,
)
from visionapp.preparation.values import MOST_FRAMES, Format, View
from visionapp.preparation.wire import Verdict

PLUGINS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
"""Loaded once in the server, so that no child spends its time on imports."""

Image.register_open(HeifImageFile.format, HeifImageFile)

THREADS = 2
"""Of a decoder that has its own: each takes address space from what a child may use."""
AvifImagePlugin.DEFAULT_MAX_THREADS = THREADS
heif.DECODE_THREADS = THREADS

MOST_PROGRESSIVE = 100_000_000
"""Pixels of a JPEG in several passes: all passes are held in memory, eight bytes a pixel."""

MOST_OF_A_BYTE = 600
"""Pixels of a JPEG that one byte can stand for: each block of 64 takes at least one bit. A file
that promises more would be shown grey where it says nothing."""

SPARE = 1.5
"""A picture is decoded at a half, a quarter or an eighth if this many times the wanted side
remains: closer than that, the two steps together would blur small text."""

ORIENTATION = 0x0112

LENIENT: set[Format] = {"HEIF", "JPEG2000", "PDF"}
"""Formats whose readers make up what is missing: tiles, wavelets, the table of a document."""

TOO_MUCH = ("out of memory", "memory allocation", "security limit")
"""How a decoder says that it met its own limits or ours."""


def load(file: IO[bytes], kind: Format, view: View, fit: Fit) -> Loaded:
    """Decode the frame whole, a large one only as large as ``fit`` needs; raises Rejected."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS[kind]
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind in LENIENT and is_cut_off(file, kind):
        raise Rejected("truncated")
    try:
        return pdf.load(file, view, fit) if kind == "PDF" else _load(file, kind, view, fit)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as refused:
        raise Rejected("too_many_pixels") from refused
    except MemoryError as refused:
        raise Rejected("too_complex") from refused
    except BROKEN as broken:
        raise Rejected(_what_broke(file, kind, str(broken).lower())) from broken


def _load(file: IO[bytes], kind: Format, view: View, fit: Fit) -> Loaded:
    picture = _opened(file, kind, view.frame)
    if kind not in {"JPEG", "JPEG2000"}:
        picture.load()  # only then are size and orientation sure
        check_size(picture.size, kind)
    size, orientation = picture.size, _orientation(picture, kind)
    box = wanted_box(view, size[::-1] if orientation in convert.SWAPPED else size)
    least = _least(size, box, fit)
    extent: Extent = size
    if kind == "JPEG":
        drafted = picture.draft(None, least)
        extent = drafted[1][2:] if drafted else size
    elif kind == "JPEG2000":
        picture, extent = jpeg2000.loaded(file, size, least)
    picture.load()
    if picture.mode == "P" and picture.palette is None:
        raise SyntaxError("the palette is missing")  # Pillow looks no further, and has no colours
    return Loaded(
        image=picture,
        size=size,
        extent=extent,
        orientation=orientation,
        profile=picture.info.get("icc_profile") or b"",
        box=box,
        count=partial(_frames, picture, file, kind),
    )


def _opened(file: IO[bytes], kind: Format, frame: int) -> Image.Image:
    """Return the picture at this frame, not yet decoded."""
    pages = tiff.pages(file) if kind == "TIFF" else ()
    picture = Image.open(file, formats=(kind,))
    check_size(picture.size, kind)
    if picture.info.get("progressive") and picture.width * picture.height > MOST_PROGRESSIVE:
        raise Rejected("too_complex")
    if kind == "JPEG" and picture.width * picture.height > MOST_OF_A_BYTE * file.seek(0, 2):
        raise Rejected("truncated")
    try:
        picture.seek(_place(picture, kind, pages, frame))
    except (EOFError, IndexError):
        raise Rejected("frame_missing") from None
    check_size(picture.size, kind)
    return picture


def _place(picture: Image.Image, kind: Format, pages: Sequence[int], frame: int) -> int:
    """Return which of the file's pictures people mean by this number; raises IndexError."""
    if kind == "JPEG":
        return (0,)[frame]  # others in it are the camera's own: depth, brightness, a second lens
    if kind == "TIFF":
        return pages[frame]
    if kind == "HEIF":
        main = picture.tell()  # the file says which one to show first, wherever it stands
        return main if frame == 0 else frame - 1 if frame <= main else frame
    return frame


def _orientation(picture: Image.Image, kind: Format) -> int:
    if kind in {"HEIF", "TIFF"}:
        return 1  # their plugins turn the picture themselves
    if kind == "AVIF":
        picture.info.pop("xmp", None)  # the plugin has read all that may turn an AVIF
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1  # broken metadata must not cost the picture


def _least(size: Size, box: Box, fit: Fit) -> Size:
    """Return the size of the whole frame at which its box has all the pixels that are wanted."""
    across, down = box[2] - box[0], box[3] - box[1]
    wanted = fit(across, down)
    scale = max(wanted[0] / across, wanted[1] / down) * SPARE
    return ceil(size[0] * scale), ceil(size[1] * scale)


def _frames(picture: Image.Image, file: IO[bytes], kind: Format) -> int:
    """Count what people can choose from, up to a bound; raises Rejected if the end is missing."""
    try:
        match kind:
            case "JPEG" | "BMP" | "JPEG2000":
                return 1
            case "TIFF":
                return len(tiff.pages(file))
            case "GIF":
                return gif.frames(file)
            case _:
                return min(getattr(picture, "n_frames", 1), MOST_FRAMES)
    except (EOFError, IndexError):
        raise Rejected("truncated") from None


def _what_broke(file: IO[bytes], kind: Format, reason: str) -> Verdict:
    if any(words in reason for words in TOO_MUCH):
        return "too_complex"
    if "truncated" in reason or is_cut_off(file, kind):
        return "truncated"
    return "unreadable"
