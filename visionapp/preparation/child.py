"""What happens to one picture inside an expendable process: decode, convert, encode or measure."""

from typing import IO

from PIL import Image

from visionapp.catalogue.budget import Tier, seen_size
from visionapp.preparation import convert, decode, encode, pixels
from visionapp.preparation.values import ANIMATED, Examined, Measured, Prepared
from visionapp.preparation.wire import Job, pack_examined, pack_measured, pack_refused

NO_PICTURE = Prepared("image/jpeg", 0, 0, b"")


def answer(job: Job, file: IO[bytes]) -> bytes:
    """Return the packed result of the job, or a packed refusal."""
    try:
        if job.work == "measure":
            return pack_measured(_measured(job, file))
        return pack_examined(_examined(job, file))
    except decode.Rejected as rejected:
        return pack_refused(rejected.verdict)
    except MemoryError:
        return pack_refused("too_complex")


def _examined(job: Job, file: IO[bytes]) -> Examined:
    loaded = decode.load(file, job.format, job.tier)
    clean = _clean(_small(loaded, job.tier), loaded)
    sideways = loaded.orientation in {5, 6, 7, 8}
    return Examined(
        format=job.format,
        width=loaded.height if sideways else loaded.width,
        height=loaded.width if sideways else loaded.height,
        warnings=(ANIMATED,) if decode.is_animated(file, job.format) else (),
        prepared=encode.encode(clean),
        thumbnail=encode.thumbnail(clean) if job.work == "examine" else NO_PICTURE,
    )


def _measured(job: Job, file: IO[bytes]) -> Measured:
    loaded = decode.load(file, job.format, job.tier)
    small = _small(loaded, job.tier)
    return pixels.measured(_clean(small, loaded), pixels.transparency(small))


def _small(loaded: decode.Loaded, tier: Tier) -> Image.Image:
    """Return the pixels that a model sees; all that can wait is done on these few, for speed."""
    size = seen_size(loaded.width, loaded.height, tier)
    return convert.resized(convert.scalable(loaded.image), loaded.extent, size)


def _clean(small: Image.Image, loaded: decode.Loaded) -> Image.Image:
    turned = convert.upright(small, loaded.orientation)
    coloured = convert.in_srgb(convert.on_white(turned), loaded.profile)
    return convert.on_fresh_canvas(coloured)
