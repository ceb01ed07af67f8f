import re
import time
import zlib

import pytest
from PIL import Image

from tests.support.formats import (
    PAGE_COLOURS,
    drawn_quadrants,
    painted,
    pdf,
    protected_pdf,
    stream,
)
from tests.support.formats import (
    written as text,
)
from tests.support.legible import psnr, table
from tests.support.pictures import CORNERS, decoded, encoded
from visionapp.catalogue.budget import seen_size
from visionapp.preparation import View, examine, prepare, preview, refusals

RED, GREEN, BLUE, YELLOW = CORNERS
PAGE = (300, 240)
"""Points; at 300 dpi 1250 by 1000 pixels."""


def near(found, wanted, most=2):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def corners(prepared):
    image = decoded(prepared.data).convert("RGB")
    right, bottom = image.width - 5, image.height - 5
    return [image.getpixel(at) for at in ((4, 4), (right, 4), (4, bottom), (right, bottom))]


def ink(prepared):
    """Return the share of dark pixels."""
    histogram = decoded(prepared.data).convert("L").histogram()
    return sum(histogram[:128]) / sum(histogram)


def test_a_page_counts_as_large_as_when_it_is_printed(examined):
    found = examined(pdf([painted(RED)]))
    assert (found.format, found.width, found.height) == ("PDF", 2550, 3300)
    assert (found.frames, found.warnings) == (1, ())
    assert (found.prepared.width, found.prepared.height) == seen_size(2550, 3300, "high")
    assert (found.thumbnail.width, found.thumbnail.height) == (247, 320)
    assert set(corners(found.prepared)) == {RED}


@pytest.mark.parametrize("tier", ["high", "standard", "many"])
def test_a_page_is_drawn_at_the_size_that_a_model_sees(written, tier):
    found = prepare(written(pdf([text("Words")])), tier)
    assert (found.width, found.height) == seen_size(2550, 3300, tier)


