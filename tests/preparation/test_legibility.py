"""The height of text: known of charts, tables and pages that were drawn; none where none is."""

import io
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.support import pictures, texts
from tests.support.texts import BLUE, BOLD, DARK, GREY, LIGHT, MONO, SANS, WITH_TEXT, WITHOUT_TEXT
from visionapp.preparation.legibility import text_height
from visionapp.preparation.values import READABLE

LOOKS = {"light": LIGHT, "dark": DARK, "grey": GREY, "coloured": BLUE}


def is_near(found, wanted):
    return found is not None and abs(found - wanted) <= max(1, wanted / 4)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("points", [8, 12, 20, 32])
@pytest.mark.parametrize("draw", WITH_TEXT.values(), ids=WITH_TEXT)
def test_text_is_as_high_as_it_was_drawn(draw, points, look):
    text = draw(1000, 700, points, look, seed=points)
    assert is_near(text_height(text.image), text.height)


@pytest.mark.parametrize("face", [SANS, BOLD, MONO, "DejaVuSerif.ttf", "DejaVuSansCondensed.ttf"])
@pytest.mark.parametrize("scale", [0.2, 0.35, 0.5, 0.7, 0.9])
def test_text_that_was_shrunk_is_as_high_as_what_is_left(face, scale):
    points = round(7 / scale)
    text = texts.line_chart(round(800 / scale), round(600 / scale), points, face=face)
    text = text.shrunk(scale)
    assert is_near(text_height(text.image), text.height)


def test_a_wide_chart_that_was_shrunk_for_a_model_is_called_too_small():
    text = texts.bar_chart(4000, 2250, 14).shrunk(2576 / 4000)
    found = text_height(text.image)
    assert is_near(found, text.height)
    assert found < READABLE


def test_text_of_a_good_size_is_never_called_too_small():
    found = [
        text_height(draw(1200, 800, points, look, seed=seed).image)
        for draw in WITH_TEXT.values()
        for points, look, seed in ((16, LIGHT, 1), (18, DARK, 2), (22, BLUE, 3), (40, GREY, 4))
    ]
    assert [height for height in found if height is not None and height < READABLE] == []


@pytest.mark.parametrize("draw", WITHOUT_TEXT.values(), ids=WITHOUT_TEXT)
def test_no_text_is_found_in_a_picture_without_any(draw):
    looks = list(LOOKS.values())
    found = [text_height(draw(900, 600, looks[seed % 4], seed=seed).image) for seed in range(8)]
    assert found == [None] * 8


def test_shrinking_makes_text_of_few_patterns():
    found = Counter(
        text_height(draw(900, 700, seed=seed).shrunk(scale).image) is None
        for draw in WITHOUT_TEXT.values()
        for seed, scale in ((11, 0.8), (12, 0.6), (13, 0.6), (14, 0.4))
    )
    assert found[False] <= 1


@pytest.mark.parametrize(
    "image",
    [
        pictures.photo(),
        pictures.photo(2000, 1500),
        pictures.noise(800, 600),
        pictures.noise(800, 600, "L"),
        pictures.quadrants(1200, 800),
        Image.linear_gradient("L").resize((1600, 1200)),
        Image.new("RGB", (2224, 1664), "white"),
    ],
    ids=["photo", "large photo", "noise", "grey noise", "quadrants", "gradient", "blank"],
)
def test_no_text_is_found_in_a_photo_or_in_nothing(image):
    assert text_height(image) is None


@pytest.mark.parametrize("quality", [40, 75, 90])
def test_the_grain_of_a_jpeg_is_no_text_and_hides_none(quality):
    text = texts.table(1200, 800, 11)
    buffer = io.BytesIO()
    text.image.save(buffer, "JPEG", quality=quality)
    assert is_near(text_height(Image.open(buffer).convert("RGB")), text.height)


def test_a_photo_with_grain_as_coarse_as_small_text_has_none():
    grain = pictures.noise(400, 300, "L").resize((1600, 1200), Image.Resampling.BICUBIC)
    assert text_height(grain) is None


def test_of_two_sizes_the_smaller_counts_if_it_is_common():
    large = texts.page(1000, 500, 28)
    small = texts.page(1000, 500, 11)
    both = Image.new("RGB", (1000, 1000))
    both.paste(large.image, (0, 0))
    both.paste(small.image, (0, 500))
    assert is_near(text_height(both), small.height)


def test_a_line_of_small_print_below_a_page_does_not_count():
    text = texts.page(1000, 1200, 20)
    note = texts.page(1000, 40, 9)
    text.image.paste(note.image.crop((0, 18, 1000, 29)), (0, 1180))
    assert is_near(text_height(text.image), text.height)


def test_small_text_in_one_corner_of_a_large_picture_is_found():
    image = Image.new("RGB", (2224, 1664), "white")
    text = texts.table(400, 300, 10)
    image.paste(text.image, (1800, 1350))
    assert is_near(text_height(image), text.height)


def test_grey_and_coloured_pixels_tell_the_same():
    text = texts.receipt(600, 800, 14)
    found = text_height(text.image)
    assert found == text_height(text.image.convert("L"))
    assert is_near(found, text.height)


def test_one_word_is_too_little_to_tell():
    image = Image.new("L", (900, 600), 255)
    ImageDraw.Draw(image).text((400, 300), "Yes", fill=0)
    assert text_height(image) is None


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(["L", "RGB"]),
    width=st.integers(1, 130),
    height=st.integers(1, 130),
    ink=st.integers(0, 255),
    seed=st.integers(0, 999),
)
def test_any_pixels_give_a_height_or_none(mode, width, height, ink, seed):
    image = pictures.noise(width, height, mode, seed).point(lambda value: 255 * (value < ink))
    found = text_height(image)
    assert found is None or 2.9 <= found < 50


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 20_000), (20_000, 1), (7, 3), (9000, 100), (100, 9000)]
)
def test_any_shape_gives_a_height_or_none(size):
    assert text_height(pictures.noise(*size, "L")) is None
