import struct

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.support.legible import bars
from tests.support.pictures import (
    CORNERS,
    chart,
    decoded,
    encoded,
    jpeg_held,
    photo,
    quadrants,
    red_for_blue_profile,
    srgb_profile,
)
from visionapp.preparation.values import ON_DARK, STRETCHED

RED, GREEN, BLUE, YELLOW = CORNERS
UPRIGHT = {
    1: (RED, GREEN, BLUE, YELLOW),
    2: (GREEN, RED, YELLOW, BLUE),
    3: (YELLOW, BLUE, GREEN, RED),
    4: (BLUE, YELLOW, RED, GREEN),
    5: (RED, BLUE, GREEN, YELLOW),
    6: (BLUE, RED, YELLOW, GREEN),
    7: (YELLOW, GREEN, BLUE, RED),
    8: (GREEN, YELLOW, RED, BLUE),
}
"""What a viewer shows in each quarter of ``quadrants``, by EXIF orientation."""


def corners(image):
    right, bottom = image.width - 20, image.height - 20
    return [image.getpixel(at) for at in ((20, 20), (right, 20), (20, bottom), (right, bottom))]


def near(found, wanted, most=6):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def pixels(examined, data):
    return decoded(examined(data).prepared.data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(examined, orientation):
    found = examined(jpeg_held(orientation, quadrants(300, 200)))
    turned = orientation >= 5
    assert (found.width, found.height) == ((200, 300) if turned else (300, 200))
    image = decoded(found.prepared.data)
    assert image.size == (found.width, found.height)
    assert all(map(near, corners(image), UPRIGHT[orientation]))


def test_a_large_photo_held_sideways_comes_out_upright(examined):
    found = examined(jpeg_held(6, quadrants(4000, 3000)))
    assert (found.width, found.height) == (3000, 4000)
    assert all(map(near, corners(decoded(found.prepared.data)), UPRIGHT[6]))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_orientation_counts_in_other_formats_too(examined, kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = pixels(examined, encoded(quadrants(300, 200), kind, exif=exif))
    assert image.size == (200, 300)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_does_not_exist_turns_nothing(examined, orientation):
    assert examined(jpeg_held(orientation)).width == 120


def test_broken_exif_does_not_cost_the_picture(examined):
    data = encoded(quadrants(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 60)
    assert examined(data).width == 120


def test_sixteen_bit_grey_is_scaled_and_not_clipped(examined):
    values = [0, 256, 32_768, 65_535]
    raw = struct.pack("<4H", *values)
    four = Image.frombytes("I;16", (4, 1), raw).resize((400, 200), Image.Resampling.NEAREST)
    image = pixels(examined, encoded(four))
    assert [image.getpixel((x, 9)) for x in (50, 150, 250, 350)] == [0, 1, 128, 255]


def test_a_photo_for_print_keeps_its_colours(examined):
    data = encoded(quadrants().convert("CMYK"), "JPEG", quality=95, subsampling=0)
    image = pixels(examined, data)
    assert image.mode == "RGB"
    assert all(near(a, b, 10) for a, b in zip(corners(image), CORNERS, strict=True))


def test_grey_stays_grey(examined):
    image = pixels(examined, encoded(Image.new("L", (50, 50), 77)))
    assert (image.mode, image.getpixel((5, 5))) == ("L", 77)


def test_two_levels_become_grey(examined):
    bilevel = Image.new("1", (400, 400), 1)
    bilevel.paste(0, (0, 0, 200, 400))
    image = pixels(examined, encoded(bilevel))
    assert (image.getpixel((199, 5)), image.getpixel((200, 5))) == (0, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_see_through_is_laid_on_white(examined, kind):
    image = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    image.paste((0, 0, 255, 255), (300, 0, 600, 400))
    image = pixels(
        examined, encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {}))
    )
    assert (image.mode, image.getpixel((5, 5))) == ("RGB", (255, 255, 255))
    assert image.getpixel((500, 5)) == (0, 0, 255)


def test_half_see_through_is_mixed_with_white(examined):
    image = pixels(examined, encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 128))))
    assert near(image.getpixel((4, 4)), (127, 127, 127), 1)


def test_see_through_grey_is_laid_on_white(examined):
    image = Image.new("LA", (600, 400), (0, 0))
    image.paste((90, 255), (300, 0, 600, 400))
    image = pixels(examined, encoded(image))
    assert (image.getpixel((5, 5)), image.getpixel((500, 5))) == (255, 90)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_palette_with_a_see_through_colour_is_laid_on_white(examined, kind):
    palette = Image.new("P", (600, 400), 0)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.paste(1, (300, 0, 600, 400))
    image = pixels(examined, encoded(palette, kind, transparency=0))
    assert (image.getpixel((5, 5)), image.getpixel((500, 5))) == ((255, 255, 255), (200, 0, 0))


