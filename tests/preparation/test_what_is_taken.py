import struct

import pytest
from PIL import Image

from tests.support.formats import heif, tiff_directory
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
from visionapp.catalogue.budget import seen_size, sent_size
from visionapp.errors import TooLarge
from visionapp.preparation import examine, prepare, refusals, sniff

RED = (255, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_format_is_told_by_its_bytes(examined, kind):
    found = examined(encoded(quadrants(240, 200), kind))
    assert (found.format, found.width, found.height, found.warnings) == (kind, 240, 200, ())
    assert (found.prepared.width, found.prepared.height) == (240, 200)


def test_a_picture_named_as_another_type_is_what_its_bytes_say(written):
    assert examine(written(encoded(quadrants(), "WEBP"), "chart.png"), "high").format == "WEBP"


@pytest.mark.parametrize("kind", ["ICO", "PPM", "TGA", "SGI", "PCX", "ICNS", "DDS", "EPS"])
def test_other_picture_formats_are_not_taken(examined, kind):
    with pytest.raises(refusals.UnsupportedType):
        examined(encoded(quadrants(256, 256), kind))


@pytest.mark.parametrize(
    "data",
    [
        b"Hello, this is text.",
        b"BMW sold more cars than ever in the third quarter.",
        b"<html><body><svg></svg></body></html>",
        b"Hello,\n%PDF-1.7",
        b"<html>\n%PDF-1.7",
        b"\n%<svg>\n%PDF-1.7",
        b"%PK\x03\x04\n%PDF-1.7",
        b"\n%!PS-Adobe-3.0\n%PDF-1.7",
        b" " * 65 + b"%PDF-1.7",
        b"\n%comment %PDF-1.7",
        b"\xff\xd8",
        b"RIFF1234WAVE",
        b"<?xml version='1.0'?><rss/>",
    ],
)
def test_what_is_no_picture_is_not_taken(examined, data):
    with pytest.raises(refusals.UnsupportedType) as caught:
        examined(data)
    assert caught.value.code == "image.unsupported_type"
    for kind in ("JPEG", "PNG", "GIF", "WebP", "HEIC", "AVIF", "TIFF", "BMP", "JPEG 2000", "PDF"):
        assert kind in caught.value.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='x'/>", "SVG"),
        (b"\xef\xbb\xbf\r\n <svg>", "SVG"),
        (b"<?xml version='1.0'?>\n<!-- by a program -->\n<svg width='1'>", "SVG"),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x.dtd'>\n<svg>", "SVG"),
        (b"8BPS\0\1", "Photoshop"),
        (b"PK\x03\x04\x14\0word/document.xml", "office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"\x1aE\xdf\xa3\x01\0\0\0", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"II*\0\x10\0\0\0CR\2\0", "raw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
    ],
)
def test_of_what_people_try_it_is_said_what_to_do(examined, data, words):
    with pytest.raises(refusals.UnsupportedType) as caught:
        examined(data)
    assert caught.value.code == "image.unsupported_type"
    assert words in caught.value.message
    assert " add that" in caught.value.message


def brands(major, *others):
    body = major + bytes(4) + b"".join(others)
    return (len(body) + 8).to_bytes(4) + b"ftyp" + body


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (brands(b"heic", b"mif1"), "HEIF"),
        (brands(b"heix"), "HEIF"),
        (brands(b"mif1", b"heic", b"miaf"), "HEIF"),
        (brands(b"mif1", b"miaf"), "HEIF"),
        (brands(b"msf1", b"hevc"), "HEIF"),
        (brands(b"MiHE", b"heic"), "HEIF"),
        (brands(b"avif", b"mif1"), "AVIF"),
        (brands(b"avis"), "AVIF"),
        (brands(b"mif1", b"miaf", b"avif"), "AVIF"),
        (brands(b"mif1") + b"avif", "HEIF"),
        (brands(b"isom", b"avc1"), None),
        (b"\0\0\0\0ftyp", None),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0+\0\x08\0\0", "TIFF"),
        (b"\xff\x4f\xff\x51\0", "JPEG2000"),
        (b"%PDF-1.7\n", "PDF"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "BMP"),
        (b"BM" + bytes(12) + b"\x29\0\0\0", None),
    ],
)
def test_families_of_formats_are_told_apart(head, kind):
    assert sniff(head) == kind


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


@pytest.mark.parametrize("size", [(30_000, 30_000), (30_001, 1), (8_001, 8_000)])
def test_other_formats_have_the_same_limits(examined, size):
    for data in (bmp_of(*size), tiff_of(*size), jpeg_2000_of(*size), heif_of(*size)):
        with pytest.raises(refusals.TooManyPixels):
            examined(data)


def bmp_of(width, height):
    data = bytearray(encoded(quadrants(), "BMP"))
    data[18:26] = struct.pack("<II", width, height)
    return bytes(data)


def tiff_of(width, height):
    one = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8)]
    return b"II*\0" + struct.pack("<I", 8) + tiff_directory(one)


def jpeg_2000_of(width, height):
    data = bytearray(encoded(quadrants(), "JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def heif_of(width, height):
    data = bytearray(heif(quadrants()))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def test_a_jpeg_may_have_more_pixels_than_others(examined):
    found = examined(encoded(Image.new("L", (10_000, 8_000), 90), "JPEG"))
    assert (found.width, found.height) == (10_000, 8_000)
    assert (found.prepared.width, found.prepared.height) == seen_size(10_000, 8_000, "high")


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (3, 2)])
def test_tiny_pictures_and_thin_strips_are_taken(examined, size):
    found = examined(encoded(Image.new("RGB", size, RED)))
    assert (found.prepared.width, found.prepared.height) == sent_size(*size, "high")
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


@pytest.mark.parametrize("tier", ["high", "standard", "many"])
@pytest.mark.parametrize("size", [(4032, 3024), (1920, 1080), (1170, 2532), (200, 200), (199, 90)])
def test_a_model_is_sent_just_the_pixels_it_sees(written, tier, size):
    path = written(encoded(Image.new("RGB", size, "navy"), "JPEG"))
    prepared = prepare(path, tier)
    assert decoded(prepared.data).size == (prepared.width, prepared.height)
    assert (prepared.width, prepared.height) == sent_size(*size, tier)


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
        refusals.FrameMissing,
        refusals.BoxOutside,
        refusals.PasswordNeeded,
        refusals.Busy,
    ],
)
def test_every_refusal_has_a_code_and_says_what_to_do(refusal):
    assert refusal.code.startswith("image.")
    assert refusal.message.endswith(".")
    assert " add " in refusal.message or "Add " in refusal.message
    assert "!" not in refusal.message
