"""The few bytes between the app and a child: plain numbers, so that none of them can run."""

import struct
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from visionapp.catalogue.budget import Tier
from visionapp.preparation.values import (
    LONGEST_SIDE,
    MOST_COLOURS,
    MOST_FRAMES,
    WARNINGS,
    WHOLE,
    Examined,
    Format,
    Measured,
    Prepared,
    View,
)

Work = Literal["examine", "prepare", "measure", "preview"]
Verdict = Literal[
    "unreadable",
    "truncated",
    "too_many_pixels",
    "too_complex",
    "frame_missing",
    "box_outside",
    "password",
    "raw",
]

MOST_BYTES = 7_500_000
"""The largest encoded picture: its base64 stays below the API's 10 MB for one image."""

_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_TYPES = ("image/png", "image/jpeg")
_NO_BOX = (0, 0, 0, 0)
_NO_TEXT = -1.0
_JOB = struct.Struct("!8s8s8s II 4I")
_HEAD = struct.Struct("!BBIII BIIId BIIId")
_FACTS = struct.Struct("!B4d" + "3sd" * MOST_COLOURS)
_EXIT = struct.Struct("!4si")
_EXIT_MARK = b"exit"
_TAKEN = 255

JOB_BYTES = _JOB.size
EXIT_BYTES = _EXIT.size


class Limits(NamedTuple):
    """What one picture may cost: processor and clock in seconds, memory in bytes.

    The slowest sound ones, JPEG 2000 of 64 megapixels, took five seconds. Whatever the file, there
    is an answer within ten.
    """

    processor: int = 8
    clock: int = 9
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Job:
    """What a child shall do with the file that comes along."""

    work: Work
    format: Format
    tier: Tier = "high"
    view: View = WHOLE
    edge: int = 0
    """Longest side of a preview."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The child looked at the picture and refuses it."""

    verdict: Verdict


class Garbled(Exception):
    """The child said something that no sound child says."""


class _Told(NamedTuple):
    """What a child says of an encoded picture."""

    type: int
    width: int
    height: int
    length: int
    text_height: float

    @property
    def is_sane(self) -> bool:
        """Say whether all of it can be; where no picture was asked for, all is nothing."""
        return (
            self.type < len(_TYPES)
            and self.length <= MOST_BYTES
            and max(self.width, self.height) <= LONGEST_SIDE
            and min(self.width, self.height, 1) == min(self.length, 1)
            and (self.text_height == _NO_TEXT or 0 < self.text_height <= self.height)
        )

    def with_bytes(self, data: bytes) -> Prepared:
        height = None if self.text_height == _NO_TEXT else self.text_height
        return Prepared(_TYPES[self.type], self.width, self.height, data, height)


def pack_job(job: Job) -> bytes:
    """Return the job as exactly ``JOB_BYTES`` bytes."""
    words = (job.work.encode(), job.format.encode(), job.tier.encode())
    return _JOB.pack(*words, job.edge, job.view.frame, *(job.view.box or _NO_BOX))


def unpack_job(raw: bytes) -> Job:
    """Return the job that the app packed; the app is trusted."""
    *words, edge, frame, left, top, right, bottom = _JOB.unpack(raw)
    work, kind, tier = (word.rstrip(b"\0").decode() for word in words)
    box = (left, top, right, bottom)
    return Job(work, kind, tier, View(frame, None if box == _NO_BOX else box), edge)


def pack_refused(verdict: Verdict) -> bytes:
    """Return a child's answer that refuses the picture."""
    return bytes([_VERDICTS.index(verdict)])


def pack_examined(found: Examined) -> bytes:
    """Return a child's answer that carries the picture, and its thumbnail if it has bytes."""
    numbers = [
        number
        for picture in (found.prepared, found.thumbnail)
        for number in (
            _TYPES.index(picture.media_type),
            picture.width,
            picture.height,
            len(picture.data),
            _NO_TEXT if picture.text_height is None else picture.text_height,
        )
    ]
    flags = sum(1 << WARNINGS.index(warning) for warning in found.warnings)
    head = _HEAD.pack(_TAKEN, flags, found.width, found.height, found.frames, *numbers)
    return head + found.prepared.data + found.thumbnail.data


def pack_measured(found: Measured) -> bytes:
    """Return a child's answer that carries the facts."""
    shares = (found.brightness, found.contrast, found.sharpness, found.transparency)
    colours = [
        value for name, share in found.colours for value in (bytes.fromhex(name[1:]), share)
    ]
    missing = MOST_COLOURS - len(found.colours)
    return _FACTS.pack(_TAKEN, *shares, *colours, *(b"", 0.0) * missing)


def unpack_examined(raw: bytes | bytearray, kind: Format) -> Examined | Refused | None:
    """Return a child's answer, or None while it is not whole; raises Garbled for nonsense.

    A child has decoded hostile bytes and may be under their control, so nothing here is believed
    that is not checked.
    """
    if raw and raw[0] < len(_VERDICTS):
        return Refused(_VERDICTS[raw[0]])
    if len(raw) < _HEAD.size:
        return None
    verdict, flags, width, height, frames, *numbers = _HEAD.unpack_from(raw)
    first, second = _Told(*numbers[:5]), _Told(*numbers[5:])
    middle = _HEAD.size + first.length
    end = middle + second.length
    sane = (
        verdict == _TAKEN
        and flags < 1 << len(WARNINGS)
        and 0 < width <= LONGEST_SIDE
        and 0 < height <= LONGEST_SIDE
        and 0 < frames <= MOST_FRAMES
        and first.length > 0
    )
    if not sane or not first.is_sane or not second.is_sane:
        raise Garbled
    if len(raw) < end:
        return None
    return Examined(
        format=kind,
        width=width,
        height=height,
        frames=frames,
        warnings=tuple(name for bit, name in enumerate(WARNINGS) if flags >> bit & 1),
        prepared=first.with_bytes(bytes(raw[_HEAD.size : middle])),
        thumbnail=second.with_bytes(bytes(raw[middle:end])),
    )


def unpack_measured(raw: bytes | bytearray) -> Measured | Refused | None:
    """Return a child's answer as ``unpack_examined`` does, and as wary."""
    if raw and raw[0] < len(_VERDICTS):
        return Refused(_VERDICTS[raw[0]])
    if len(raw) < _FACTS.size:
        return None
    verdict, brightness, contrast, sharpness, transparency, *told = _FACTS.unpack_from(raw)
    names, shares = told[::2], told[1::2]
    facts = (brightness, contrast, sharpness, transparency)
    if verdict != _TAKEN or not all(0 <= share <= 1 for share in (*facts, *shares)):
        raise Garbled
    colours = zip(names, shares, strict=True)
    return Measured(*facts, tuple((f"#{name.hex()}", share) for name, share in colours if share))


def pack_exit(status: int) -> bytes:
    """Return what the server adds to a child's last word: exit code, or minus its signal."""
    return _EXIT.pack(_EXIT_MARK, status)


def unpack_exit(raw: bytes | bytearray) -> int | None:
    """Return the exit code that ends this answer, or None if the server died first."""
    if len(raw) < _EXIT.size:
        return None
    mark, status = _EXIT.unpack_from(raw, len(raw) - _EXIT.size)
    return int(status) if mark == _EXIT_MARK else None
