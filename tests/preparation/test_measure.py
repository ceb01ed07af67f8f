"""Facts about pixels, measured where nothing can be harmed."""

import logging
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.support.hostile_worker import MAGIC
from tests.support.pictures import (
    animation,
    chart,
    encoded,
    header_of_png,
    jpeg_held,
    noise,
    photo,
    quadrants,
    red_for_blue_profile,
)
from visionapp.preparation import door as doors
from visionapp.preparation import examine, measure, refusals
from visionapp.preparation.wire import Limits

TEAL = (0, 128, 128)


def flat(colour, size=(80, 60), mode="RGB"):
    return Image.new(mode, size, colour)


def halves(left, right, size=(80, 60)):
    image = flat(left, size)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def open_files():
    return sorted(file.name for file in Path("/proc/self/fd").iterdir())


def teal_chart():
    """Return teal bars with soft edges and thin grey lines on white."""
    image = flat("white", (2400, 1600))
    draw = ImageDraw.Draw(image)
    for top in range(200, 1600, 200):
        draw.line((0, top, 2400, top), fill="#dddddd", width=2)
    for left in range(100, 2400, 400):
        draw.rectangle((left, 700, left + 160, 1500), fill=TEAL)
    return image.resize((1200, 800), Image.Resampling.LANCZOS)


@pytest.mark.parametrize(
    ("colour", "brightness"), [("black", 0), ("white", 1), ((128, 128, 128), 128 / 255)]
)
def test_a_flat_picture_has_its_brightness_and_nothing_else(colour, brightness):
    found = measure(encoded(flat(colour)))
    assert found.brightness == pytest.approx(brightness, abs=0.001)
    assert (found.contrast, found.sharpness, found.transparency) == (0, 0, 0)
    assert [share for _, share in found.colours] == [1]


def test_half_black_and_half_white_is_all_the_contrast_there_is():
    found = measure(encoded(halves("black", "white")))
    assert (found.brightness, found.contrast) == pytest.approx((0.5, 1.0))
    assert dict(found.colours) == {"#000000": 0.5, "#ffffff": 0.5}


