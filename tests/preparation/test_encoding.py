"""How prepared pixels are written: nothing is lost that a reader could see, at a fair size."""

import math
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, JpegImagePlugin

from tests.support.legible import HEIGHTS, bars, psnr, slide, table
from tests.support.pictures import decoded, encoded, noise, photo
from visionapp.catalogue.budget import seen_size
from visionapp.preparation import convert, encode

TIERS = ("high", "standard")
ENOUGH = 1_500_000
LEAST = 35.0
"""Decibels from which a chart counts as unharmed."""


def fitted(image, tier):
    return convert.resized(image, (0, 0, *image.size), seen_size(*image.size, tier))


@cache
def drawn(height):
    return table(height).image


@cache
def sheet(height, tier="high"):
    return fitted(drawn(height), tier)


@cache
def bench_photo(grain=0.05, size=(2212, 1659)):
    return Image.blend(photo(*size), noise(*size), grain)


def written(image):
    """Return what was written, and the pixels that come out of it again."""
    found = encode.encode(image)
    again = decoded(found.data)
    assert (found.width, found.height) == again.size == image.size
    assert found.media_type == f"image/{again.format.lower()}"
    assert found.text_height is None
    return found, again


def is_same(image, again):
    return ImageChops.difference(image, again.convert(image.mode)).getbbox() is None


def coarse(again):
    """Return how JPEG thins out colour: 0 not at all."""
    return JpegImagePlugin.get_sampling(again)


def tables(quality, mode="RGB"):
    """Return the quantisation tables of a JPEG quality."""
    return decoded(encoded(Image.new(mode, (8, 8)), "JPEG", quality=quality)).quantization


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("height", HEIGHTS)
def test_a_chart_with_labels_of_this_height_is_sent_without_loss(height, tier):
    image = fitted(bars(height).image, tier)
    found, again = written(image)
    assert found.media_type == "image/png"
    assert len(found.data) < 300_000
    assert is_same(image, again)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("height", [8, 12, 24])
def test_a_sheet_full_of_figures_this_high_stays_sharp_and_small(height, tier):
    image = sheet(height, tier)
    found, again = written(image)
    assert found.media_type == "image/png"
    assert len(found.data) <= ENOUGH
    assert psnr(again.convert("RGB"), image) > LEAST + 5


def test_a_sheet_that_fits_is_sent_without_loss():
    image = sheet(24, "standard")
    found, again = written(image)
    assert len(found.data) > 900_000
    assert is_same(image, again)


def test_fewer_colours_spare_the_rare_ones():
    image = sheet(8).copy()
    ImageDraw.Draw(image).rectangle((1000, 800, 1009, 809), fill="#ff00ff")
    found, again = written(image)
    assert again.mode == "P"
    changed = ImageChops.difference(again.convert("RGB"), image).getextrema()
    assert max(high for _, high in changed) <= 10
    assert len(found.data) <= ENOUGH


def test_a_sheet_of_too_many_colours_becomes_a_jpeg_that_keeps_coloured_letters():
    light = Image.radial_gradient("L").resize((2212, 1659)).convert("RGB")
    image = ImageChops.multiply(sheet(12), light)
    image.paste(sheet(12).crop((0, 0, 2212, 1200)))
    found, again = written(image)
    assert (found.media_type, coarse(again)) == ("image/jpeg", 0)
    assert again.quantization in (tables(84), tables(80))
    assert len(found.data) <= ENOUGH


@pytest.mark.parametrize("height", [8, 24])
def test_black_on_white_is_sent_as_grey_and_without_loss(height):
    image = drawn(height).convert("L").convert("RGB")
    image = fitted(image, "high")
    found, again = written(image)
    assert found.media_type == "image/png"
    assert len(found.data) <= ENOUGH
    assert is_same(image, again)


def test_one_coloured_dot_keeps_a_black_and_white_page_in_colour():
    image = Image.new("RGB", (1000, 800), "white")
    image.putpixel((571, 333), (255, 254, 255))
    assert written(image)[1].getpixel((571, 333)) == (255, 254, 255)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_small_picture_loses_nothing_whatever_it_shows(mode):
    image = noise(256, 256, mode)
    found, again = written(image)
    assert (found.media_type, again.mode) == ("image/png", mode)
    assert is_same(image, again)
    assert written(noise(257, 256, mode))[0].media_type == "image/jpeg"


