"""Pages of a document: seen small, chosen, and sent in the place of the first."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route, expect

from tests.support.formats import frames
from tests.support.seen import PAGES, eight_pages, look, sent, tiles_ready

pytestmark = pytest.mark.browser

PREVIEWS = "**/frames/*/"
BUSY = {"status": 503, "detail": "Too many pictures are being read.", "code": "image.busy"}


@pytest.fixture(autouse=True)
def _nothing_was_refused(api):
    yield
    assert not api.refusals


@pytest.fixture
def report(tmp_path) -> Path:
    return eight_pages(tmp_path / "report.pdf")


def test_chosen_pages_take_the_place_of_the_first(connected, api, quiet_page, report):
    page = quiet_page
    dialog = look(page, connected.url, report)
    dialog.get_by_role("tab", name="Pages (8)").click()
    use = dialog.get_by_role("button", name="Use")
    expect(use).to_be_disabled()
    dialog.get_by_role("button", name="Page 7").click()
    dialog.get_by_role("button", name="Page 2").click()
    dialog.get_by_role("button", name="Page 3").click()
    dialog.get_by_role("button", name="Page 2").click()
    expect(use).to_have_text("Use 2 pages")
    expect(dialog.get_by_text("3, 7", exact=True)).to_be_visible()
    use.click()
    expect(dialog).to_be_hidden()
    tiles_ready(page, ["report.pdf, page 3", "report.pdf, page 7"])

    colours = [image.convert("RGB").getpixel((50, 50)) for image in sent(page, api)]
    for colour, wanted in zip(colours, (PAGES[2], PAGES[6]), strict=True):
        assert all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


def test_pages_are_chosen_with_keys_in_runs_and_by_number(connected, quiet_page, report):
    page = quiet_page
    dialog = look(page, connected.url, report)
    dialog.get_by_role("tab", name="Picture").focus()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("button", name="Page 1")).to_be_visible()
    dialog.get_by_label("Go to page").fill("9")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("There are 8 pages.")).to_be_visible()
    dialog.get_by_label("Go to page").fill("4")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Page 4")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Space")
    expect(dialog.get_by_role("button", name="Use 3 pages")).to_be_enabled()
    expect(dialog.get_by_text("4–6", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Clear").click()
    expect(dialog.get_by_role("button", name="Use pages")).to_be_disabled()


def test_a_page_far_down_a_long_document_is_reached_at_once(connected, quiet_page, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(frames("PDF", PAGES * 25, (60, 80)))
    page = quiet_page
    dialog = look(page, connected.url, path)
    dialog.get_by_role("tab", name="Pages (200)").click()
    expect(dialog.get_by_role("button", name="Page 60")).to_have_count(1)
    expect(dialog.get_by_role("button", name="Page 200")).to_have_count(0)
    dialog.get_by_label("Go to page").fill("200")
    page.keyboard.press("Enter")
    last = dialog.get_by_role("button", name="Page 200")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    expect(dialog.locator(".frame-choice")).to_have_count(200)


def test_small_pictures_come_again_after_the_server_was_busy(connected, quiet_page, report):
    page = quiet_page
    refused: list[str] = []

    def once(route: Route) -> None:
        if route.request.url in refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=503, body=json.dumps(BUSY))

    page.route(PREVIEWS, once)
    dialog = look(page, connected.url, report)
    dialog.get_by_role("tab", name="Pages (8)").click()
    first = dialog.get_by_role("button", name="Page 1").locator("img")
    expect(first).to_have_js_property("naturalWidth", 240)
    assert len(refused) == 8


def test_a_preview_that_cannot_be_drawn_is_asked_for_once(connected, quiet_page, report):
    page = quiet_page
    asked: list[str] = []

    def broken(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=422, body=json.dumps(BUSY | {"status": 422}))

    page.clock.install()
    page.route(PREVIEWS, broken)
    dialog = look(page, connected.url, report)
    dialog.get_by_role("tab", name="Pages (8)").click()
    expect(dialog.locator("[data-broken]")).to_have_count(8)
    page.clock.run_for(60_000)
    assert len(asked) == 8


def test_previews_are_asked_for_two_at_a_time(connected, quiet_page, report):
    page = quiet_page
    going: set[Request] = set()
    together: list[int] = []

    def begin(request: Request) -> None:
        if "/frames/" in request.url:
            going.add(request)
            together.append(len(going))

    page.on("request", begin)
    page.on("requestfinished", lambda request: going.discard(request))
    page.on("requestfailed", lambda request: going.discard(request))
    dialog = look(page, connected.url, report)
    dialog.get_by_role("tab", name="Pages (8)").click()
    for number in range(1, 9):
        small = dialog.get_by_role("button", name=f"Page {number}").locator("img")
        expect(small).to_have_js_property("naturalWidth", 240)
    assert max(together) == 2


def test_previews_in_sight_come_before_those_that_were_passed_by(
    connected, new_page, hold, tmp_path
):
    path = tmp_path / "long.pdf"
    path.write_bytes(frames("PDF", PAGES * 25, (60, 80)))
    page = new_page
    previews = hold(PREVIEWS)
    asked: list[str] = []
    dialog = look(page, connected.url, path)
    page.on("request", lambda request: asked.append(request.url))
    dialog.get_by_role("tab", name="Pages (200)").click()
    dialog.get_by_label("Go to page").fill("200")
    page.keyboard.press("Enter")
    last = dialog.get_by_role("button", name="Page 200")
    expect(last).to_be_in_viewport()
    previews.let_go()
    expect(last.locator("img")).to_have_js_property("naturalWidth", 240)
    numbers = [int(url.split("/")[-2]) for url in asked if url.endswith("/") and "/frames/" in url]
    assert numbers[:2] == [0, 1]
    assert min(numbers[2:]) > 100
