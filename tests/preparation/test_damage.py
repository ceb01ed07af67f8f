import random

import pytest
from PIL import Image

from tests.support.pictures import animation, chart, encoded, photo
from visionapp.errors import VisionError
from visionapp.preparation import prepare, refusals
from visionapp.preparation.sniff import HEAD

SOUND = {
    "JPEG": encoded(photo(320, 240), "JPEG", quality=90),
    "progressive": encoded(photo(320, 240), "JPEG", quality=90, progressive=True),
    "PNG": encoded(photo(160, 120), "PNG"),
    "drawing": encoded(chart(300, 200), "PNG"),
    "GIF": encoded(photo(160, 120), "GIF"),
    "animation": animation("GIF"),
    "WEBP": encoded(photo(320, 240), "WEBP"),
    "lossless": encoded(photo(160, 120), "WEBP", lossless=True),
}
CUTS = 40


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
    cuts = {len(sound) * n // CUTS for n in range(1, CUTS)} | {len(sound) - 1, len(sound) - 2, 20}
    for cut in sorted(cut for cut in cuts if cut >= HEAD):
        assert outcome(written, sound[:cut]) in {whole, "image.truncated"}, cut


@pytest.mark.parametrize("name", ["JPEG", "progressive", "PNG", "GIF", "WEBP", "lossless"])
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
        }
    assert capfd.readouterr() == ("", "")


def test_a_damaged_but_complete_png_is_called_unreadable(written):
    damaged = bytearray(SOUND["PNG"])
    damaged[damaged.index(b"IDAT") + 2000] ^= 0xFF
    with pytest.raises(refusals.Unreadable):
        prepare(written(bytes(damaged)), "high")


def test_garbage_after_the_first_bytes_is_refused(written):
    for head in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBP"):
        assert outcome(written, head + b"\x07" * 500) in {"image.unreadable", "image.truncated"}


def test_a_large_picture_is_not_mistaken_for_a_bomb(written):
    prepared = prepare(written(encoded(Image.new("P", (8000, 8000), 3))), "standard")
    assert prepared.width == prepared.height
