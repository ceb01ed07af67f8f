"""What happens to one picture inside an expendable process: decode, convert, encode."""

from typing import IO

from visionapp.catalogue.budget import seen_size
from visionapp.preparation import convert, decode, encode
from visionapp.preparation.values import ANIMATED, Examined, Prepared
from visionapp.preparation.wire import Job, pack_examined, pack_refused

NO_PICTURE = Prepared("image/jpeg", 0, 0, b"")


def answer(job: Job, file: IO[bytes]) -> bytes:
    """Return the packed result of the job, or a packed refusal."""
    try:
        return pack_examined(_examined(job, file))
    except decode.Rejected as rejected:
        return pack_refused(rejected.verdict)
    except MemoryError:
        return pack_refused("too_complex")


def _examined(job: Job, file: IO[bytes]) -> Examined:
    loaded = decode.load(file, job.format, job.tier)
    # The order is for speed: what can wait is done on the small picture.
    size = seen_size(loaded.width, loaded.height, job.tier)
    small = convert.resized(convert.scalable(loaded.image), loaded.extent, size)
    turned = convert.upright(small, loaded.orientation)
    coloured = convert.in_srgb(convert.on_white(turned), loaded.profile)
    clean = convert.on_fresh_canvas(coloured)
    sideways = loaded.orientation in {5, 6, 7, 8}
    return Examined(
        format=job.format,
        width=loaded.height if sideways else loaded.width,
        height=loaded.width if sideways else loaded.height,
        warnings=(ANIMATED,) if decode.is_animated(file, job.format) else (),
        prepared=encode.encode(clean),
        thumbnail=encode.thumbnail(clean) if job.thumbnail else NO_PICTURE,
    )
