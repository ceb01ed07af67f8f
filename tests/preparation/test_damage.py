import random

import pytest
from PIL import Image

from tests.support.formats import heif, painted, pdf
from tests.support.formats import written as text
from tests.support.pictures import animation, chart, encoded, photo
from visionapp.errors import VisionError
from visionapp.preparation import prepare, refusals

SOUND = {
    "JPEG": encoded(photo(320, 240), "JPEG", quality=90),
    "progressive": encoded(photo(320, 240), "JPEG", quality=90, progressive=True),
    "PNG": encoded(photo(160, 120), "PNG"),
    "drawing": encoded(chart(300, 200), "PNG"),
    "GIF": encoded(photo(160, 120), "GIF"),
    "animation": animation("GIF"),
    "WEBP": encoded(photo(320, 240), "WEBP"),
    "lossless": encoded(photo(160, 120), "WEBP", lossless=True),
    "HEIF": heif(photo(320, 240)),
    "grid": heif(photo(320, 240), tile_size=128),
    "AVIF": encoded(photo(320, 240), "AVIF"),
    "TIFF": encoded(photo(160, 120), "TIFF"),
    "LZW": encoded(photo(160, 120), "TIFF", compression="tiff_lzw"),
    "TIFF of JPEG": encoded(photo(320, 240), "TIFF", compression="jpeg"),
    "fax": encoded(chart(300, 200).convert("1"), "TIFF", compression="group4"),
    "BMP": encoded(photo(160, 120), "BMP"),
    "JPEG2000": encoded(photo(160, 120), "JPEG2000"),
    "codestream": encoded(photo(160, 120), "JPEG2000", no_jp2=True),
    "PDF": pdf([painted((255, 0, 0)) + text("Words"), painted((0, 0, 255))]),
}
CUTS = 40
START_OF_DATA = b"\xff\x93"
"""The mark in a JPEG 2000 behind which wavelets follow."""


def outcome(written, data):
    """Return what a model would be sent, or the refusal's code."""
    try:
        return prepare(written(data), "high")
    except VisionError as refused:
        return refused.code


@pytest.mark.parametrize("name", SOUND)
def test_a_picture_cut_anywhere_is_refused_or_whole(written, name):
    sound = SOUND[name]
    whole = outcome(written, sound)
    cuts = {len(sound) * n // CUTS for n in range(1, CUTS)} | {len(sound) - 1, len(sound) - 2, 200}
    for cut in sorted(cuts):
        assert outcome(written, sound[:cut]) in {whole, "image.truncated"}, cut


def test_a_picture_cut_off_between_its_parts_is_not_shown_empty(written):
    for name in ("HEIF", "grid", "AVIF"):
        sound = SOUND[name]
        assert outcome(written, sound[: sound.index(b"mdat") - 4]) == "image.truncated"
    for name in ("JPEG2000", "codestream"):
        sound = SOUND[name]
        cut = sound.index(START_OF_DATA) + len(START_OF_DATA)
        assert outcome(written, sound[:cut]) == "image.truncated"


@pytest.mark.parametrize("name", sorted(SOUND.keys() - {"animation", "drawing"}))
def test_half_a_picture_is_called_cut_off(written, name):
    with pytest.raises(refusals.Truncated):
        prepare(written(SOUND[name][: len(SOUND[name]) // 2]), "high")


@pytest.mark.parametrize("name", SOUND)
def test_random_damage_is_refused_or_shown_and_nothing_is_printed(written, capfd, name):
    chance = random.Random(name)
    for _ in range(25):
        damaged = bytearray(SOUND[name])
        for _ in range(chance.randrange(1, 12)):
            damaged[chance.randrange(16, len(damaged))] = chance.randrange(256)
        result = outcome(written, bytes(damaged))
        assert not isinstance(result, str) or result in {
            "image.unreadable",
            "image.truncated",
            "image.too_many_pixels",
            "image.too_complex",
            "image.unsupported_type",
            "image.password",
        }
    assert capfd.readouterr() == ("", "")


def test_a_damaged_but_complete_png_is_called_unreadable(written):
    damaged = bytearray(SOUND["PNG"])
    damaged[damaged.index(b"IDAT") + 2000] ^= 0xFF
    with pytest.raises(refusals.Unreadable):
        prepare(written(bytes(damaged)), "high")


def test_garbage_after_the_first_bytes_is_refused(written):
    for head in (
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x10\0\0\0WEBP",
        b"II*\0\x10\0\0\0",
        b"MM\0+\0\x08\0\0",
        b"BM" + bytes(12) + b"\x28\0\0\0",
        b"\0\0\0\x0cjP  \r\n\x87\n",
        b"\xff\x4f\xff\x51",
        b"\0\0\0\x10ftypheic\0\0\0\0",
        b"\0\0\0\x10ftypavif\0\0\0\0",
        b"%PDF-1.7\n",
    ):
        assert outcome(written, head + b"\x07" * 500) in {"image.unreadable", "image.truncated"}


def test_a_large_picture_is_not_mistaken_for_a_bomb(written):
    prepared = prepare(written(encoded(Image.new("P", (8000, 8000), 3))), "standard")
    assert prepared.width == prepared.height


def test_a_jpeg_that_promises_more_than_it_can_hold_is_refused_as_cut_off(examined):
    data = bytearray(encoded(Image.new("RGB", (64, 64), "white"), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = (12_000).to_bytes(2, "big") * 2
    with pytest.raises(refusals.Truncated):
        examined(bytes(data))


def test_a_large_jpeg_of_one_colour_is_taken(examined):
    assert examined(encoded(Image.new("L", (8000, 6000)), "JPEG", progressive=True)).width == 8000
