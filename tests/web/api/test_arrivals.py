"""The pictures that people really have, as they lie in the Messages API's hands in the end."""

from contextlib import contextmanager
from itertools import pairwise

import pytest
from PIL import Image

from tests.support import formats
from tests.support.builders import a_file
from tests.support.legible import table
from tests.support.messages_api import MessagesApi
from tests.support.pictures import (
    CORNERS,
    GPS,
    ORIENTATION,
    chart,
    decoded,
    encoded,
    quadrants,
)
from visionapp.analysis.run import run_turn
from visionapp.catalogue.budget import seen_size
from visionapp.claude.client import Claude
from visionapp.conversations.models import Turn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("with_a_key")]


@pytest.fixture
def api():
    with MessagesApi() as server:
        yield server


@contextmanager
def asking(api):
    claude = Claude.from_environment("key", api.url)
    claude.is_official = True
    try:
        yield claude
    finally:
        claude.close()


def uploaded(owner, name, data):
    response = owner.api().upload(a_file(name, data))
    assert response.status_code == 201, response.content
    return response.json()


def part_of(owner, record, **view):
    response = owner.api().post(f"images/{record['id']}/parts", view)
    assert response.status_code == 201, response.content
    return response.json()


def ask(owner, api, *records, model="claude-sonnet-5-5"):
    """Ask about the pictures, and return them as the API received them."""
    body = {
        "images": [record["id"] for record in records],
        "instruction": "What is it?",
        "model": model,
    }
    asked = owner.api().post("conversations", body)
    assert asked.status_code == 201, asked.content
    return answered(api, asked.json()["turns"][0]["id"])


def answered(api, turn_id):
    with asking(api) as claude:
        run_turn(turn_id, claude=claude)
    turn = Turn.objects.get(pk=turn_id)
    assert turn.state == Turn.State.ANSWERED, turn.failure_message
    assert not api.refusals
    return api.requests[-1].images


