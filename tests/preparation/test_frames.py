import struct
import time

import pytest
from PIL import Image

from tests.support.formats import (
    FRAMED,
    PAGE_COLOURS,
    frames,
    heif,
    tiff_directory,
)
from tests.support.pictures import camera_pair, decoded, encoded, photo
from visionapp.preparation import View, examine, prepare, preview, refusals
from visionapp.preparation.door import Door
from visionapp.preparation.wire import Limits

RED = (255, 0, 0)
MOVING = {"GIF", "WEBP", "PNG", "AVIF"}

WIDTH, HEIGHT, PURPOSE, COLOURS, STRIP, SUB = 256, 257, 254, 262, 273, 330
SHORT, LONG = 3, 4


def near(found, wanted, most=12):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def middle(prepared):
    image = decoded(prepared.data).convert("RGB")
    return image.getpixel((image.width // 2, image.height // 2))


@pytest.mark.parametrize("kind", FRAMED)
def test_frames_are_counted_and_it_is_said_whether_they_move(examined, kind):
    found = examined(frames(kind))
    assert (found.format, found.frames) == (kind, 4)
    assert found.warnings == (("image.animated",) if kind in MOVING else ("image.pages",))
    assert near(middle(found.prepared), RED)


@pytest.mark.parametrize("kind", FRAMED)
def test_any_frame_can_be_chosen(written, kind):
    path = written(frames(kind))
    for number, colour in enumerate(PAGE_COLOURS):
        found = examine(path, "high", View(number))
        assert near(middle(found.prepared), colour), number
        assert near(middle(found.thumbnail), colour), number
        assert near(middle(preview(path, View(number), 64)), colour), number
        assert found.frames == 4


@pytest.mark.parametrize("kind", FRAMED)
def test_a_frame_has_regions_like_any_picture(written, kind):
    path = written(frames(kind))
    whole = prepare(path, "high", View(2))
    box = (0, 0, 220, 205) if kind == "PDF" else (10, 0, 230, 200)
    part = prepare(path, "high", View(2, box))
    assert (part.width, part.height) == (box[2] - box[0], box[3] - box[1])
    assert part.width < whole.width
    assert near(middle(part), PAGE_COLOURS[2])


@pytest.mark.parametrize("kind", [*FRAMED, "JPEG", "BMP", "JPEG2000"])
@pytest.mark.parametrize("number", [4, 1999])
def test_a_frame_that_is_not_there_is_refused(written, kind, number):
    path = written(frames(kind) if kind in FRAMED else encoded(photo(200, 200), kind))
    for work in (lambda view: prepare(path, "high", view), lambda view: preview(path, view)):
        with pytest.raises(refusals.FrameMissing) as caught:
            work(View(number))
        assert caught.value.code == "image.frame_missing"


@pytest.mark.parametrize("number", [-1, 2000, 2**40])
def test_a_number_that_no_frame_has_is_refused(written, number):
    with pytest.raises(refusals.FrameMissing):
        prepare(written(frames("GIF")), "high", View(number))


def test_a_frame_may_have_a_size_of_its_own(written):
    images = [Image.new("RGB", size, "navy") for size in ((300, 200), (200, 500))]
    data = encoded(images[0], "TIFF", save_all=True, append_images=images[1:])
    found = examine(written(data), "high", View(1))
    assert (found.width, found.height, found.frames) == (200, 500, 2)
    with pytest.raises(refusals.BoxOutside):
        prepare(written(data), "high", View(1, (0, 0, 300, 200)))


def test_of_a_pair_from_a_camera_only_the_first_is_a_picture(written):
    path = written(camera_pair())
    assert examine(path, "high").frames == 1
    with pytest.raises(refusals.FrameMissing):
        prepare(path, "high", View(1))


def test_the_main_picture_of_a_heic_comes_first_and_no_other_twice(written):
    images = [Image.new("RGB", (240, 200), colour) for colour in PAGE_COLOURS]
    path = written(heif(*images, main=2))
    shown = [middle(prepare(path, "high", View(number))) for number in range(4)]
    wanted = [PAGE_COLOURS[place] for place in (2, 0, 1, 3)]
    assert all(map(near, shown, wanted))


def test_more_frames_than_anybody_looks_through_are_not_told(examined):
    assert examined(gif_of(2_500)).frames == 2_000
    assert examined(gif_of(1_999)).frames == 1_999


def test_of_very_many_directories_those_that_are_told_are_read(examined):
    entries = [(WIDTH, 8), (HEIGHT, 8), (258, 8), (COLOURS, 1), (STRIP, 8), (279, 64)]
    one = [(tag, LONG, 1, value) for tag, value in entries]
    size = len(tiff_directory(one))
    chain = b"".join(tiff_directory(one, 8 + size * n) for n in range(1, 40_000))
    found = examined(b"II*\0" + struct.pack("<I", 8) + chain + bytes(64))
    assert (found.width, found.frames) == (8, 2_000)


def test_a_frame_behind_many_large_ones_is_not_waited_for(written):
    sound = encoded(Image.new("P", (3000, 3000)), "GIF")
    frame = sound[sound.index(b"\x2c") : -1]
    path = written(sound[:-1] + frame * 999 + b";")
    door = Door(limits=Limits(processor=1))
    try:
        assert door.examine("examine", path).frames == 1_000
        with pytest.raises(refusals.TooComplex):
            door.examine("prepare", path, view=View(999))
    finally:
        door.launcher.close()


def test_a_preview_behind_many_large_frames_is_given_up_early(written):
    sound = encoded(Image.new("P", (6000, 6000)), "GIF")
    frame = sound[sound.index(b"\x2c") : -1]
    path = written(sound[:-1] + frame * 200 + b";")
    began = time.monotonic()
    with pytest.raises(refusals.TooComplex):
        preview(path, View(200))
    assert time.monotonic() - began < 6
    assert near(middle(preview(path, View(0))), (0, 0, 0))


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_previews_reach_the_end_of_two_hundred_pages(written, kind):
    colours = [PAGE_COLOURS[n % 4] for n in range(200)]
    path = written(frames(kind, colours, (612, 792)))
    for number in (0, 101, 199):
        assert near(middle(preview(path, View(number))), colours[number]), number


def test_a_bad_tail_costs_no_picture(examined):
    for data in (gif_of(3) + b"\x2c" + b"\xff" * 40, frames("TIFF") + b"\xff" * 40):
        assert examined(data).frames >= 3


def test_a_file_whose_last_frames_are_cut_off_is_refused_and_not_told_to_have_fewer(examined):
    for data in (gif_of(3)[:-1], gif_of(3)[:-4], gif_of(3)[:-12], chain_into_nothing()):
        with pytest.raises(refusals.Truncated):
            examined(data)


def gif_of(count):
    """Return a GIF whose frames after the first are one pixel each."""
    first = encoded(Image.new("P", (240, 200), 3), "GIF")
    assert first.endswith(b";")
    pixel = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return first[:-1] + pixel * (count - 1) + b";"


def chain_into_nothing():
    """Return a TIFF that promises a second directory far behind its end."""
    return chained(1 << 30)


def chained(following):
    """Return a TIFF of one page whose directory says that this one follows."""
    data = bytearray(encoded(Image.new("L", (240, 200), 9), "TIFF"))
    (place,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, place)
    struct.pack_into("<I", data, place + 2 + 12 * entries, following)
    return bytes(data)


def test_a_loop_of_directories_is_walked_once(examined, written):
    (place,) = struct.unpack_from("<I", chained(0), 4)
    looped = chained(place)
    assert examined(looped).frames == 1
    with pytest.raises(refusals.FrameMissing):
        prepare(written(looped), "high", View(1))


def with_purposes(*purposes, mode="RGB", **options):
    """Return a TIFF whose pages have these purposes: 0 a page, 1 a small copy, 4 a mask."""
    colours = PAGE_COLOURS[: len(purposes)]
    images = [Image.new("RGB", (240, 200), colour).convert(mode) for colour in colours]
    for image, purpose in zip(images, purposes, strict=True):
        image.encoderinfo = {"tiffinfo": {PURPOSE: purpose}}
    first = {PURPOSE: purposes[0]}
    return encoded(
        images[0], "TIFF", save_all=True, append_images=images[1:], tiffinfo=first, **options
    )


def test_small_copies_and_masks_are_no_pages(written):
    path = written(with_purposes(1, 0, 4, 0))
    assert examine(path, "high").frames == 2
    shown = [middle(prepare(path, "high", View(number))) for number in range(2)]
    assert shown == [PAGE_COLOURS[1], PAGE_COLOURS[3]]
    with pytest.raises(refusals.FrameMissing):
        prepare(path, "high", View(2))


@pytest.mark.parametrize(
    ("begins", "options"), [(b"II+\0", {"big_tiff": True}), (b"MM\0*", {"mode": "I;16B"})]
)
def test_pages_are_found_however_numbers_are_written(written, begins, options):
    data = with_purposes(1, 0, 4, 0, **options)
    assert data.startswith(begins)
    assert examine(written(data), "high").frames == 2


def test_a_file_of_nothing_but_small_copies_shows_them(examined):
    found = examined(with_purposes(1))
    assert (found.frames, found.width) == (1, 240)


def raw_of_a_camera(*entries):
    """Return a TIFF with a small copy of a picture in its chain, as raw files of cameras have."""
    copy = [(WIDTH, LONG, 1, 16), (HEIGHT, LONG, 1, 16), (STRIP, LONG, 1, 8)]
    return (
        b"II*\0" + struct.pack("<I", 8) + tiff_directory(sorted([*copy, *entries])) + b"\0" * 300
    )


@pytest.mark.parametrize(
    "entries",
    [
        [(PURPOSE, LONG, 1, 1), (COLOURS, SHORT, 1, 2), (SUB, LONG, 1, 8)],
        [(PURPOSE, LONG, 1, 0), (COLOURS, SHORT, 1, 32803)],
    ],
)
def test_a_cameras_raw_file_is_told_by_what_it_holds(examined, entries):
    with pytest.raises(refusals.UnsupportedType) as caught:
        examined(raw_of_a_camera(*entries))
    assert "raw" in caught.value.message
