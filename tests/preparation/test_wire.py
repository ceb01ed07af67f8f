import random

import pytest

from visionapp.preparation import Examined, Prepared
from visionapp.preparation.wire import (
    Garbled,
    Job,
    Refused,
    pack_examined,
    pack_exit,
    pack_job,
    pack_refused,
    unpack_answer,
    unpack_exit,
    unpack_job,
)

FOUND = Examined(
    "GIF",
    640,
    480,
    ("image.animated",),
    Prepared("image/png", 320, 240, b"pixels"),
    Prepared("image/jpeg", 32, 24, b"few"),
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("tier", ["high", "standard"])
def test_a_job_arrives_as_it_was_sent(kind, tier):
    job = Job(kind, tier, thumbnail=tier == "high")
    assert unpack_job(pack_job(job)) == job


def test_an_answer_arrives_as_it_was_sent_and_not_before_it_is_whole():
    packed = pack_examined(FOUND)
    assert unpack_answer(packed, "GIF") == FOUND
    assert unpack_answer(packed + pack_exit(0), "GIF") == FOUND
    assert {unpack_answer(packed[:cut], "GIF") for cut in range(len(packed))} == {None}


@pytest.mark.parametrize("verdict", ["unreadable", "truncated", "too_many_pixels", "too_complex"])
def test_a_refusal_arrives_as_it_was_sent(verdict):
    assert unpack_answer(pack_refused(verdict), "PNG") == Refused(verdict)


def test_how_a_child_ended_is_read_from_the_end():
    assert unpack_exit(b"half an answer" + pack_exit(-11)) == -11
    assert unpack_exit(b"half an answer") is None
    assert unpack_exit(b"") is None


def test_nonsense_never_passes_for_a_picture():
    draw_from = random.Random(3)  # noqa: S311 - the same nonsense every time
    for _ in range(2000):
        raw = draw_from.randbytes(draw_from.randrange(40, 90))
        try:
            assert not isinstance(unpack_answer(raw, "PNG"), Examined)
        except Garbled:
            continue


def test_an_answer_that_promises_too_many_bytes_is_nonsense():
    packed = bytearray(pack_examined(FOUND))
    at = packed.index((6).to_bytes(4))
    packed[at : at + 4] = (2**31).to_bytes(4)
    with pytest.raises(Garbled):
        unpack_answer(packed, "GIF")
