"""What Claude sees: looked at, cut, split and chosen from, and sent to the model exactly so."""

import json
import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support.pages import analyse, turns, wait_until_settled
from tests.support.pictures import decoded
from tests.support.seen import LOOK, eight_pages, look, sent, tiles_ready
from visionapp.catalogue.tiles import tiles

pytestmark = pytest.mark.browser

Box = tuple[int, int, int, int]
CELL = 20
BUSY = {"status": 503, "detail": "Too many pictures are being read.", "code": "image.busy"}


def mosaic(width: int, height: int) -> Image.Image:
    """Return cells of random colours: no region of it looks like another."""
    draw_from = random.Random(width)
    cells = Image.new("P", (width // CELL, height // CELL))
    cells.putpalette(draw_from.randbytes(768))
    cells.putdata([draw_from.randrange(40) for _ in range(cells.width * cells.height)])
    return cells.convert("RGB").resize((width, height), Image.Resampling.NEAREST)


@pytest.fixture(autouse=True)
def _nothing_was_refused(api):
    yield
    assert not api.refusals


@pytest.fixture
def wide(tmp_path) -> Path:
    """A drawing that is sent at 86 % of its size."""
    path = tmp_path / "wide.png"
    mosaic(3000, 1200).save(path)
    return path


@pytest.fixture
def strip(tmp_path) -> Path:
    """A drawing as long as a receipt."""
    path = tmp_path / "strip.png"
    mosaic(400, 9000).save(path)
    return path


@pytest.fixture
def report(tmp_path) -> Path:
    return eight_pages(tmp_path / "report.pdf")


def fields(dialog: Locator) -> Box:
    """Return the box that the numbers beside the preview say."""
    left, top, width, height = (
        int(dialog.get_by_label(name, exact=True).input_value())
        for name in ("Left", "Top", "Width", "Height")
    )
    return left, top, left + width, top + height


def drag(page: Page, area: dict[str, float], start: tuple, end: tuple) -> None:
    """Drag between two points that are given as shares of an area."""
    page.mouse.move(area["x"] + area["width"] * start[0], area["y"] + area["height"] * start[1])
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * end[0], area["y"] + area["height"] * end[1])
    page.mouse.up()


def near(box: Box, shares: tuple[float, ...], size: tuple[int, int], most: int = 6) -> bool:
    wanted = [share * size[side % 2] for side, share in enumerate(shares)]
    return all(abs(one - other) <= most for one, other in zip(box, wanted, strict=True))


def the_same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.convert("RGB").tobytes() == other.tobytes()


def test_a_part_drawn_with_the_mouse_is_sent_as_it_is(connected, api, quiet_page, wide):
    page = quiet_page
    dialog = look(page, connected.url, wide)
    dialog.get_by_role("button", name="Cut out a part").click()
    preview = dialog.get_by_role("img", name="wide.png").bounding_box()
    drag(page, preview, (0.1, 0.1), (0.4, 0.6))
    assert near(fields(dialog), (0.1, 0.1, 0.4, 0.6), (3000, 1200))
    drag(page, preview, (0.25, 0.35), (0.3, 0.45))
    assert near(fields(dialog), (0.15, 0.2, 0.45, 0.7), (3000, 1200))
    drag(page, preview, (0.45, 0.7), (0.65, 0.8))
    assert near(fields(dialog), (0.15, 0.2, 0.65, 0.8), (3000, 1200))
    drag(page, preview, (0.4, 0.2), (0.4, 0.3))
    box = fields(dialog)
    assert near(box, (0.15, 0.3, 0.65, 0.8), (3000, 1200))
    expect(dialog.get_by_text("unshrunk", exact=True)).to_be_visible()

    dialog.get_by_role("button", name="Add this part").click()
    expect(dialog).to_be_hidden()
    tiles_ready(page, ["wide.png", "wide.png, part"])

    whole, part = sent(page, api)
    assert whole.size == (2576, 1030)
    assert the_same(part, Image.open(wide).crop(box))


def test_a_part_is_cut_out_with_keys_alone(connected, api, quiet_page, wide):
    page = quiet_page
    dialog = look(page, connected.url, wide)
    dialog.get_by_role("button", name="Cut out a part").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("application", name="Part to cut out")).to_be_focused()
    before = fields(dialog)
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    after = fields(dialog)
    step = after[1] - before[1]
    assert step < 0
    assert after == (
        before[0] - 2 * step, before[1] + step, before[2] - step, before[3],
    )  # fmt: skip

    told = f"From {after[0]:,}, {after[1]:,} to {after[2]:,}, {after[3]:,}."
    expect(dialog.get_by_role("status").filter(has_text=told)).to_have_count(1)

    dialog.get_by_label("Left", exact=True).fill("1234")
    dialog.get_by_label("Height", exact=True).fill("99999")
    page.keyboard.press("Tab")
    box = fields(dialog)
    assert box[0] == 1234
    assert box[3] == 1200
    dialog.get_by_role("button", name="Add this part").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name=LOOK).first).to_be_focused()
    tiles_ready(page, ["wide.png", "wide.png, part"])

    assert the_same(sent(page, api)[1], Image.open(wide).crop(box))


