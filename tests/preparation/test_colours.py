"""Every way to store a colour comes out as the colour that it means."""

import io
import itertools
import math
import struct

import pytest
from PIL import Image

from tests.support.pictures import encoded, noise, srgb_profile
from tests.support.profiles import (
    P3_TO_D50,
    cmyk_profile,
    grey_profile,
    rgb_profile,
    srgb_of_lab,
    srgb_of_light,
    srgb_of_xyz,
    times,
)
from visionapp.preparation import convert

PHOTOMETRIC = 262
INKS = list(itertools.product((0, 1), repeat=4))


def flat(mode, colour, size=(4, 3)):
    return Image.new(mode, size, colour)


def shown(image):
    """Return the picture as it is shown, on the way that each upload takes."""
    scaled, _ = convert.scalable(image)
    return convert.on_ground(convert.in_srgb(scaled, image.info.get("icc_profile", b"")))[0]


def opened(image, kind, **options):
    found = Image.open(io.BytesIO(encoded(image, kind, **options)))
    found.load()
    return found


def palette(alphas=None, mode="RGB"):
    """Return three pixels: red, green and blue of a palette."""
    image = Image.frombytes("P", (3, 1), b"\0\1\2")
    image.putpalette([255, 0, 0, 0, 160, 0, 0, 0, 255], mode)
    if alphas is not None:
        image.info["transparency"] = alphas
    return image


def values(image):
    return list(image.get_flattened_data())


def deep(mode, numbers):
    kind = {"I;16": "<H", "I;16L": "<H", "I;16B": ">H", "I;16N": "=H", "I": "=i", "F": "=f"}[mode]
    raw = b"".join(struct.pack(kind, number) for number in numbers)
    return Image.frombytes(mode, (len(numbers), 1), raw)


def near(found, wanted, most=2):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("image", "mode", "wanted"),
    [
        (Image.frombytes("1", (8, 1), b"\xa0"), "L", [255, 0, 255, 0, 0, 0, 0, 0]),
        (flat("L", 77, (1, 1)), "L", [77]),
        (flat("LA", (77, 100), (1, 1)), "LA", [(77, 100)]),
        (flat("LA", (77, 255), (1, 1)), "L", [77]),
        (Image.frombytes("La", (1, 1), bytes((64, 128))), "LA", [(127, 128)]),
        (palette(), "RGB", [(255, 0, 0), (0, 160, 0), (0, 0, 255)]),
        (palette(1), "RGBA", [(255, 0, 0, 255), (0, 160, 0, 0), (0, 0, 255, 255)]),
        (palette(b"\x80"), "RGBA", [(255, 0, 0, 128), (0, 160, 0, 255), (0, 0, 255, 255)]),
        (palette(b"\xff\xff"), "RGB", [(255, 0, 0), (0, 160, 0), (0, 0, 255)]),
        (flat("RGB", (1, 2, 3), (1, 1)), "RGB", [(1, 2, 3)]),
        (flat("RGBA", (1, 2, 3, 4), (1, 1)), "RGBA", [(1, 2, 3, 4)]),
        (flat("RGBA", (1, 2, 3, 255), (1, 1)), "RGB", [(1, 2, 3)]),
        (Image.frombytes("RGBa", (1, 1), bytes((64, 0, 32, 128))), "RGBA", [(127, 0, 63, 128)]),
        (Image.frombytes("RGBX", (1, 1), bytes((9, 8, 7, 0))), "RGB", [(9, 8, 7)]),
        (Image.frombytes("HSV", (2, 1), bytes((0, 255, 255, 170, 255, 255))), "RGB", None),
    ],
    ids=[
        "two levels",
        "grey",
        "grey with alpha",
        "grey with idle alpha",
        "grey times alpha",
        "palette",
        "palette with one clear",
        "palette with one half clear",
        "palette with idle alpha",
        "colour",
        "colour with alpha",
        "colour with idle alpha",
        "colour times alpha",
        "colour and padding",
        "hues",
    ],
)
def test_each_mode_becomes_one_that_can_be_averaged(image, mode, wanted):
    found, stretched = convert.scalable(image)
    assert (found.mode, stretched) == (mode, False)
    assert values(found) == (wanted or [(255, 0, 0), (0, 0, 255)])


