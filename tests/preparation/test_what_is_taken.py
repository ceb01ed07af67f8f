import pytest
from PIL import Image

from tests.support.pictures import (
    animation,
    camera_pair,
    decoded,
    encoded,
    header_of_png,
    noise,
    photo,
    quadrants,
)
from visionapp.catalogue.budget import seen_size
from visionapp.errors import TooLarge
from visionapp.preparation import examine, prepare, refusals, sniff

RED = (255, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_format_is_told_by_its_bytes(examined, kind):
    found = examined(encoded(quadrants(), kind))
    assert (found.format, found.width, found.height, found.warnings) == (kind, 120, 80, ())
    assert (found.prepared.width, found.prepared.height) == (120, 80)


def test_a_picture_named_as_another_type_is_what_its_bytes_say(written):
    assert examine(written(encoded(quadrants(), "WEBP"), "chart.png"), "high").format == "WEBP"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_other_picture_formats_are_not_taken(examined, kind):
    with pytest.raises(refusals.UnsupportedType):
        examined(encoded(quadrants(), kind))


@pytest.mark.parametrize(
    "data",
    [b"Hello, this is text.", b"<svg xmlns='x'/>", b"%PDF-1.7", b"\xff\xd8", b"RIFF1234WAVE"],
)
def test_what_is_no_picture_is_not_taken(examined, data):
    with pytest.raises(refusals.UnsupportedType) as caught:
        examined(data)
    assert caught.value.code == "image.unsupported_type"
    assert "JPEG, PNG, GIF or WebP" in caught.value.message


def test_an_empty_file_is_called_empty(examined):
    with pytest.raises(refusals.Empty):
        examined(b"")


def test_a_missing_file_is_not_the_pictures_fault(tmp_path):
    with pytest.raises(FileNotFoundError):
        examine(tmp_path / "none", "high")


@pytest.mark.parametrize("size", [(50_000, 50_000), (30_001, 1), (8_001, 8_000)])
def test_too_many_pixels_are_refused_before_decoding(examined, size):
    with pytest.raises(refusals.TooManyPixels) as caught:
        examined(header_of_png(*size))
    assert isinstance(caught.value, TooLarge)


def test_a_jpeg_may_have_more_pixels_than_others(examined):
    found = examined(encoded(Image.new("L", (10_000, 8_000), 90), "JPEG"))
    assert (found.width, found.height) == (10_000, 8_000)
    assert (found.prepared.width, found.prepared.height) == seen_size(10_000, 8_000, "high")


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (3, 2)])
def test_tiny_pictures_and_thin_strips_are_taken(examined, size):
    found = examined(encoded(Image.new("RGB", size, RED)))
    assert (found.prepared.width, found.prepared.height) == seen_size(*size, "high")
    assert decoded(found.prepared.data).getpixel((0, 0)) == RED
    assert max(found.thumbnail.width, found.thumbnail.height) <= 320


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_used_and_it_is_said(examined, kind):
    found = examined(animation(kind))
    assert found.warnings == ("image.animated",)
    assert decoded(found.prepared.data).getpixel((30, 20)) == RED


def test_a_pair_from_a_camera_is_a_jpeg_of_its_first_picture(examined):
    found = examined(camera_pair())
    assert (found.format, found.warnings) == ("JPEG", ())
    red, green, blue = decoded(found.prepared.data).getpixel((30, 20))
    assert red > 240
    assert max(green, blue) < 15


@pytest.mark.parametrize("tier", ["high", "standard"])
@pytest.mark.parametrize("size", [(4032, 3024), (1920, 1080), (1170, 2532), (200, 200)])
def test_a_model_is_sent_just_the_pixels_it_sees(written, tier, size):
    path = written(encoded(Image.new("RGB", size, "navy"), "JPEG"))
    prepared = prepare(path, tier)
    assert decoded(prepared.data).size == (prepared.width, prepared.height)
    assert (prepared.width, prepared.height) == seen_size(*size, tier)


def test_the_same_file_gives_the_same_bytes(written):
    path = written(encoded(photo(2400, 1800), "JPEG", quality=90))
    first, second = examine(path, "high"), examine(path, "high")
    assert first == second
    assert prepare(path, "high") == first.prepared


def test_noise_stays_far_below_the_limit_of_one_image(examined):
    found = examined(encoded(noise(2212, 1659), "PNG", compress_level=0))
    assert found.prepared.media_type == "image/jpeg"
    assert len(found.prepared.data) < 4_000_000


def test_sniffing_needs_but_the_first_bytes():
    assert sniff(encoded(quadrants(), "GIF")[:16]) == "GIF"
    assert sniff(b"") is None


@pytest.mark.parametrize(
    "refusal",
    [
        refusals.Empty,
        refusals.UnsupportedType,
        refusals.Unreadable,
        refusals.Truncated,
        refusals.TooManyPixels,
        refusals.TooComplex,
        refusals.Busy,
    ],
)
def test_every_refusal_has_a_code_and_says_what_to_do(refusal):
    assert refusal.code.startswith("image.")
    assert refusal.message.endswith(".")
    assert " add " in refusal.message or "Add " in refusal.message
    assert "!" not in refusal.message
