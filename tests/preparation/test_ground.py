"""See-through pictures lie on white, unless that loses what a dark ground shows."""

import pytest
from PIL import Image, ImageDraw

from tests.support.legible import HEIGHTS, bars, font_for
from tests.support.pictures import noise, photo
from visionapp.preparation import convert

WHITE, DARK = 255, 31
NOTHING = (255, 255, 255, 0)


def drawn(size=(600, 400)):
    image = Image.new("RGBA", size, NOTHING)
    return image, ImageDraw.Draw(image)


def words(colour, at=(40, 40), image=None):
    image = image or drawn()[0]
    ImageDraw.Draw(image).text(at, "Revenue 2026 in millions", colour, font_for(12))
    return image


def with_corners(image, radius):
    alpha = Image.new("L", image.size)
    ImageDraw.Draw(alpha).rounded_rectangle((0, 0, *image.size), radius, fill=255)
    image = image.copy()
    image.putalpha(alpha)
    return image


def is_dark(image):
    laid, dark = convert.on_ground(image)
    assert laid.mode == {"LA": "L", "RGBA": "RGB"}[image.mode]
    nothing = next(
        (at for at in ((0, 0), (1, laid.height - 1)) if image.getpixel(at)[-1] == 0), None
    )
    if nothing is not None:
        grey = DARK if dark else WHITE
        assert laid.getpixel(nothing) == (grey if laid.mode == "L" else (grey,) * 3)
    return dark


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize(
    ("ink", "dark"),
    [
        ("#ffffff", True),
        ("#dddddd", True),
        ("#cccccc", True),
        ("#222222", False),
        ("black", False),
    ],
)
def test_a_chart_on_nothing_lies_where_its_labels_show(height, ink, dark):
    assert is_dark(bars(height, 1600, ink=ink, paper=NOTHING).image) is dark


@pytest.mark.parametrize(("grey", "dark"), [(160, False), (190, True), (255, True), (60, False)])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_the_paper_turns_where_contrast_falls_below_two(mode, grey, dark):
    assert is_dark(words((grey, grey, grey, 255)).convert(mode)) is dark


@pytest.mark.parametrize("alpha", [80, 128, 200])
@pytest.mark.parametrize(("ink", "dark"), [((255, 255, 255), True), ((0, 0, 0), False)])
def test_half_transparent_ink_counts_as_it_looks(alpha, ink, dark):
    image = Image.new("RGBA", (600, 400), (*ink, 0))
    assert is_dark(words((*ink, alpha), image=image)) is dark


def test_coloured_lines_lie_on_white():
    image, draw = drawn()
    for index, colour in enumerate(("#d62728", "#1f77b4", "#2ca02c")):
        draw.line((20, 350 - index * 60, 300, 90, 580, 200 + index * 40), colour, 3)
    assert not is_dark(image)


def test_white_words_on_coloured_bars_need_no_dark_paper():
    image, draw = drawn()
    draw.rectangle((20, 20, 500, 120), fill="#1f77b4")
    assert not is_dark(words("#333333", (40, 200), words("white", (40, 60), image)))


def test_black_words_on_light_bars_do_not_keep_white_labels_from_dark_paper():
    image, draw = drawn()
    draw.rectangle((20, 20, 500, 120), fill="#8fd0ff")
    assert is_dark(words("white", (40, 200), words("black", (40, 60), image)))


def test_a_faint_grid_does_not_count():
    image, draw = drawn()
    for y in range(20, 400, 20):
        draw.line((0, y, 600, y), "#e8e8e8", 2)
    for x in range(15, 600, 30):
        draw.line((x, 0, x, 400), "#e8e8e8", 1)
    assert not is_dark(words("#333333", (40, 24), image))


def test_a_faint_grid_of_a_dark_theme_does_not_count():
    image, draw = drawn()
    for y in range(20, 400, 20):
        draw.line((0, y, 600, y), "#3a3a3a", 2)
    for y in range(24, 400, 60):
        words("white", (40, y), image)
    assert is_dark(image)


def test_a_dashed_grid_does_not_outweigh_dark_words():
    image, draw = drawn()
    for x in range(0, 600, 12):
        for y in range(20, 400, 20):
            draw.line((x, y, x + 6, y), "#e0e0e0", 2)
    for y in range(24, 400, 60):
        words("#333333", (40, y), image)
    assert not is_dark(image)


def test_black_and_white_ink_lie_on_white():
    assert not is_dark(words("white", (40, 200), words("black")))


def test_mostly_light_ink_with_a_little_dark_lies_on_dark():
    image = drawn()[0]
    for line in range(12):
        image = words("white", (40, 20 + 30 * line), image)
    ImageDraw.Draw(image).ellipse((560, 10, 570, 20), fill="black")
    assert is_dark(image)


@pytest.mark.parametrize("radius", [10, 40, 100])
def test_a_bright_photo_with_round_corners_lies_on_white(radius):
    snow = Image.blend(photo(1000, 700), Image.new("RGB", (1000, 700), "white"), 0.8)
    assert not is_dark(with_corners(snow, radius))


def test_a_white_shape_without_any_detail_shows_on_dark():
    image, draw = drawn()
    draw.rectangle((-10, 100, 610, 200), fill="white")
    assert is_dark(image)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_nothing_at_all_is_white(mode):
    laid, dark = convert.on_ground(Image.new(mode, (30, 20), 0))
    assert not dark
    assert laid.convert("L").getextrema() == (WHITE, WHITE)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "LAB", "YCbCr"])
def test_an_opaque_picture_is_not_even_looked_at(mode):
    image = noise(8, 8, mode)
    assert convert.on_ground(image) == (image, False)
    assert convert.on_ground(image)[0] is image


def test_alpha_that_hides_nothing_changes_nothing():
    image = noise(30, 20)
    clear = image.copy()
    clear.putalpha(255)
    laid, dark = convert.on_ground(clear)
    assert not dark
    assert laid.tobytes() == image.tobytes()


@pytest.mark.parametrize(("ink", "paper"), [((0, 40, 90), WHITE), ((250, 255, 240), DARK)])
@pytest.mark.parametrize("alpha", [0, 1, 64, 128, 254, 255])
def test_each_pixel_is_mixed_with_its_paper(ink, paper, alpha):
    image = words((*ink, 255), image=Image.new("RGBA", (600, 400), (*ink, 0)))
    image.putpixel((300, 300), (200, 100, 50, alpha))
    laid, _ = convert.on_ground(image)
    share = alpha / 255
    wanted = [part * share + paper * (1 - share) for part in (200, 100, 50)]
    found = laid.getpixel((300, 300))
    assert all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True))