def test_a_palette_with_alpha_of_its_own_keeps_it():
    image = Image.merge("PA", (palette(), Image.frombytes("L", (3, 1), bytes((255, 128, 0)))))
    image.putpalette([255, 0, 0, 0, 160, 0, 0, 0, 255])
    found, _ = convert.scalable(image)
    assert values(found) == [(255, 0, 0, 255), (0, 160, 0, 128), (0, 0, 255, 0)]


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_one_colour_that_is_called_transparent_is_clear(mode):
    image = Image.new(mode, (2, 1), "white")
    image.putpixel((0, 0), (9, 8, 7) if mode == "RGB" else 9)
    image.info["transparency"] = image.getpixel((0, 0))
    found, _ = convert.scalable(image)
    assert [alpha for *_, alpha in values(found)] == [0, 255]


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "L", "RGB"])
def test_what_can_be_averaged_as_it_is_waits_until_it_is_small(mode):
    image = noise(5, 5, mode)
    assert convert.scalable(image)[0] is image


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [((255, 128, 128), (255, 255, 255)), ((76, 85, 255), (254, 0, 0)), ((29, 255, 107), None)],
)
def test_light_and_two_colour_differences_are_converted(stored, wanted):
    light, blue, red = stored[0], stored[1] - 128, stored[2] - 128
    by_formula = (light + 1.402 * red, light - 0.344 * blue - 0.714 * red, light + 1.772 * blue)
    expected = tuple(min(255, max(0, round(part))) for part in by_formula)
    found = shown(flat("YCbCr", stored))
    assert found.mode == "RGB"
    assert near(found.getpixel((0, 0)), wanted or expected)
    assert near(expected, wanted or expected)


@pytest.mark.parametrize("inks", INKS)
@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_four_inks_are_mixed_on_paper(kind, inks):
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    found = shown(
        opened(flat("CMYK", tuple(255 * ink for ink in inks), (16, 16)), kind, **options)
    )
    assert found.mode == "RGB"
    wanted = tuple(0 if ink or inks[3] else 255 for ink in inks[:3])
    assert near(found.getpixel((8, 8)), wanted)


def lab_of_inks(inks):
    """Return the colour of a press that prints white to black, so that nothing is compensated."""
    cyan, magenta, yellow, _ = inks
    return 100 - 25 * sum(inks), 15 * (magenta - cyan), 15 * (yellow - cyan)


@pytest.mark.parametrize("inks", [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 1, 0)])
@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_a_press_profile_is_obeyed(kind, inks):
    profile = cmyk_profile(lab_of_inks)
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    image = flat("CMYK", tuple(255 * ink for ink in inks), (16, 16))
    found = shown(opened(image, kind, icc_profile=profile, **options))
    assert near(found.getpixel((8, 8)), srgb_of_lab(*lab_of_inks(inks)), 3)


@pytest.mark.parametrize("lab", [(100, 0, 0), (0, 0, 0), (50, 0, 0), (60, 40, 30), (30, -20, -40)])
@pytest.mark.parametrize("kind", [None, "TIFF"])
def test_colours_as_the_eye_sees_them_are_converted(kind, lab):
    image = flat("LAB", (round(lab[0] * 2.55), lab[1] + 128, lab[2] + 128))
    found = shown(opened(image, kind) if kind else image)
    assert found.mode == "RGB"
    assert near(found.getpixel((0, 0)), srgb_of_lab(round(lab[0] * 2.55) / 2.55, *lab[1:]))


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.5])
def test_a_grey_profile_is_obeyed_and_grey_stays_grey(gamma):
    image = opened(flat("L", 100), "PNG", icc_profile=grey_profile(gamma))
    found = shown(image)
    assert found.mode == "L"
    assert near([found.getpixel((0, 0))], [srgb_of_light((100 / 255) ** gamma)])


@pytest.mark.parametrize("colour", [(200, 100, 50), (50, 180, 90), (30, 30, 30), (255, 255, 255)])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_a_wide_profile_of_a_phone_is_obeyed(kind, colour):
    options = {"lossless": True} if kind == "WEBP" else {}
    profile = rgb_profile(P3_TO_D50, 2.2)
    found = shown(opened(flat("RGB", colour), kind, icc_profile=profile, **options))
    light = tuple((part / 255) ** (round(2.2 * 256) / 256) for part in colour)
    assert near(found.getpixel((0, 0)), srgb_of_xyz(times(P3_TO_D50, light)))


