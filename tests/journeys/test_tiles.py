"""The pictures of a form: on their way, there, weighed, split and taken away."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Route, expect

from tests.support.intake import UPLOADS, add_ready, choose, names, tile
from tests.support.pictures import chart, encoded, photo
from tests.support.seen import LOOK

pytestmark = pytest.mark.browser

BUSY = {
    "type": "about:blank",
    "title": "Service Unavailable",
    "status": 503,
    "detail": "Too many pictures are being read right now.",
    "code": "image.busy",
}


@pytest.fixture
def receipt(written) -> Path:
    """A till receipt of 600 x 6000 pixels, which no model sees unshrunk."""
    image = Image.new("L", (600, 6000), 255)
    draw = ImageDraw.Draw(image)
    for top in range(20, 5960, 40):
        draw.text((30, top), f"Line {top // 40} of it", 0, ImageFont.load_default(24))
    return written("receipt.png", encoded(image))


def test_one_that_is_being_sent_can_be_cancelled(new_page, hold, pictures):
    page = new_page
    uploads = hold(UPLOADS)
    choose(page, *pictures)
    expect(page.get_by_text("0 of 2 uploaded")).to_be_visible()
    tile(page, "sales.png").get_by_role("button", name="Cancel").press("Enter")
    assert names(page) == ["field.jpg"]
    expect(tile(page, "field.jpg").get_by_role("button", name="Cancel")).to_be_focused()
    uploads.let_go()
    expect(tile(page, "field.jpg").get_by_text("640 × 480 px sent")).to_be_visible()
    assert names(page) == ["field.jpg"]


def test_all_that_are_being_sent_can_be_cancelled_and_others_stay(
    new_page, hold, pictures, written
):
    page = new_page
    add_ready(page, pictures[0])
    hold(UPLOADS)
    choose(page, *(written(f"{n}.png", encoded(chart(300, 240))) for n in range(5)))
    expect(page.get_by_text("0 of 5 uploaded")).to_be_visible()
    page.get_by_role("button", name="Cancel all").click()
    assert names(page) == ["sales.png"]
    expect(page.get_by_label("Pictures", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Cancel all")).to_be_hidden()


def test_how_far_each_is_and_all_are_is_told(new_page, hold, pictures, written):
    page = new_page
    uploads = hold(UPLOADS)
    choose(page, *(written(f"{n}.png", encoded(chart(300, 240))) for n in range(5)))
    for name in ("0.png", "1.png", "2.png"):
        expect(tile(page, name).get_by_role("progressbar", name="Uploading")).to_be_visible()
        expect(tile(page, name).get_by_text("Waiting")).to_have_count(0)
    expect(tile(page, "3.png").get_by_text("Waiting")).to_be_visible()
    assert len(uploads.held) == 3
    uploads.let_go()
    expect(page.get_by_text("5 pictures, ")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("5 of 5 uploaded.")


def test_a_busy_server_is_asked_again_without_anybody_doing_anything(new_page, pictures):
    page = new_page
    page.clock.install()
    asked: list[Route] = []

    def busy_twice(route: Route) -> None:
        asked.append(route)
        if len(asked) > 2:
            route.continue_()
        else:
            route.fulfill(
                status=503, body=json.dumps(BUSY), content_type="application/problem+json"
            )

    page.route(UPLOADS, busy_twice)
    choose(page, pictures[0])
    for pause in (1000, 3000):
        expect(page.get_by_text("Busy, trying again")).to_be_visible()
        page.clock.run_for(pause)
    expect(page.get_by_text("1200 × 800 px sent")).to_be_visible()
    assert len(asked) == 3


def test_a_connection_that_stays_lost_leaves_it_to_the_person(new_page, pictures):
    page = new_page
    page.clock.install()
    page.route(UPLOADS, lambda route: route.abort())
    choose(page, pictures[0])
    for pause in (1000, 3000, 8000):
        expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
        page.clock.run_for(pause)
    expect(page.get_by_text("The connection broke while it was sent.")).to_be_visible()
    page.unroute(UPLOADS)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("1200 × 800 px sent")).to_be_visible()


def test_the_button_on_a_picture_asks_to_see_what_the_chosen_model_is_sent(new_page, pictures):
    page = new_page
    page.evaluate(
        """document.addEventListener("picture-look", ({ detail }) => {
          document.body.dataset.looked = JSON.stringify(detail);
        })"""
    )
    add_ready(page, pictures[0])
    page.get_by_label("Model").select_option(index=1)
    page.get_by_role("button", name=LOOK).click()
    looked = json.loads(page.evaluate("document.body.dataset.looked"))
    assert looked == {
        "id": page.locator("input[name=images]").first.input_value(),
        "model": page.get_by_label("Model").input_value(),
        "choose": False,
    }


def test_a_long_picture_is_split_into_readable_parts_and_put_back(new_page, pictures, receipt):
    page = new_page
    add_ready(page, receipt, pictures[0])
    whole = tile(page, "receipt.png")
    expect(whole.get_by_text("Smallest text")).to_be_visible()
    whole.get_by_role("button", name="Split into 3 readable parts").press("Enter")
    parts = [f"receipt.png, part {number}" for number in (1, 2, 3)]
    for part in parts:
        expect(tile(page, part).get_by_text("px sent")).to_be_visible()
    expect(page.get_by_text("Split “receipt.png” into 3 parts")).to_be_visible()
    assert names(page) == [*parts, "sales.png"]
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert page.locator("input[name=images]").count() == 4

    page.keyboard.press("Enter")
    assert names(page) == ["receipt.png", "sales.png"]
    expect(page.get_by_text("into 3 parts")).to_have_count(0)
    expect(whole.get_by_role("button", name="Remove")).to_be_focused()


def test_a_part_that_is_refused_leaves_the_whole_alone(new_page, receipt):
    page = new_page
    add_ready(page, receipt)
    [id_] = page.locator("input[name=images]").evaluate_all("inputs => inputs.map(i => i.value)")
    page.evaluate(
        """(id) => document.dispatchEvent(new CustomEvent("parts-wanted", { detail: {
          id, replace: true, parts: [{ box: [0, 0, 300, 300] }, { box: [0, 0, 9000, 9000] }],
        } }))""",
        id_,
    )
    refused = page.get_by_role("alert").filter(has_text="receipt.png, part")
    expect(refused).to_contain_text("was not added.")
    expect(refused).to_contain_text("“receipt.png” stays as it was, without its other parts.")
    expect(page.locator(".tile [data-name]")).to_have_text(["receipt.png"])
    assert page.locator("input[name=images]").count() == 1
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.get_by_role("button", name="Split into 3 readable parts")).to_be_enabled()


def test_a_picture_that_is_being_split_is_not_split_again(new_page, hold, receipt):
    page = new_page
    add_ready(page, receipt)
    requests = hold("**/parts")
    for _ in range(2):
        page.get_by_role("button", name=LOOK).first.click()
        dialog = page.get_by_role("dialog", name="What Claude sees")
        dialog.get_by_role("button", name="Split into 3 readable parts").click()
        expect(dialog).to_be_hidden()
    parts = [f"receipt.png, part {number}" for number in (1, 2, 3)]
    assert names(page) == ["receipt.png", *parts]
    requests.let_go()
    expect(page.get_by_text("Split “receipt.png” into 3 parts")).to_be_visible()
    assert names(page) == parts


def test_pages_that_are_chosen_take_the_place_of_the_first(new_page, written):
    page = new_page
    pages = BytesIO()
    chart().save(pages, "PDF", save_all=True, append_images=[chart()] * 4)
    add_ready(page, written("report.pdf", pages.getvalue()))
    [id_] = page.locator("input[name=images]").evaluate_all("inputs => inputs.map(i => i.value)")
    page.evaluate(
        """(id) => document.dispatchEvent(new CustomEvent("parts-wanted", { detail: {
          id, replace: true, parts: [{ frame: 2 }, { frame: 4 }],
        } }))""",
        id_,
    )
    expect(page.get_by_text("“report.pdf” is now 2 pictures")).to_be_visible()
    assert names(page) == ["report.pdf, page 3", "report.pdf, page 5"]
    expect(tile(page, "report.pdf, page 5")).to_contain_text("Page 5 of 5")


def test_more_than_twenty_pictures_are_said_to_be_sent_smaller(new_page, written):
    page = new_page
    large, small = encoded(photo(2400, 1000), "JPEG"), encoded(chart(300, 240))
    add_ready(page, written("large.jpg", large))
    expect(page.get_by_text("2400 × 1000 px sent")).to_be_visible()
    note = page.get_by_text("More than 20 pictures go along")
    choose(page, *(written(f"{number}.png", small) for number in range(20)))
    expect(page.get_by_text("21 pictures, ")).to_be_visible()
    expect(note).to_be_visible()
    expect(tile(page, "large.jpg")).to_contain_text("2400 × 1000 → 2000 × 833 px sent")
    tile(page, "7.png").get_by_role("button", name="Remove").click()
    expect(note).to_be_hidden()
    expect(page.get_by_text("2400 × 1000 px sent")).to_be_visible()


def test_another_model_is_told_what_it_is_sent_itself(new_page, pictures, written):
    page = new_page
    add_ready(page, written("large.jpg", encoded(photo(2400, 1600), "JPEG")), pictures[0])
    before = tile(page, "large.jpg").inner_text()
    page.get_by_label("Model").select_option("claude-haiku-4-5-20251001")
    expect(tile(page, "large.jpg")).to_contain_text("2400 × 1600 → 1344 × 896 px sent")
    expect(tile(page, "large.jpg")).to_contain_text("1,536 tokens · $0.0015 ·")
    page.get_by_label("Model").select_option(index=0)
    expect(tile(page, "large.jpg")).to_have_text(before, use_inner_text=True)


def test_pictures_wait_for_a_form_that_was_sent_too_early(new_page, hold, pictures):
    page = new_page
    uploads = hold(UPLOADS)
    choose(page, *pictures)
    page.get_by_label("Instruction").fill("Compare them.")
    page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_text("Goes off as soon as all are there.")).to_be_visible()
    uploads.let_go()
    page.wait_for_url("**/c/**")
