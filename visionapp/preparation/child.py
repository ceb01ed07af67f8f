"""What happens to one picture inside an expendable process: decode, convert, encode or measure."""

from dataclasses import replace
from functools import partial
from typing import IO

from PIL import Image

from visionapp.catalogue.budget import seen_size, sent_size
from visionapp.preparation import convert, decode, encode, legibility, pixels
from visionapp.preparation.loaded import Fit, Loaded, Rejected, Size
from visionapp.preparation.values import (
    ANIMATED,
    ON_DARK,
    PAGES,
    STRETCHED,
    Examined,
    Format,
    Measured,
    Prepared,
)
from visionapp.preparation.wire import Job, pack_examined, pack_measured, pack_refused

NO_PICTURE = Prepared("image/jpeg", 0, 0, b"")

PAGED: set[Format] = {"PDF", "TIFF", "HEIF"}
"""Formats whose frames stand side by side and do not move."""


def answer(job: Job, file: IO[bytes]) -> bytes:
    """Return the packed result of the job, or a packed refusal."""
    try:
        if job.work == "measure":
            return pack_measured(_measured(job, file))
        return pack_examined(_examined(job, file))
    except Rejected as rejected:
        return pack_refused(rejected.verdict)
    except MemoryError:
        return pack_refused("too_complex")


def _examined(job: Job, file: IO[bytes]) -> Examined:
    fit = _fit(job)
    loaded = decode.load(file, job.format, job.view, fit)
    small, stretched = _small(loaded, fit)
    clean, on_dark = _clean(small, loaded)
    left, top, right, bottom = loaded.box
    frames = loaded.count()
    said = {
        PAGES: frames > 1 and job.format in PAGED,
        ANIMATED: frames > 1 and job.format not in PAGED,
        ON_DARK: on_dark,
        STRETCHED: stretched,
    }
    return Examined(
        format=job.format,
        width=right - left,
        height=bottom - top,
        frames=frames,
        warnings=tuple(warning for warning, is_so in said.items() if is_so),
        prepared=_prepared(job, clean),
        thumbnail=encode.thumbnail(clean) if job.work == "examine" else NO_PICTURE,
    )


def _measured(job: Job, file: IO[bytes]) -> Measured:
    fit = _fit(job)
    loaded = decode.load(file, job.format, job.view, fit)
    small, _ = _small(loaded, fit)
    clean, _ = _clean(small, loaded)
    return pixels.measured(clean, pixels.transparency(small))


def _fit(job: Job) -> Fit:
    match job.work:
        case "preview":
            return partial(_within, job.edge)
        case "measure":
            return partial(seen_size, tier=job.tier)  # as it is: what is enlarged has new colours
        case _:
            return partial(sent_size, tier=job.tier)


def _within(edge: int, width: int, height: int) -> Size:
    scale = min(1.0, edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _prepared(job: Job, clean: Image.Image) -> Prepared:
    if job.work == "preview":
        return encode.thumbnail(clean, job.edge)
    return replace(encode.encode(clean), text_height=legibility.text_height(clean))


def _small(loaded: Loaded, fit: Fit) -> tuple[Image.Image, bool]:
    """Return the pixels that a model sees, and whether greys were stretched.

    All that can wait is done on these few pixels, for speed.
    """
    stored = loaded.size
    upright = stored[::-1] if loaded.orientation in convert.SWAPPED else stored
    left, top, right, bottom = convert.stored_box(loaded.box, upright, loaded.orientation)
    across, down = (loaded.extent[axis] / stored[axis] for axis in range(2))
    region = (left * across, top * down, right * across, bottom * down)
    image, stretched = convert.scalable(loaded.image)
    return convert.resized(image, region, fit(right - left, bottom - top)), stretched


def _clean(small: Image.Image, loaded: Loaded) -> tuple[Image.Image, bool]:
    """Return nothing but upright sRGB or grey pixels, and whether they lie on a dark ground."""
    turned = convert.upright(small, loaded.orientation)
    flat, on_dark = convert.on_ground(convert.in_srgb(turned, loaded.profile))
    return convert.on_fresh_canvas(flat), on_dark
