"""Regions of pictures: where they lie as stored, and what they look like at another size."""

import itertools

import pytest
from PIL import Image, ImageChops

from tests.support.legible import psnr
from tests.support.pictures import noise, photo, quadrants
from visionapp.preparation import convert

LANCZOS = Image.Resampling.LANCZOS


def most(one, other):
    """Return the largest difference of any part of any pixel."""
    assert (one.mode, one.size) == (other.mode, other.size)
    bands = ImageChops.difference(one, other).split()
    return max(band.getextrema()[1] for band in bands)


@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
@pytest.mark.parametrize("box", [(0, 0, 1, 1), (3, 1, 10, 4), (0, 0, 13, 7), (12, 6, 13, 7)])
def test_an_upright_box_is_found_in_the_stored_pixels(orientation, box):
    turned = 5 <= orientation <= 8
    stored = noise(7, 13) if turned else noise(13, 7)
    upright = convert.upright(stored, orientation)
    assert upright.size == (13, 7)
    found = stored.crop(convert.stored_box(box, upright.size, orientation))
    assert convert.upright(found, orientation).tobytes() == upright.crop(box).tobytes()


def test_a_picture_of_the_wanted_size_is_not_even_copied():
    image = noise(40, 30)
    assert convert.resized(image, (0, 0, 40, 30), (40, 30)) is image
    assert convert.resized(image, (0.0, 0.0, 39.5, 29.5), (40, 30)) is image


@pytest.mark.parametrize("box", [(0, 0, 10, 10), (7, 9, 17, 29), (30, 20, 40, 30)])
def test_a_region_at_its_own_size_keeps_each_pixel(box):
    image = noise(40, 30)
    found = convert.resized(image, box, (box[2] - box[0], box[3] - box[1]))
    assert found.tobytes() == image.crop(box).tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "LAB", "YCbCr"])
@pytest.mark.parametrize("factor", [2, 3, 7, 20])
def test_a_region_shrinks_as_it_does_within_the_whole_picture(mode, factor):
    image = noise(800, 600, mode).resize((800, 600))
    size = (800 // factor // 4 * 4, 600 // factor // 4 * 4)
    image = image.crop((0, 0, size[0] * factor, size[1] * factor))
    whole = convert.resized(image, (0, 0, *image.size), size)
    box = (size[0] // 4, size[1] // 4, size[0] // 2, size[1])
    region = tuple(side * factor for side in box)
    part = convert.resized(image, region, (box[2] - box[0], box[3] - box[1]))
    # Averaging starts at the region's own corner, which moves it by less than a pixel.
    assert psnr(part, whole.crop(box)) > 30


def test_a_region_is_seen_to_its_edge_and_not_beyond():
    image = quadrants(1200, 800)
    for box, colour in zip(
        ((0, 0, 600, 400), (600, 0, 1200, 400), (0, 400, 600, 800), (600, 400, 1200, 800)),
        ((255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 220, 0)),
        strict=True,
    ):
        part = convert.resized(image, box, (60, 40))
        assert part.getpixel((30, 20)) == colour
        assert most(part.crop((4, 4, 56, 36)), Image.new("RGB", (52, 32), colour)) == 0


@pytest.mark.parametrize("wide", range(100, 114))
def test_a_region_is_enlarged_whatever_size_its_surroundings_have(wide):
    image = photo(400, 300)
    region = (150, 100, 250, 200)
    found = convert.resized(image, region, (wide, wide))
    assert most(found, image.resize((wide, wide), LANCZOS, box=region)) <= 1


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("region", [(0, 0, 50, 40), (10, 10, 13, 12), (20.25, 3.5, 31.75, 9.5)])
def test_enlarging_is_exact(mode, region):
    image = noise(50, 40, mode)
    size = (round((region[2] - region[0]) * 8), round((region[3] - region[1]) * 8))
    assert most(convert.resized(image, region, size), image.resize(size, LANCZOS, box=region)) <= 1


@pytest.mark.parametrize("mode", ["1", "P"])
def test_a_drawing_of_few_colours_gets_soft_edges_when_it_is_enlarged(mode):
    drawing = Image.new(mode, (20, 20))
    if mode == "P":
        drawing.putpalette([255, 255, 255, 0, 0, 200])
    drawing.paste(1, (5, 5, 15, 15))
    image, _ = convert.scalable(drawing)
    found = convert.resized(image, (0, 0, 20, 20), (150, 150))
    assert found.mode == {"1": "L", "P": "RGB"}[mode]
    assert len(found.getcolors()) > 3
    assert found.getpixel((75, 75)) == {"1": 255, "P": (0, 0, 200)}[mode]


def test_a_region_of_half_a_pixel_more_is_not_shifted():
    image = Image.linear_gradient("L").resize((1001, 751))
    found = convert.resized(image, (0.0, 0.0, 1000.5, 750.5), (500, 375))
    wanted = image.resize((500, 375), LANCZOS, box=(0.0, 0.0, 1000.5, 750.5))
    assert most(found, wanted) <= 1


def test_a_hairs_breadth_beyond_the_edge_is_the_edge():
    image = noise(503, 397)
    wide = next(503 / part * part for part in range(1, 10_000) if 503 / part * part > 503)
    found = convert.resized(image, (0, 0, wide, 397), (200, 150))
    assert found.tobytes() == convert.resized(image, (0, 0, 503, 397), (200, 150)).tobytes()


def test_hidden_colour_does_not_bleed_into_a_region():
    image = Image.new("RGBA", (800, 400), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (400, 0, 800, 400))
    found = convert.resized(image, (200, 100, 600, 300), (130, 65))
    seen = {colour[:3] for _, colour in found.getcolors() if colour[3] > 0}
    assert seen == {(0, 0, 0)}


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "LAB", "YCbCr"])
@pytest.mark.parametrize("region", [(0, 0, 2600, 1950), (11, 7, 2511, 1882)])
def test_shrinking_in_bands_shows_no_seam(region, mode):
    source = photo(2600, 1950).convert(mode)
    size = (2212, 1659)
    banded = convert.resized(source, region, size)
    whole = source.resize(size, LANCZOS, box=region)
    seam = (0, 800, size[0], 860)
    assert most(banded.crop(seam), whole.crop(seam)) <= 3


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_the_thinnest_pictures_change_their_size(size):
    for mode, wanted in itertools.product(("L", "RGBA"), ((1, 1), (1, 40), (40, 1), (8, 8))):
        found = convert.resized(Image.new(mode, size, "white"), (0, 0, *size), wanted)
        assert found.size == wanted
        assert found.getpixel((0, 0)) in {255, (255, 255, 255, 255)}
