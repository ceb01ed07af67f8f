import math
import random
from dataclasses import replace
from typing import get_args

import pytest

from visionapp.catalogue.budget import Tier
from visionapp.preparation import WHOLE, Examined, Format, Prepared, View
from visionapp.preparation.values import WARNINGS, Measured
from visionapp.preparation.wire import (
    Garbled,
    Job,
    Refused,
    Verdict,
    Work,
    pack_examined,
    pack_exit,
    pack_job,
    pack_measured,
    pack_refused,
    unpack_examined,
    unpack_exit,
    unpack_job,
    unpack_measured,
)

FOUND = Examined(
    "GIF",
    640,
    480,
    12,
    ("image.animated", "image.on_dark"),
    Prepared("image/png", 320, 240, b"pixels", 11.5),
    Prepared("image/jpeg", 32, 24, b"few"),
)
NO_PICTURE = Prepared("image/jpeg", 0, 0, b"")

MEASURED = Measured(0.25, 0.5, 0.03, 1.0, (("#008080", 0.75), ("#ffffff", 0.2)))


@pytest.mark.parametrize("kind", get_args(Format))
@pytest.mark.parametrize("tier", get_args(Tier))
@pytest.mark.parametrize("work", get_args(Work))
def test_a_job_arrives_as_it_was_sent(work, kind, tier):
    for view in (WHOLE, View(7), View(1999, (0, 1, 29_999, 30_000))):
        job = Job(work, kind, tier, view, 320)
        assert unpack_job(pack_job(job)) == job


def test_an_answer_arrives_as_it_was_sent_and_not_before_it_is_whole():
    packed = pack_examined(FOUND)
    assert unpack_examined(packed, "GIF") == FOUND
    assert unpack_examined(packed + pack_exit(0), "GIF") == FOUND
    assert {unpack_examined(packed[:cut], "GIF") for cut in range(len(packed))} == {None}


@pytest.mark.parametrize("warnings", [(), WARNINGS, *((one,) for one in WARNINGS)])
def test_every_warning_arrives(warnings):
    found = replace(FOUND, warnings=warnings)
    assert unpack_examined(pack_examined(found), "GIF") == found


def test_an_answer_without_thumbnail_arrives():
    found = replace(FOUND, thumbnail=NO_PICTURE)
    assert unpack_examined(pack_examined(found), "GIF") == found


@pytest.mark.parametrize(
    "told",
    [
        {"width": 0},
        {"height": 0},
        {"width": 30_001},
        {"height": 2**31},
        {"frames": 0},
        {"frames": 2001},
        {"prepared": NO_PICTURE},
        {"prepared": replace(FOUND.prepared, width=0)},
        {"prepared": replace(FOUND.prepared, height=30_001)},
        {"prepared": replace(FOUND.prepared, data=b"")},
        {"thumbnail": replace(FOUND.thumbnail, height=0)},
        {"thumbnail": replace(NO_PICTURE, data=b"x")},
    ],
)
def test_a_size_or_a_number_that_cannot_be_is_nonsense(told):
    with pytest.raises(Garbled):
        unpack_examined(pack_examined(replace(FOUND, **told)), "GIF")


@pytest.mark.parametrize("height", [0.0, -2.0, 240.5, math.nan, math.inf, -math.inf])
def test_text_that_cannot_be_so_high_is_nonsense(height):
    prepared = replace(FOUND.prepared, text_height=height)
    with pytest.raises(Garbled):
        unpack_examined(pack_examined(replace(FOUND, prepared=prepared)), "GIF")


def test_a_warning_that_nobody_knows_is_nonsense():
    packed = bytearray(pack_examined(FOUND))
    packed[1] = 1 << len(WARNINGS)
    with pytest.raises(Garbled):
        unpack_examined(packed, "GIF")


@pytest.mark.parametrize("found", [MEASURED, Measured(0, 0, 0, 0, ())])
def test_facts_arrive_as_they_were_sent_and_not_before_they_are_whole(found):
    packed = pack_measured(found)
    assert unpack_measured(packed) == found
    assert unpack_measured(packed + pack_exit(0)) == found
    assert {unpack_measured(packed[:cut]) for cut in range(len(packed))} == {None}


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan, math.inf])
@pytest.mark.parametrize("field", ["brightness", "contrast", "sharpness", "transparency"])
def test_a_fact_that_cannot_be_is_nonsense(field, share):
    with pytest.raises(Garbled):
        unpack_measured(pack_measured(replace(MEASURED, **{field: share})))


def test_a_colour_that_cannot_be_so_common_is_nonsense():
    with pytest.raises(Garbled):
        unpack_measured(pack_measured(replace(MEASURED, colours=(("#008080", 2.0),))))


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_a_refusal_arrives_as_it_was_sent(verdict):
    assert unpack_examined(pack_refused(verdict), "PNG") == Refused(verdict)
    assert unpack_measured(pack_refused(verdict)) == Refused(verdict)


def test_how_a_child_ended_is_read_from_the_end():
    assert unpack_exit(b"half an answer" + pack_exit(-11)) == -11
    assert unpack_exit(b"half an answer") is None
    assert unpack_exit(b"") is None


def test_nonsense_never_passes_for_a_picture():
    draw_from = random.Random(3)
    for _ in range(2000):
        raw = draw_from.randbytes(draw_from.randrange(40, 90))
        try:
            assert not isinstance(unpack_examined(raw, "PNG"), Examined)
            assert not isinstance(unpack_measured(raw + raw), Measured)
        except Garbled:
            continue


def test_an_answer_that_promises_too_many_bytes_is_nonsense():
    packed = bytearray(pack_examined(FOUND))
    at = packed.index((6).to_bytes(4))
    packed[at : at + 4] = (2**31).to_bytes(4)
    with pytest.raises(Garbled):
        unpack_examined(packed, "GIF")