def secrets(orientation=1):
    """Return EXIF data that names a camera and a place."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (51.0, 28.0, 38.0)
    return exif


def corners(data):
    image = decoded(data).convert("RGB")
    places = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    return [image.getpixel((int(x * image.width), int(y * image.height))) for x, y in places]


def alike(found, wanted, by=12):
    return all(
        abs(one - other) <= by
        for colour, expected in zip(found, wanted, strict=True)
        for one, other in zip(colour, expected, strict=True)
    )


def test_a_sideways_iphone_photo_arrives_upright_and_without_its_place(owner, api):
    as_the_sensor_saw_it = quadrants(1200, 900)
    camera = secrets(orientation=6).tobytes()
    data = formats.heif(as_the_sensor_saw_it, exif=camera)
    assert b"SECRETCAMERA" in data
    record = uploaded(owner, "IMG_0001.HEIC", data)
    (sent,) = ask(owner, api, record)
    assert (record["width"], record["height"]) == sent.size == (900, 1200)
    top_left, top_right, bottom_left, bottom_right = CORNERS
    turned = (bottom_left, top_left, bottom_right, top_right)
    assert alike(corners(sent.data), turned, by=24)
    assert b"SECRET" not in sent.data
    assert not decoded(sent.data).getexif()


def test_a_cmyk_tiff_arrives_in_its_colours(owner, api):
    data = encoded(quadrants(800, 600).convert("CMYK"), "TIFF", compression="tiff_lzw")
    (sent,) = ask(owner, api, uploaded(owner, "print.tif", data))
    assert sent.size == (800, 600)
    assert alike(corners(sent.data), CORNERS)


def test_the_third_page_of_a_long_pdf_arrives(owner, api):
    colours = [(n % 200, 40 + n % 50, 255 - n) for n in range(200)]
    record = uploaded(owner, "report.pdf", formats.frames("PDF", colours))
    assert record["frames"] == 200
    third = part_of(owner, record, frame=2)
    assert third["name"] == "report.pdf, page 3"
    (sent,) = ask(owner, api, third)
    assert sent.size == seen_size(*sent.size, "high")
    assert alike(corners(sent.data), [colours[2]] * 4, by=3)


def test_a_chart_in_white_on_nothing_arrives_readable(owner, api):
    ink = chart(1200, 800).convert("L").point(lambda light: 255 if light < 250 else 0)
    clear = Image.new("RGBA", ink.size, (255, 255, 255, 0))
    clear.putalpha(ink)
    record = uploaded(owner, "dark-theme.png", encoded(clear))
    (sent,) = ask(owner, api, record)
    seen = decoded(sent.data).convert("L")
    drawn = [seen.getpixel(place) for place in ((50, 400), (190, 735))]
    assert seen.getpixel((10, 10)) < 60
    assert min(drawn) > 240
    assert any("dark ground" in warning for warning in record["warnings"])


def test_a_long_strip_arrives_pixel_by_pixel_in_parts(owner, api):
    strip = Image.new("RGB", (1, 20_000))
    strip.putdata([(y % 256, y // 256, 77) for y in range(20_000)])
    record = uploaded(owner, "strip.png", encoded(strip))
    boxes = record["tiles"]
    assert (boxes[0][1], boxes[-1][3]) == (0, 20_000)
    assert all(after[1] < before[3] for before, after in pairwise(boxes))
    sent = ask(owner, api, *(part_of(owner, record, box=box) for box in boxes))
    assert len(sent) == len(boxes)
    for image, box in zip(sent, boxes, strict=True):
        assert decoded(image.data).convert("RGB").tobytes() == strip.crop(box).tobytes()


def test_a_screenshot_of_a_spreadsheet_arrives_exactly(owner, api):
    screenshot = table(12, 1920).image
    (sent,) = ask(owner, api, uploaded(owner, "screen.png", encoded(screenshot)))
    assert sent.media_type == "image/png"
    assert decoded(sent.data).convert("RGB").tobytes() == screenshot.tobytes()


def test_a_thread_of_twenty_five_pictures_goes_on(owner, api):
    large = [uploaded(owner, f"{n}.png", encoded(chart(2400, 1500 + n))) for n in range(25)]
    sent = ask(owner, api, *large[:20])
    assert max(max(image.size) for image in sent) == 2400
    conversation = str(Turn.objects.get().conversation_id)
    further = owner.api().post(
        f"conversations/{conversation}/turns",
        {"instruction": "And these?", "images": [record["id"] for record in large[20:]]},
    )
    sent = answered(api, further.json()["id"])
    assert len(sent) == 25
    assert {max(image.size) for image in sent} == {2000}
    told = owner.api().get(f"turns/{further.json()['id']}").json()["warnings"]
    assert any("2,000 pixels" in sentence for sentence in told)
    again = owner.api().post(f"conversations/{conversation}/turns", {"instruction": "Why?"})
    assert len(answered(api, again.json()["id"])) == 25


SECRET_KEEPERS = {
    "JPEG": {"comment": b"SECRETCOMMENT", "xmp": b"<x>SECRETXMP</x>"},
    "PNG": {},
    "WEBP": {"xmp": b"<x>SECRETXMP</x>"},
    "AVIF": {"xmp": b"<x>SECRETXMP</x>"},
    "TIFF": {},
    "HEIF": {},
    "GIF": {"comment": b"SECRETCOMMENT"},
    "JPEG2000": {"comment": b"SECRETCOMMENT"},
}


@pytest.mark.parametrize("kind", SECRET_KEEPERS)
def test_no_format_keeps_what_it_knew_of_place_and_device(owner, api, kind):
    options = SECRET_KEEPERS[kind]
    if kind == "HEIF":
        data = formats.heif(chart(), exif=secrets().tobytes())
    elif kind in {"GIF", "JPEG2000"}:
        data = encoded(chart(), kind, **options)
    else:
        data = encoded(chart(), kind, exif=secrets(), **options)
    assert b"SECRET" in data
    (sent,) = ask(owner, api, uploaded(owner, f"picture.{kind.lower()}", data))
    image = decoded(sent.data)
    assert b"SECRET" not in sent.data
    assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
