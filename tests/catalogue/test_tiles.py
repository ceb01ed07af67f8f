"""Parts of pictures that are too large to be seen at their own scale."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from visionapp.catalogue.budget import TIERS, seen_size
from visionapp.catalogue.tiles import MOST_TILES, tiles

ANY_SIZE = st.tuples(st.integers(1, 30_000), st.integers(1, 30_000))
ANY_TIER = st.sampled_from(sorted(TIERS))


def scale(width, height, tier):
    return max(seen_size(width, height, tier)) / max(width, height)


def sides(boxes):
    return {(right - left, bottom - top) for left, top, right, bottom in boxes}


def spans(boxes, first):
    return sorted({(box[first], box[first + 2]) for box in boxes})


@pytest.mark.parametrize(
    ("size", "tier"),
    [
        ((1, 1), "standard"),
        ((1092, 1092), "standard"),
        ((1920, 1080), "high"),
        ((2576, 1449), "high"),
        ((2000, 1500), "many"),
    ],
)
def test_a_picture_that_is_seen_whole_has_no_parts(size, tier):
    assert tiles(*size, tier) == ()


def test_a_picture_that_is_hardly_shrunk_has_no_parts():
    assert scale(2700, 1500, "high") > 0.9
    assert tiles(2700, 1500, "high") == ()
    assert scale(3000, 1700, "high") < 0.9
    assert len(tiles(3000, 1700, "high")) == 2


def test_a_long_receipt_is_cut_across_into_parts_seen_at_full_scale():
    boxes = tiles(1080, 8000, "high")
    assert boxes == (
        (0, 0, 1080, 2163),
        (0, 1946, 1080, 4109),
        (0, 3891, 1080, 6054),
        (0, 5837, 1080, 8000),
    )
    assert all(scale(*side, "high") == 1 for side in sides(boxes))


def test_a_long_banner_is_cut_into_columns():
    boxes = tiles(8000, 1080, "high")
    assert boxes == tuple((t, le, b, r) for le, t, r, b in tiles(1080, 8000, "high"))


def test_a_strip_of_one_pixel_is_cut_too():
    boxes = tiles(1, 20_000, "high")
    assert {side[0] for side in sides(boxes)} == {1}
    assert all(scale(*side, "high") == 1 for side in sides(boxes))


def test_parts_of_a_photo_come_row_by_row():
    boxes = tiles(4032, 3024, "high")
    assert boxes == (
        (0, 0, 2123, 1592),
        (1909, 0, 4032, 1592),
        (0, 1432, 2123, 3024),
        (1909, 1432, 4032, 3024),
    )


def test_a_tier_that_sees_less_gets_more_parts():
    assert len(tiles(4032, 3024, "standard")) > len(tiles(4032, 3024, "high"))


def test_a_huge_picture_has_20_parts_that_are_shrunk_as_little_as_so_many_allow():
    boxes = tiles(20_000, 20_000, "high")
    assert len(boxes) == MOST_TILES
    (side,) = sides(boxes)
    assert scale(20_000, 20_000, "high") * 4 < scale(*side, "high") < 1


@settings(max_examples=150, deadline=None)
@given(size=ANY_SIZE, tier=ANY_TIER)
def test_parts_are_equal_and_cover_the_picture_with_a_tenth_twice(size, tier):
    boxes = tiles(*size, tier)
    assume(boxes)
    assert len(sides(boxes)) == 1
    assert len(set(boxes)) == len(boxes)
    for axis in (0, 1):
        along = spans(boxes, axis)
        assert (along[0][0], along[-1][1]) == (0, size[axis])
        for (start, end), (next_start, _) in pairwise(along):
            assert end - next_start >= (end - start) // 10 - 1
    assert len(boxes) == len(spans(boxes, 0)) * len(spans(boxes, 1))


@settings(max_examples=150, deadline=None)
@given(size=ANY_SIZE, tier=ANY_TIER)
def test_parts_are_few_and_larger_to_a_model_than_the_whole(size, tier):
    boxes = tiles(*size, tier)
    whole = scale(*size, tier)
    if whole >= 0.9:
        assert boxes == ()
        return
    assert 2 <= len(boxes) <= MOST_TILES
    (side,) = sides(boxes)
    assert scale(*side, tier) > whole


@settings(max_examples=150, deadline=None)
@given(short=st.integers(1, 3000), ratio=st.integers(3, 30), is_wide=st.booleans(), tier=ANY_TIER)
def test_a_strip_is_never_cut_along(short, ratio, is_wide, tier):
    size = (short * ratio, short) if is_wide else (short, short * ratio)
    boxes = tiles(*size, tier)
    assume(boxes)
    assert spans(boxes, int(is_wide)) == [(0, short)]