def test_a_profile_moves_colours_and_leaves_alpha():
    image = Image.new("RGBA", (4, 4), (200, 100, 50, 77))
    found = convert.in_srgb(image, rgb_profile(P3_TO_D50, 2.2))
    plain = convert.in_srgb(image.convert("RGB"), rgb_profile(P3_TO_D50, 2.2))
    assert found.mode == "RGBA"
    assert found.getpixel((0, 0)) == (*plain.getpixel((0, 0)), 77)
    assert plain.getpixel((0, 0)) != (200, 100, 50)


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        (mode, profile)
        for mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB")
        for profile in (
            b"no profile",
            bytes(4000),
            srgb_profile()[:-400],
            srgb_profile()[:200],
            cmyk_profile(lab_of_inks)[:180],
        )
    ],
)
def test_a_broken_profile_leaves_the_numbers(mode, profile):
    image = noise(8, 8, mode)
    assert convert.in_srgb(image, profile).tobytes() == convert.in_srgb(image, b"").tobytes()


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("L", srgb_profile()),
        ("CMYK", srgb_profile()),
        ("LAB", srgb_profile()),
        ("RGB", grey_profile(1.0)),
        ("RGB", cmyk_profile(lab_of_inks)),
        ("L", cmyk_profile(lab_of_inks)),
    ],
)
def test_a_profile_for_another_kind_of_picture_leaves_the_numbers(mode, profile):
    image = noise(8, 8, mode)
    assert convert.in_srgb(image, profile).tobytes() == convert.in_srgb(image, b"").tobytes()


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I;16L", "I;16N"])
def test_sixteen_bits_of_grey_keep_their_brightness(mode):
    numbers = [0, 128, 129, 385, 386, 20_000, 40_000, 65_535]
    found, stretched = convert.scalable(deep(mode, numbers))
    assert (found.mode, stretched) == ("L", False)
    assert values(found) == [math.floor(number / 257 + 0.5) for number in numbers]


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
@pytest.mark.parametrize("highest", [4095, 16_383])
def test_twelve_bits_in_sixteen_are_stretched_and_told(mode, highest):
    numbers = [100, 101, 1000, highest // 2, highest]
    found, stretched = convert.scalable(deep(mode, numbers))
    assert (found.mode, stretched) == ("L", True)
    wanted = [(number - 100) * 255 / (highest - 100) for number in numbers]
    assert near(values(found), wanted, 0.51)


def test_a_quarter_of_the_range_is_enough():
    assert convert.scalable(deep("I;16", [0, 16_384]))[1] is False
    assert convert.scalable(deep("I;16", [0, 16_383]))[1] is True


@pytest.mark.parametrize(
    ("mode", "numbers"),
    [
        ("I", [-1024, 0, 500, 3071]),
        ("I", [0, 70_000, 2_000_000_000]),
        ("I", [-5, -4, -3]),
        ("F", [0.0, 0.25, 1.0]),
        ("F", [-273.15, 20.0, 1e6]),
        ("F", [1e9, 1e9 + 64, 1e9 + 128]),
    ],
)
def test_numbers_without_a_known_range_are_stretched_and_told(mode, numbers):
    found, stretched = convert.scalable(deep(mode, numbers))
    assert (found.mode, stretched) == ("L", True)
    low, high = min(numbers), max(numbers)
    assert near(values(found), [(number - low) * 255 / (high - low) for number in numbers], 0.51)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_numbers_that_are_grey_already_are_taken_as_they_are(mode):
    found, stretched = convert.scalable(deep(mode, [0, 1, 77, 255]))
    assert (values(found), stretched) == ([0, 1, 77, 255], False)


@pytest.mark.parametrize(
    ("mode", "number", "wanted"),
    [("I;16", 1000, 4), ("I", 200, 200), ("I", -7, 0), ("F", 300, 255)],
)
def test_one_number_everywhere_has_no_range_to_stretch(mode, number, wanted):
    found, stretched = convert.scalable(deep(mode, [number] * 3))
    assert (values(found), stretched) == ([wanted] * 3, False)


@pytest.mark.parametrize("first", [math.nan, math.inf, -math.inf, -3.4e38, 5.0])
def test_what_is_no_number_does_not_count(first):
    numbers = [first, 10.0, math.nan, 20.0, math.inf, 30.0, -math.inf, -3.4e38]
    found, stretched = convert.scalable(deep("F", numbers))
    assert stretched
    low = min(10.0, first) if first == 5.0 else 10.0
    grey = [round((number - low) * 255 / (30 - low)) for number in (10, 20, 30)]
    assert near([values(found)[place] for place in (1, 3, 5)], grey, 1)
    assert values(found)[4] == 255
    assert values(found)[6:] == [0, 0]


def test_a_picture_without_any_number_is_still_a_picture():
    found, stretched = convert.scalable(deep("F", [math.nan, math.nan, -math.inf, math.inf]))
    assert (values(found), stretched) == ([0, 0, 0, 255], False)


def test_one_deep_grey_can_be_transparent():
    data = encoded(deep("I;16", [0, 256, 257, 65_535]), transparency=257)
    image = Image.open(io.BytesIO(data))
    found, _ = convert.scalable(image)
    assert values(found) == [(0, 255), (1, 255), (1, 0), (255, 255)]


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (deep("I;16", [0, 16_448, 65_535]), [0, 64, 255]),
        (deep("I;16", [0, 1000, 4000]), [0, 64, 255]),
        (deep("F", [0.0, 0.25, 1.0]), [0, 64, 255]),
    ],
    ids=["full", "12 bit", "float"],
)
def test_a_scan_whose_zero_is_white_is_not_a_negative(image, wanted, photometric):
    data = bytearray(encoded(image, "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, entry) == (PHOTOMETRIC,):
            struct.pack_into("<H", data, entry + 8, photometric)
    found, _ = convert.scalable(Image.open(io.BytesIO(bytes(data))))
    assert near(values(found), wanted if photometric else [255 - grey for grey in wanted], 1)
