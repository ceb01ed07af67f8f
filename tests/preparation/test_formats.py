import struct

import pytest
from PIL import Image

from tests.support.formats import heif, held_quadrants, pdf
from tests.support.legible import bars
from tests.support.pictures import CORNERS, decoded, encoded, photo, quadrants
from visionapp.catalogue.budget import seen_size
from visionapp.preparation import View, examine, prepare, preview, refusals

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

STILL = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "JPEG2000"]
COMPRESSIONS = ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "lzma"]


def near(found, wanted, most=12):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def corners(image):
    right, bottom = image.width - 20, image.height - 20
    return [image.getpixel(at) for at in ((20, 20), (right, 20), (20, bottom), (right, bottom))]


def shows_quadrants(found):
    return has_corners(found.prepared)


def has_corners(prepared):
    image = decoded(prepared.data).convert("RGB")
    assert image.size == (prepared.width, prepared.height)
    return all(map(near, corners(image), CORNERS))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "TIFF", "BMP", "JPEG2000"])
def test_each_format_shows_what_is_in_it(examined, kind):
    image = quadrants(480, 320)
    found = examined(heif(image) if kind == "HEIF" else encoded(image, kind))
    assert (found.format, found.width, found.height) == (kind, 480, 320)
    assert (found.frames, found.warnings) == (1, ())
    assert shows_quadrants(found)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright_once(examined, kind, orientation):
    found = examined(held_quadrants(kind, orientation))
    assert (found.width, found.height) == ((320, 480) if orientation >= 5 else (480, 320))
    image = decoded(found.prepared.data)
    assert image.size == (found.width, found.height)
    assert all(map(near, corners(image), UPRIGHT[orientation]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_a_region_is_counted_in_the_upright_picture(written, kind, orientation):
    path = written(held_quadrants(kind, orientation))
    wide, high = (320, 480) if orientation >= 5 else (480, 320)
    for place, colour in enumerate(UPRIGHT[orientation]):
        left, top = wide // 2 * (place % 2), high // 2 * (place // 2)
        box = (left, top, left + wide // 2, top + high // 2)
        image = decoded(prepare(path, "high", View(0, box)).data)
        assert image.width * high == image.height * wide
        assert all(near(corner, colour) for corner in corners(image)), (place, box)


def test_what_only_a_description_says_turns_no_avif(examined):
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    assert examined(encoded(quadrants(480, 320), "AVIF", xmp=xmp)).width == 480


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_tiff_may_be_packed_in_many_ways(examined, compression, mode):
    data = encoded(quadrants(480, 320).convert(mode), "TIFF", compression=compression)
    wanted = [Image.new("RGB", (1, 1), colour).convert(mode) for colour in CORNERS]
    image = decoded(examined(data).prepared.data).convert(mode)
    for found, colour in zip(corners(image), wanted, strict=True):
        shown = Image.new(mode, (1, 1), found)
        assert near(shown.convert("RGB").getpixel((0, 0)), colour.convert("RGB").getpixel((0, 0)))


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_a_fax_is_black_on_white(examined, compression):
    page = Image.new("1", (480, 320), 1)
    page.paste(0, (0, 0, 240, 160))
    image = decoded(examined(encoded(page, "TIFF", compression=compression)).prepared.data)
    assert [bool(corner) for corner in corners(image.convert("L"))] == [False, True, True, True]


def test_a_tiff_of_printing_inks_has_the_right_colours(examined):
    cmyk = quadrants(480, 320).convert("CMYK")
    assert shows_quadrants(examined(encoded(cmyk, "TIFF", compression="tiff_lzw")))


def deep(*shades):
    """Return a TIFF of 16-bit grey with these shades from left to right."""
    image = Image.new("I", (480, 320))
    for place, shade in enumerate(shades):
        image.paste(shade, (480 * place // len(shades), 0, 480, 320))
    return encoded(image.convert("I;16"), "TIFF")


def test_deep_grey_keeps_its_shades(examined):
    found = examined(deep(0, 32768, 65535))
    assert found.warnings == ()
    image = decoded(found.prepared.data).convert("L")
    assert [image.getpixel((x, 50)) for x in (50, 240, 430)] == [0, 128, 255]


def test_deep_grey_that_hardly_uses_its_range_is_brightened_and_it_is_said(examined):
    found = examined(deep(100, 4095))
    assert found.warnings == ("image.stretched",)
    assert corners(decoded(found.prepared.data).convert("L")) == [0, 255, 0, 255]


def test_a_large_tiff_may_have_long_numbers(examined):
    found = examined(encoded(quadrants(480, 320), "TIFF", big_tiff=True))
    assert found.format == "TIFF"
    assert shows_quadrants(found)


def test_light_ink_on_nothing_is_put_on_a_dark_ground_and_it_is_said(examined):
    image = Image.new("RGBA", (480, 320))
    for left in range(20, 460, 12):
        image.paste((255, 255, 255, 255), (left, 20, left + 2, 300))
    found = examined(encoded(image))
    assert found.warnings == ("image.on_dark",)
    assert max(decoded(found.prepared.data).convert("L").getpixel((5, 5)), 60) == 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_bmp_may_have_few_colours_or_many(examined, mode):
    data = encoded(quadrants(480, 320).convert(mode), "BMP")
    assert (examined(data).format, examined(data).width) == ("BMP", 480)


def test_a_bmp_may_stand_on_its_head(examined):
    data = bytearray(
        encoded(quadrants(480, 320).transpose(Image.Transpose.FLIP_TOP_BOTTOM), "BMP")
    )
    data[22:26] = struct.pack("<i", -320)
    assert shows_quadrants(examined(bytes(data)))


@pytest.mark.parametrize(
    "options",
    [
        {"no_jp2": True},
        {"tile_size": (128, 128)},
        {"num_resolutions": 1},
        {"irreversible": True, "quality_mode": "rates", "quality_layers": [8]},
    ],
)
def test_a_jpeg_2000_may_be_cut_in_tiles_or_bare(examined, options):
    found = examined(encoded(quadrants(480, 320), "JPEG2000", **options))
    assert found.format == "JPEG2000"
    assert shows_quadrants(found)


@pytest.mark.parametrize("options", [{}, {"num_resolutions": 1}, {"num_resolutions": 2}])
@pytest.mark.parametrize("size", [(1601, 1199), (1280, 960)])
def test_a_jpeg_2000_is_shrunk_whatever_sizes_it_holds(written, size, options):
    path = written(encoded(quadrants(*size), "JPEG2000", **options))
    for edge in (64, 320):
        image = decoded(preview(path, View(), edge).data)
        assert image.size == (edge, round(edge * size[1] / size[0]))
        top = image.getpixel((5, 5)), image.getpixel((image.width - 6, 5))
        assert all(map(near, top, CORNERS))


def test_a_large_jpeg_2000_is_just_as_large_as_a_model_sees(written):
    stripes = Image.new("L", (4001, 2999), "white")
    stripes.paste(0, (0, 0, 2000, 2999))
    found = prepare(written(encoded(stripes, "JPEG2000")), "standard")
    assert (found.width, found.height) == seen_size(4001, 2999, "standard")
    row = decoded(found.data).convert("L").crop((0, 50, found.width, 51)).tobytes()
    edge = next(place for place, light in enumerate(row) if light > 127)
    assert edge == pytest.approx(2000 * found.width / 4001, abs=1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "JPEG2000", "BMP"])
def test_a_region_of_a_large_picture_is_as_sharp_as_the_file(written, kind):
    stripes = Image.new("L", (4000, 3000), "white")
    for left in range(0, 4000, 2):
        stripes.paste(0, (left, 0, left + 1, 3000))
    options = {"quality": 95} if kind == "JPEG" else {}
    path = written(encoded(stripes, kind, **options))
    part = prepare(path, "high", View(0, (1001, 1001, 1401, 1301)))
    image = decoded(part.data).convert("L")
    assert image.size == (400, 300)
    row = list(image.crop((0, 150, 400, 151)).tobytes())
    assert min(row[::2]) > 200
    assert max(row[1::2]) < 55


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PDF"])
@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 641, 480),
        (0, 0, 640, 4000),
        (-1, 0, 9, 9),
        (9, 0, 9, 9),
        (9, 9, 5, 20),
        (0, 0, 30_001, 9),
    ],
)
def test_a_region_that_is_not_in_the_picture_is_refused(written, kind, box):
    size = (640 * 72 / 300, 480 * 72 / 300)
    path = written(pdf([b""], size) if kind == "PDF" else encoded(photo(), kind))
    with pytest.raises(refusals.BoxOutside) as caught:
        prepare(path, "high", View(0, box))
    assert caught.value.code == "image.box_outside"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_small_region_is_enlarged_by_a_whole_factor(written, kind):
    path = written(encoded(quadrants(400, 300), kind))
    part = prepare(path, "high", View(0, (180, 130, 220, 170)))
    assert (part.width, part.height) == (200, 200)
    assert has_corners(part)


def test_a_view_of_everything_is_the_whole(written):
    path = written(encoded(photo(3000, 2000), "JPEG", quality=90))
    whole = prepare(path, "high")
    assert prepare(path, "high", View(0, (0, 0, 3000, 2000))) == whole


def test_the_size_told_is_the_views_own(written):
    found = examine(written(encoded(photo(), "JPEG")), "high", View(0, (10, 20, 310, 420)))
    assert (found.width, found.height) == (300, 400)
    assert max(found.thumbnail.width, found.thumbnail.height) <= 320


@pytest.mark.parametrize(
    "kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "JPEG2000"]
)
@pytest.mark.parametrize("edge", [64, 320])
def test_a_preview_is_a_small_jpeg_of_the_whole(written, kind, edge):
    image = quadrants(1200, 800)
    found = preview(written(heif(image) if kind == "HEIF" else encoded(image, kind)), View(), edge)
    assert (found.media_type, found.width) == ("image/jpeg", edge)
    assert found.height == round(edge * 800 / 1200)
    assert found.text_height is None
    small = decoded(found.data)
    right, bottom = small.width - 6, small.height - 6
    places = ((5, 5), (right, 5), (5, bottom), (right, bottom))
    assert all(
        near(small.getpixel(at), colour) for at, colour in zip(places, CORNERS, strict=True)
    )


def test_a_preview_of_a_region_shows_the_region(written):
    path = written(encoded(quadrants(1200, 800), "JPEG"))
    small = decoded(preview(path, View(0, (600, 0, 1200, 400))).data)
    assert near(small.getpixel((2, 2)), GREEN)
    assert near(small.getpixel((small.width - 3, small.height - 3)), GREEN)


def test_the_height_of_text_is_told_of_what_is_sent_and_not_of_thumbnails(examined):
    found = examined(encoded(bars(16, 1600).image))
    assert found.prepared.text_height is not None
    assert 8 < found.prepared.text_height < 20
    assert found.thumbnail.text_height is None


def test_a_picture_without_text_has_no_height_of_text(examined):
    assert examined(encoded(Image.new("RGB", (400, 300), "navy"))).prepared.text_height is None