def test_one_see_through_colour_of_a_png_is_laid_on_white(examined):
    data = encoded(quadrants(), transparency=RED)
    assert corners(pixels(examined, data)) == [(255, 255, 255), GREEN, BLUE, YELLOW]


def test_a_white_chart_on_nothing_is_laid_on_a_dark_ground_and_it_is_said(examined):
    drawn = bars(16, 1200, ink="white", paper=(255, 255, 255, 0))
    found = examined(encoded(drawn.image))
    image = decoded(found.prepared.data)
    assert found.warnings == (ON_DARK,)
    assert image.getpixel((600, 100)) == (31, 31, 31)
    for label in drawn.labels[:9]:
        assert max(high for _, high in image.crop(label.box).getextrema()) > 200


def test_a_dark_chart_on_nothing_is_laid_on_white_and_nothing_is_said(examined):
    drawn = bars(16, 1200, paper=(255, 255, 255, 0))
    found = examined(encoded(drawn.image))
    assert found.warnings == ()
    assert decoded(found.prepared.data).getpixel((600, 100)) == (255, 255, 255)


def test_twelve_bits_of_grey_are_brightened_and_it_is_said(examined):
    dark = Image.new("I;16", (400, 300), 0)
    dark.paste(Image.new("I;16", (200, 300), 4095), (200, 0))
    found = examined(encoded(dark))
    assert found.warnings == (STRETCHED,)
    image = decoded(found.prepared.data)
    assert [image.getpixel((x, 9)) for x in (100, 300)] == [0, 255]


def test_hidden_colour_does_not_bleed_when_a_picture_shrinks(examined):
    image = Image.new("RGBA", (4000, 1000), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (2000, 0, 4000, 1000))
    image = pixels(examined, encoded(image)).convert("RGB")
    assert all(max(c) - min(c) <= 2 for _, c in image.getcolors(100_000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_is_applied(examined, kind):
    image = Image.new("RGB", (60, 40), RED)
    image = pixels(examined, encoded(image, kind, icc_profile=red_for_blue_profile()))
    assert near(image.getpixel((30, 20)), (0, 0, 255), 12)
    assert not {"icc_profile", "comment"} & set(image.info)


@pytest.mark.parametrize("profile", [srgb_profile(), b"not a profile", b"\0" * 4000])
def test_a_profile_that_changes_nothing_or_fails_leaves_the_colours(examined, profile):
    assert corners(pixels(examined, encoded(quadrants(), icc_profile=profile))) == list(CORNERS)


def test_a_grey_picture_with_a_colour_profile_is_taken_as_it_is(examined):
    image = Image.new("L", (50, 50), 77)
    assert pixels(examined, encoded(image, icc_profile=srgb_profile())).getpixel((5, 5)) == 77


def test_a_picture_that_fits_keeps_each_pixel(examined):
    image = chart()
    found = examined(encoded(image))
    assert found.prepared.media_type == "image/png"
    assert decoded(found.prepared.data).tobytes() == image.tobytes()


def test_a_chart_is_sent_without_loss_and_a_photo_as_jpeg(examined):
    assert examined(encoded(chart(2000, 1400), "WEBP", lossless=True)).prepared.media_type == (
        "image/png"
    )
    assert examined(encoded(photo(), "PNG")).prepared.media_type == "image/jpeg"


def test_a_jpeg_that_is_shrunk_while_decoding_looks_the_same(examined):
    source = chart(4032, 3024)
    found = examined(encoded(source, "JPEG", quality=95, subsampling=0), "standard")
    wanted = source.resize((found.prepared.width, found.prepared.height), Image.Resampling.LANCZOS)
    difference = ImageChops.difference(decoded(found.prepared.data).convert("RGB"), wanted)
    assert max(ImageStat.Stat(difference).rms) < 4


def test_a_thumbnail_is_a_small_jpeg_of_the_same_picture(examined):
    found = examined(jpeg_held(6, quadrants(1200, 900)))
    small = decoded(found.thumbnail.data)
    assert (found.thumbnail.media_type, small.size) == ("image/jpeg", (240, 320))
    assert all(map(near, corners(small), UPRIGHT[6]))


def test_a_very_small_picture_arrives_larger_but_counts_as_small(examined):
    found = examined(encoded(quadrants(60, 40)))
    assert (found.width, found.height) == (60, 40)
    image = decoded(found.prepared.data)
    assert image.size == (300, 200)
    assert all(map(near, corners(image), CORNERS))