def test_a_finger_draws_a_part_and_two_fingers_zoom(connected, browser, wide):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    dialog = look(page, connected.url, wide)
    area = dialog.bounding_box()
    assert (area["x"], area["width"]) == (0, 390)
    dialog.get_by_role("button", name="Cut out a part").click()
    preview = dialog.get_by_role("img", name="wide.png").bounding_box()
    hand = Hand(page, preview)

    hand.put((0.05, 0.05))
    hand.put((0.9, 0.3))
    hand.lift()
    box = fields(dialog)
    assert near(box, (0.05, 0.05, 0.9, 0.3), (3000, 1200), most=10)

    hand.put((0.4, 0.5))
    hand.put((0.42, 0.5), (0.5, 0.5))
    hand.put((0.3, 0.5), (0.7, 0.5))
    hand.lift()
    assert fields(dialog) == box
    assert dialog.get_by_role("img", name="wide.png").bounding_box()["width"] > preview["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


class Hand:
    """Fingers on an area, at points that are given as shares of it."""

    def __init__(self, page: Page, area: dict[str, float]) -> None:
        self._send = page.context.new_cdp_session(page).send
        self._area = area
        self._down = 0

    def put(self, *points: tuple[float, float]) -> None:
        """Put down or move fingers: as many as there are points."""
        kind = "touchMove" if len(points) == self._down else "touchStart"
        self._down = len(points)
        area = self._area
        places = [
            {"x": area["x"] + area["width"] * x, "y": area["y"] + area["height"] * y, "id": number}
            for number, (x, y) in enumerate(points)
        ]
        self._send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def lift(self) -> None:
        """Take all fingers away."""
        self._down = 0
        self._send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_escape_leaves_the_cutting_first_and_then_the_dialog(connected, quiet_page, wide):
    page = quiet_page
    dialog = look(page, connected.url, wide)
    dialog.get_by_role("button", name="Cut out a part").click()
    expect(dialog.get_by_role("button", name="Add this part")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Add this part")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Cut out a part")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name=LOOK)).to_be_focused()


def test_a_long_strip_is_split_into_parts_that_are_sent_unshrunk(
    connected, api, quiet_page, strip
):
    page = quiet_page
    boxes = tiles(400, 9000, "high")
    dialog = look(page, connected.url, strip)
    split = dialog.get_by_role("button", name=f"Split into {len(boxes)} readable parts")
    grid = dialog.locator("[data-grid] rect")
    expect(grid).to_have_count(len(boxes))
    expect(grid.first).to_be_hidden()
    split.focus()
    expect(grid.first).to_be_visible()
    split.click()
    expect(dialog).to_be_hidden()
    tiles_ready(page, [f"strip.png, part {number + 1}" for number in range(len(boxes))])

    whole = Image.open(strip)
    for image, box in zip(sent(page, api), boxes, strict=True):
        assert the_same(image, whole.crop(box))


def test_a_failure_is_a_sentence_in_the_dialog_and_retry_mends_it(connected, quiet_page, wide):
    page = quiet_page
    page.route(
        "**/seen/*", lambda route: route.fulfill(status=503, body=json.dumps(BUSY)), times=1
    )
    page.goto(connected.url)
    page.get_by_label("Pictures", exact=True).set_input_files(wide)
    page.get_by_role("button", name=LOOK).click()
    dialog = page.get_by_role("dialog", name="What Claude sees")
    expect(dialog.get_by_role("alert")).to_have_text("Too many pictures are being read.")
    dialog.get_by_role("button", name="Retry").click()
    expect(dialog.get_by_text("Sent as", exact=True)).to_be_visible()


def test_the_preview_is_what_is_sent_pixel_for_pixel(connected, quiet_page, wide):
    page = quiet_page
    dialog = look(page, connected.url, wide)
    preview = dialog.get_by_role("img", name="wide.png")
    expect(preview).to_have_js_property("naturalWidth", 2576)
    assert preview.bounding_box()["width"] < 1200
    dialog.get_by_role("button", name="Actual pixels").click()
    assert preview.bounding_box()["width"] == pytest.approx(2576)
    page.keyboard.press("0")
    fitted = preview.bounding_box()["width"]
    assert fitted < 1200
    for key in ("+", "+", "-"):
        page.keyboard.press(key)
    assert preview.bounding_box()["width"] == pytest.approx(1.5 * fitted)
    page.keyboard.press("1")
    assert preview.bounding_box()["width"] == pytest.approx(2576)


def test_a_part_of_an_earlier_picture_goes_along_with_a_follow_up(
    connected, api, quiet_page, wide
):
    page = quiet_page
    analyse(page, connected.url, [wide], "Describe it.")
    wait_until_settled(page)
    page.get_by_role("button", name="What Claude sees").click()
    dialog = page.get_by_role("dialog", name="What Claude sees")
    dialog.get_by_role("button", name="Cut out a part").click()
    box = fields(dialog)
    assert box == (600, 240, 2400, 960)
    dialog.get_by_role("button", name="Add this part").click()
    tiles_ready(page, ["wide.png, part"])
    page.get_by_label("Follow-up").fill("And this part?")
    page.get_by_role("button", name="Ask").click()
    expect(turns(page)).to_have_count(2)
    wait_until_settled(page)

    whole, part = (decoded(image.data) for image in api.requests[-1].images)
    assert whole.size == (2576, 1030)
    assert the_same(part, Image.open(wide).crop(box))


def test_an_original_that_browsers_cannot_show_is_offered_as_a_file(
    connected, quiet_page, report, pictures
):
    page = quiet_page
    analyse(page, connected.url, [report, pictures[1]], "Describe them.")
    wait_until_settled(page)
    download = page.get_by_role("link", name="Download", exact=True)
    original = page.get_by_role("button", name="Original", exact=True)
    expect(original).to_be_hidden()
    with page.expect_download() as got:
        download.click()
    assert got.value.suggested_filename == "report.pdf"
    assert got.value.path().read_bytes() == report.read_bytes()
    page.get_by_role("button", name="Next").click()
    expect(original).to_be_visible()
    expect(download).to_be_hidden()