@pytest.mark.parametrize(
    ("turn", "shown"),
    [
        (0, (RED, GREEN, BLUE, YELLOW)),
        (90, (BLUE, RED, YELLOW, GREEN)),
        (180, (YELLOW, BLUE, GREEN, RED)),
        (270, (GREEN, YELLOW, RED, BLUE)),
        (-90, (GREEN, YELLOW, RED, BLUE)),
    ],
)
def test_a_page_that_is_turned_comes_out_upright(written, turn, shown):
    path = written(pdf([drawn_quadrants(*PAGE)], PAGE, page=b"/Rotate %d" % turn))
    found = examine(path, "high")
    wide, high = (1000, 1250) if turn % 180 else (1250, 1000)
    assert (found.width, found.height) == (wide, high)
    assert all(map(near, corners(found.prepared), shown))
    part = prepare(path, "high", View(0, (wide // 2, 0, wide, high // 2)))
    assert (part.width, part.height) == (wide // 2, high // 2)
    assert all(near(corner, shown[1]) for corner in corners(part))


def test_what_is_cut_away_from_a_page_is_not_shown(examined):
    found = examined(pdf([drawn_quadrants(*PAGE)], PAGE, page=b"/CropBox[0 0 150 120]"))
    assert (found.width, found.height) == (625, 500)
    assert all(near(corner, BLUE) for corner in corners(found.prepared))


def test_a_region_is_drawn_anew_at_its_full_sharpness(written):
    stripes = b"0 g " + b" ".join(b"%f 0 .24 240 re" % (n * 0.48) for n in range(625)) + b" f"
    path = written(pdf([stripes], PAGE))
    part = decoded(prepare(path, "high", View(0, (100, 100, 400, 400))).data).convert("L")
    row = part.crop((0, 150, 300, 151)).tobytes()
    assert part.size == (300, 300)
    assert min(row[::2]) < 20
    assert max(row[1::2]) > 235


def test_letters_in_a_region_stay_where_they_are_on_the_page(written):
    path = written(pdf([text("Where am I?", 80)]))
    whole = prepare(path, "high")
    page = decoded(whole.data).convert("L")
    scale = 2550 / whole.width
    place = page.point(lambda light: 255 - light).getbbox()
    box = tuple(round(side * scale) for side in place)
    part = decoded(prepare(path, "high", View(0, box)).data).convert("L")
    assert ink(whole) > 0
    assert part.size == (box[2] - box[0], box[3] - box[1])
    inside = part.point(lambda light: 255 if light < 128 else 0).getbbox()
    margin = 2 * scale
    assert max(inside[0], inside[1]) <= margin
    assert min(inside[2] - part.width, inside[3] - part.height) >= -margin


def test_the_third_of_many_pages_is_quick(written):
    pages = [painted(PAGE_COLOURS[n % 4], PAGE) + text(f"Page {n}") for n in range(400)]
    path = written(pdf(pages, PAGE))
    prepare(path, "high")
    began = time.perf_counter()
    found = examine(path, "high", View(2))
    assert time.perf_counter() - began < 2
    assert found.frames == 400
    assert all(near(corner, PAGE_COLOURS[2]) for corner in corners(found.prepared))


def test_a_broken_page_costs_no_other(written):
    data = pdf([painted(RED, PAGE), painted(GREEN, PAGE)], PAGE)
    second = data.index(b"5 0 obj")
    path = written(data[:second] + b"5 0 obk" + data[second + 7 :])
    assert set(corners(prepare(path, "high"))) == {RED}


def claiming(claimed, pages):
    """Return a PDF that says to have more pages than these."""
    data = pdf([painted(colour, PAGE) for colour in pages], PAGE)
    return data.replace(b"/Count %d" % len(pages), b"/Count %d" % claimed)


@pytest.mark.parametrize("claimed", [4, 9, 63, 2_000, 1_000_000])
@pytest.mark.parametrize("held", [1, 3])
def test_pages_that_are_claimed_but_not_there_are_not_told(written, claimed, held):
    path = written(claiming(claimed, PAGE_COLOURS[:held]))
    assert examine(path, "high").frames == held
    assert near(corners(prepare(path, "high", View(held - 1)))[0], PAGE_COLOURS[held - 1])
    with pytest.raises(refusals.FrameMissing):
        prepare(path, "high", View(held))


def broken_at(pages, *numbers):
    """Return a PDF of so many pages of which these do not open."""
    data = pdf([painted(PAGE_COLOURS[n % 4], PAGE) for n in range(pages)], PAGE)
    for number in numbers:
        data = data.replace(b"\n%d 0 obj" % (3 + 2 * number), b"\n%d 0 obk" % (3 + 2 * number))
    return data


def test_broken_pages_in_the_middle_hide_no_sound_ones(written):
    path = written(broken_at(40, 19, 29, 39))
    assert examine(path, "high").frames == 39
    assert near(corners(preview(path, View(38)))[0], PAGE_COLOURS[38 % 4], 6)
    with pytest.raises(refusals.Unreadable):
        prepare(path, "high", View(19))


def test_a_document_whose_only_page_is_broken_is_unreadable(examined):
    with pytest.raises(refusals.Unreadable):
        examined(broken_at(1, 0))


BEFORE = [b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\r\n \t", b"% by a scanner\r\n", b" " * 64]


@pytest.mark.parametrize("before", BEFORE)
def test_a_few_bytes_before_a_document_cost_nothing(written, before):
    data = pdf([painted(RED, PAGE), painted(GREEN, PAGE)], PAGE)
    found = examine(written(before + data), "high")
    assert (found.format, found.frames, found.width) == ("PDF", 2, 1250)
    assert set(corners(prepare(written(before + data), "high", View(1)))) == {GREEN}
    with pytest.raises(refusals.Truncated):
        prepare(written(before + data[: data.rindex(b"%%EOF")]), "high")


def test_places_that_count_the_bytes_before_a_document_are_understood(written):
    data, before = pdf([painted(RED, PAGE)], PAGE), b"% by a scanner\n"
    head, table = data[: data.index(b"xref")], data[data.index(b"xref") :]
    for place in re.findall(rb"\d{10}(?= 00000 n)", table):
        table = table.replace(place, b"%010d" % (int(place) + len(before)))
    table = table.replace(b"startxref\n%d" % len(head), b"startxref\n%d" % (len(head + before)))
    assert set(corners(prepare(written(before + head + table), "high"))) == {RED}


@pytest.mark.parametrize(
    ("points", "pixels"),
    [
        ((14_400, 14_400), (8000, 8000)),
        ((14_400, 7_200), (11_313, 5656)),
        ((100_000, 72), (30_000, 21)),
        ((1, 1), (4, 4)),
        ((0, 0), (2550, 3300)),
    ],
)
def test_pages_of_any_size_have_pixels_within_limits(examined, points, pixels):
    found = examined(pdf([painted(RED, (100_000, 100_000))], points))
    assert (found.width, found.height) == pixels
    assert decoded(found.prepared.data).convert("RGB").getpixel((0, 0)) in {RED, (255, 255, 255)}


def test_notes_and_filled_in_forms_are_drawn(examined):
    square = stream(b"0 0 1 rg 0 0 60 60 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 60 60]")
    field = stream(b"1 0 0 rg 0 0 60 60 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 60 60]")
    note = b"<</Type/Annot/Subtype/Square/F 4/Rect[0 180 60 240]/AP<</N 5 0 R>>>>"
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[240 0 300 60]/AP<</N 6 0 R>>>>"
    found = examined(
        pdf(
            [b""],
            PAGE,
            page=b"/Annots[7 0 R 8 0 R]",
            catalog=b"/AcroForm<</Fields[8 0 R]>>",
            more=[square, field, note, widget],
        )
    )
    white = (255, 255, 255)
    assert all(map(near, corners(found.prepared), ((0, 0, 255), white, white, (255, 0, 0))))


def test_a_scanned_page_is_shown(examined):
    scan = Image.new("RGB", (600, 480), GREEN).tobytes()
    image = stream(
        zlib.compress(scan),
        b"/Type/XObject/Subtype/Image/Width 600/Height 480/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/FlateDecode",
    )
    found = examined(pdf([b"300 0 0 240 0 0 cm /Im Do"], PAGE, more=[image]))
    assert all(near(corner, GREEN) for corner in corners(found.prepared))


def test_nothing_on_a_page_is_white_paper(examined):
    found = examined(pdf([b""], PAGE))
    assert set(corners(found.prepared)) == {(255, 255, 255)}
    assert found.warnings == ()


def test_a_page_behind_a_password_is_not_taken_and_it_is_said(examined):
    with pytest.raises(refusals.PasswordNeeded) as caught:
        examined(protected_pdf())
    assert caught.value.code == "image.password"
    assert "password" in caught.value.message


@pytest.mark.parametrize("end", [b"%%EOF\n", b"startxref"])
def test_a_document_without_its_end_is_cut_off(written, end):
    data = pdf([painted(RED, PAGE)], PAGE)
    with pytest.raises(refusals.Truncated):
        prepare(written(data[: data.rindex(end)]), "high")


def test_an_update_that_is_cut_off_is_told_from_a_whole_one(written):
    data = pdf([painted(RED, PAGE)], PAGE)
    update = b"4 0 obj\n" + stream(painted(GREEN, PAGE)) + b"\nendobj\n"
    with pytest.raises(refusals.Truncated):
        prepare(written(data + update), "high")
    assert prepare(written(data + b"\n\0\0 Thank you.\n"), "high").width == 1250


def test_a_document_for_slow_lines_says_how_long_it_is(written):
    whole = pdf([painted(RED, PAGE)], PAGE)
    head, rest = whole[:9], whole[9:]
    said = b"9 0 obj\n<</Linearized 1/L %d/H[1 2]>>\nendobj\n"
    assert prepare(written(head + said % 10 + rest), "high").width == 1250
    with pytest.raises(refusals.Truncated):
        prepare(written(head + said % 99_999 + rest), "high")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nnothing\nstartxref\n9\n%%EOF\n",
        pdf([]),
        pdf([painted(RED)]).replace(b"/Catalog", b"/Nothing").replace(b"/Pages", b"/Sheet"),
    ],
)
def test_a_document_that_makes_no_sense_is_unreadable(examined, data):
    with pytest.raises(refusals.Unreadable):
        examined(data)


def test_a_preview_of_each_page_is_small_and_shows_it(written):
    path = written(pdf([painted(colour) for colour in PAGE_COLOURS]))
    for number, colour in enumerate(PAGE_COLOURS):
        found = preview(path, View(number))
        assert (found.media_type, found.width, found.height) == ("image/jpeg", 247, 320)
        assert all(near(corner, colour, 6) for corner in corners(found))


def test_a_scan_in_a_pdf_is_as_sharp_as_by_itself(written):
    scan = table(12, 2480, lines=60).image
    by_itself = decoded(prepare(written(encoded(scan)), "standard").data).convert("RGB")
    found = prepare(written(encoded(scan, "PDF", resolution=300, quality=100)), "standard")
    sent = decoded(found.data).convert("RGB")
    assert sent.size == by_itself.size
    assert psnr(sent, by_itself) > 35