def test_a_chequerboard_is_all_the_sharpness_there_is():
    board = Image.frombytes("L", (40, 40), bytes(255 * ((n + n // 40) % 2) for n in range(1600)))
    assert measure(encoded(board)).sharpness == pytest.approx(1.0)


def test_steps_are_counted_across_and_down_alike():
    lying = measure(encoded(halves("black", "white", (60, 60)).rotate(90)))
    standing = measure(encoded(halves("black", "white", (60, 60))))
    assert lying.sharpness == standing.sharpness == pytest.approx(1 / 118)


def test_a_blurred_photo_is_less_sharp():
    image = photo()
    blurred = image.filter(ImageFilter.GaussianBlur(4))
    assert measure(encoded(blurred)).sharpness < measure(encoded(image)).sharpness / 2


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (4000, 1)])
def test_a_thin_picture_is_measured(size):
    found = measure(encoded(flat("red", size)))
    assert found.sharpness == 0
    assert found.colours == (("#ff0000", 1.0),)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_chart_is_told_by_the_colours_it_was_drawn_in(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    (paper, most), (bars, some), *others = measure(encoded(teal_chart(), kind, **options)).colours
    assert (paper, bars) == ("#ffffff", "#008080")
    assert most == pytest.approx(0.8, abs=0.03)
    assert some == pytest.approx(0.2, abs=0.03)
    assert all(share < 0.02 for _, share in others)


def test_the_grain_of_a_jpeg_makes_no_colours():
    found = measure(encoded(teal_chart(), "JPEG", quality=90))
    assert len(found.colours) <= 3
    for (name, _), drawn in zip(found.colours, ((255, 255, 255), TEAL), strict=False):
        assert all(abs(a - b) <= 3 for a, b in zip(bytes.fromhex(name[1:]), drawn, strict=True))


def test_different_colours_are_not_merged():
    assert sorted(measure(encoded(quadrants())).colours) == [
        ("#0000ff", 0.25),
        ("#00a000", 0.25),
        ("#ff0000", 0.25),
        ("#ffdc00", 0.25),
    ]


@pytest.mark.parametrize("image", [photo(), chart(), noise(300, 200)], ids=["p", "c", "n"])
def test_colours_are_few_and_the_largest_comes_first(image):
    shares = [share for _, share in measure(encoded(image)).colours]
    assert 1 <= len(shares) <= 5
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1


def test_what_is_clear_is_counted_and_measured_as_on_white():
    image = halves("black", "black").convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 20, 60))
    found = measure(encoded(image))
    assert found.transparency == 0.25
    assert dict(found.colours) == {"#000000": 0.75, "#ffffff": 0.25}


@pytest.mark.parametrize(
    "image",
    [
        flat(0x80, mode="L"),
        flat((0x80, 255), mode="LA"),
        flat(0x80, mode="L").convert("P"),
        flat(0x8080, mode="I;16"),
    ],
    ids=["grey", "grey with alpha", "palette", "16 bit"],
)
def test_every_way_to_store_grey_is_the_same_grey(image):
    assert measure(encoded(image)).colours == (("#808080", 1.0),)


def test_light_ink_on_nothing_is_measured_as_on_dark_paper():
    image = Image.new("RGBA", (200, 150), (255, 255, 255, 0))
    image.paste("white", (0, 0, 20, 150))
    found = measure(encoded(image))
    assert found.transparency == 0.9
    assert dict(found.colours) == {"#1f1f1f": 0.9, "#ffffff": 0.1}


def test_twelve_bits_of_grey_are_measured_as_they_are_shown():
    dark, light = (flat(level, mode="I;16") for level in (100, 4095))
    dark.paste(light.crop((0, 0, 40, 60)), (0, 0))
    found = measure(encoded(dark))
    assert (found.brightness, found.contrast) == pytest.approx((0.5, 1.0))
    assert dict(found.colours) == {"#000000": 0.5, "#ffffff": 0.5}


def test_alpha_that_hides_nothing_is_no_transparency():
    image = teal_chart()
    assert measure(encoded(image.convert("RGBA"))) == measure(encoded(image))


def test_four_inks_are_measured_as_they_look():
    ((name, share),) = measure(encoded(flat((0, 0, 0, 255), mode="CMYK"), "JPEG")).colours
    assert (name, share) == ("#000000", 1.0)


def test_a_profile_is_obeyed():
    data = encoded(flat("red"), "PNG", icc_profile=red_for_blue_profile())
    ((name, _),) = measure(data).colours
    red, _, blue = bytes.fromhex(name[1:])
    assert blue > 200 > red


def test_how_a_picture_is_held_changes_nothing():
    assert measure(jpeg_held(6)).brightness == measure(jpeg_held(1)).brightness


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_only_the_first_frame_counts(kind):
    ((name, _),) = measure(animation(kind)).colours
    assert bytes.fromhex(name[1:])[0] > 250


def test_a_picture_far_larger_than_any_that_is_sent_is_measured():
    found = measure(encoded(halves("black", "white", (6000, 4000)), "JPEG"))
    assert found.brightness == pytest.approx(0.5, abs=0.001)


def test_what_was_prepared_measures_as_the_upload_does(examined):
    data = encoded(chart(3000, 2000))
    assert measure(examined(data).prepared.data) == measure(data)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", refusals.Empty),
        (b"GIF?", refusals.UnsupportedType),
        (encoded(chart()).replace(b"IDAT", b"XDAT"), refusals.Unreadable),
        (encoded(photo(), "JPEG")[:2000], refusals.Truncated),
        (header_of_png(20_000, 20_000), refusals.TooManyPixels),
    ],
    ids=["empty", "no picture", "broken", "cut off", "too large"],
)
def test_what_cannot_be_examined_cannot_be_measured(data, refusal, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(refusal):
        measure(data)
    assert caplog.messages == []


def test_nothing_is_left_open(written):
    examine(written(encoded(chart())), "high")
    before = open_files()
    for _ in range(5):
        measure(encoded(chart()))
        with pytest.raises(refusals.Truncated):
            measure(encoded(photo(), "JPEG")[:2000])
    assert open_files() == before


@pytest.fixture
def hostile(monkeypatch):
    door = doors.Door("tests.support.hostile_worker", Limits(processor=1))
    monkeypatch.setattr(doors, "_DOOR", door)
    yield
    door.launcher.close()


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (b"die SIGSEGV", refusals.Unreadable),
        (b"lie", refusals.Unreadable),
        (b"nothing", refusals.Unreadable),
        (b"spin", refusals.TooComplex),
    ],
)
def test_a_child_that_fails_costs_one_picture_and_one_log_line(order, refusal, caplog):
    with pytest.raises(refusal):
        measure(MAGIC + order)
    assert len(caplog.messages) == 1


class Exhausted:
    """A door before which descriptors have run out."""

    def measure(self, path):
        raise OSError(24, "Too many open files", str(path))


def test_a_machine_that_has_run_out_says_busy(monkeypatch, caplog):
    monkeypatch.setattr(doors, "_DOOR", Exhausted())
    with pytest.raises(refusals.Busy):
        measure(encoded(chart()))
    assert caplog.messages == ["a picture could not be handed over to be measured"]