@pytest.mark.parametrize("blur", [0, 2, 8, 20])
@pytest.mark.parametrize("size", [(400, 300), (2212, 1659)])
def test_a_photo_is_a_good_jpeg_however_blurred(size, blur):
    image = bench_photo(0.0, size).filter(ImageFilter.GaussianBlur(blur))
    found, again = written(image)
    assert (found.media_type, coarse(again)) == ("image/jpeg", 0)
    assert len(found.data) <= ENOUGH
    assert again.quantization in (tables(90), tables(85))


def test_a_photo_that_is_small_enough_has_quality_90():
    again = written(fitted(bench_photo(0.0), "standard"))[1]
    assert again.quantization == tables(90)


def test_a_grey_photo_is_a_grey_jpeg():
    image = bench_photo(0.0).convert("L").convert("RGB")
    found, again = written(image)
    assert (found.media_type, again.mode) == ("image/jpeg", "L")
    assert psnr(again, image.convert("L")) > LEAST


@pytest.mark.parametrize("grain", [0.1, 0.4, 1.0])
def test_a_noisy_photo_is_written_more_coarsely_until_it_is_small_enough(grain):
    found, again = written(bench_photo(grain))
    assert found.media_type == "image/jpeg"
    assert len(found.data) <= ENOUGH
    assert again.quantization != tables(90)


@pytest.mark.parametrize("size", [(2576, 1449), (1960, 1904), (2212, 1659)])
def test_the_most_pixels_that_a_model_sees_stay_far_below_the_limit_of_the_api(size):
    assert seen_size(*size, "high") == size
    assert len(encode.encode(noise(*size)).data) <= ENOUGH


def test_a_chart_in_a_photo_keeps_coloured_letters_and_stays_small():
    drawn = slide(16, Image.blend(photo(4000, 3000), noise(4000, 3000), 0.03))
    image = fitted(drawn.image, "high")
    found, again = written(image)
    assert (found.media_type, coarse(again)) == ("image/jpeg", 0)
    assert len(found.data) <= ENOUGH
    chart = (0, 0, image.width // 2, image.width * 5 // 16)
    assert psnr(again.crop(chart), image.crop(chart)) > LEAST


@pytest.mark.parametrize("size", [(40, 2500), (2500, 40), (63, 1568), (3, 30_000)])
def test_a_strip_of_a_photo_is_known_as_one(size):
    assert written(noise(*size))[0].media_type == "image/jpeg"


@pytest.mark.parametrize("size", [(40, 2500), (2500, 40), (3, 30_000)])
def test_a_strip_of_a_drawing_is_known_as_one(size):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).line((0, 0, *size), fill="red", width=3)
    found, again = written(image)
    assert found.media_type == "image/png"
    assert is_same(image, again)


@pytest.mark.parametrize(
    ("size", "edge", "wanted"),
    [
        ((1200, 900), 320, (320, 240)),
        ((900, 1200), 100, (75, 100)),
        ((40, 30), 320, (40, 30)),
        ((320, 320), 320, (320, 320)),
        ((20_000, 1), 320, (320, 1)),
        ((1, 20_000), 64, (1, 64)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_thumbnail_fits_into_its_square(mode, size, edge, wanted):
    found = encode.thumbnail(Image.new(mode, size, "white"), edge)
    again = decoded(found.data)
    assert found.media_type == "image/jpeg"
    assert again.size == (found.width, found.height) == wanted
    assert again.convert("L").getextrema()[0] > 250


def test_a_thumbnail_looks_like_its_picture():
    image = bars(40, 1280).image.crop((0, 0, 1280, 800))
    found = encode.thumbnail(image)
    wanted = image.resize((320, 200), Image.Resampling.LANCZOS)
    assert psnr(decoded(found.data), wanted) > 33


def test_equal_pictures_are_infinitely_alike():
    assert psnr(noise(9, 9), noise(9, 9)) == math.inf
    assert psnr(Image.new("L", (9, 9), 0), Image.new("L", (9, 9), 255)) == 0
