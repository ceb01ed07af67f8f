"""The few bytes between the app and a child: plain numbers, so that none of them can run."""

import struct
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from visionapp.catalogue.budget import Tier
from visionapp.preparation.values import (
    ANIMATED,
    MOST_COLOURS,
    Examined,
    Format,
    Measured,
    Prepared,
)

Work = Literal["examine", "prepare", "measure"]
Verdict = Literal["unreadable", "truncated", "too_many_pixels", "too_complex"]

MOST_BYTES = 7_500_000
"""The largest encoded picture: its base64 stays below the API's 10 MB for one image."""

_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_TYPES = ("image/png", "image/jpeg")
_JOB = struct.Struct("!8s4s8s")
_HEAD = struct.Struct("!B?II BIII BIII")
_FACTS = struct.Struct("!B4d" + "3sd" * MOST_COLOURS)
_EXIT = struct.Struct("!4si")
_EXIT_MARK = b"exit"
_TAKEN = 255

JOB_BYTES = _JOB.size
EXIT_BYTES = _EXIT.size


class Limits(NamedTuple):
    """What one picture may cost: processor and clock in seconds, memory in bytes."""

    processor: int = 10
    clock: int = 15
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Job:
    """What a child shall do with the file that comes along."""

    work: Work
    format: Format
    tier: Tier


@dataclass(frozen=True, slots=True)
class Refused:
    """The child looked at the picture and refuses it."""

    verdict: Verdict


class Garbled(Exception):
    """The child said something that no sound child says."""


def pack_job(job: Job) -> bytes:
    """Return the job as exactly ``JOB_BYTES`` bytes."""
    return _JOB.pack(job.work.encode(), job.format.encode(), job.tier.encode())


def unpack_job(raw: bytes) -> Job:
    """Return the job that the app packed; the app is trusted."""
    return Job(*(word.rstrip(b"\0").decode() for word in _JOB.unpack(raw)))


def pack_refused(verdict: Verdict) -> bytes:
    """Return a child's answer that refuses the picture."""
    return bytes([_VERDICTS.index(verdict)])


def pack_examined(found: Examined) -> bytes:
    """Return a child's answer that carries the picture, and its thumbnail if it has bytes."""
    pictures = (found.prepared, found.thumbnail)
    numbers = [
        number
        for picture in pictures
        for number in (
            _TYPES.index(picture.media_type),
            picture.width,
            picture.height,
            len(picture.data),
        )
    ]
    animated = ANIMATED in found.warnings
    head = _HEAD.pack(_TAKEN, animated, found.width, found.height, *numbers)
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
    verdict, animated, width, height, *numbers = _HEAD.unpack_from(raw)
    first, second = numbers[:4], numbers[4:]
    middle = _HEAD.size + first[3]
    end = middle + second[3]
    if verdict != _TAKEN or not _is_sane(first) or not _is_sane(second):
        raise Garbled
    if len(raw) < end:
        return None
    return Examined(
        format=kind,
        width=width,
        height=height,
        warnings=(ANIMATED,) if animated else (),
        prepared=_picture(first, bytes(raw[_HEAD.size : middle])),
        thumbnail=_picture(second, bytes(raw[middle:end])),
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


def _is_sane(numbers: list[int]) -> bool:
    return numbers[0] < len(_TYPES) and numbers[3] <= MOST_BYTES


def _picture(numbers: list[int], data: bytes) -> Prepared:
    return Prepared(_TYPES[numbers[0]], numbers[1], numbers[2], data)
