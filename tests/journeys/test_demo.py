"""The main job without a key: pictures, a question, a reload, a follow-up, a file to keep."""

import io
import re
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.pages import analyse, answer, ask, turns, wait_until_settled

pytestmark = pytest.mark.browser

QUESTION = "What does the chart show, and what is in the photo?"


def test_a_person_does_the_whole_job_in_a_browser(demo, quiet_page, pictures):
    page = quiet_page
    page.goto(demo.url)
    expect(page.get_by_text("Demo model: not Claude.")).to_be_visible()
    page.get_by_label("Pictures").set_input_files(pictures)
    expect(page.get_by_text(re.compile(r"2 pictures, [\d,]+ tokens"))).to_be_visible()
    page.get_by_label("Instruction").fill(QUESTION)
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")

    expect(answer(page)).to_contain_text("not Claude")
    before = answer(page).inner_text()
    page.reload()
    expect(answer(page)).to_contain_text(before[:40])
    wait_until_settled(page)
    whole = answer(page).inner_text()
    assert whole.startswith(before[:40])
    assert "640 × 480" in whole
    assert answer(page).locator("table").count() == 2

    ask(page, "And which of them is sharper?")
    expect(turns(page)).to_have_count(2)
    expect(answer(page)).to_contain_text("sharper")
    wait_until_settled(page)

    page.reload()
    expect(turns(page)).to_have_count(2)
    assert answer(page, 0).inner_text() == whole

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown with pictures (zip)").click()
    _opens_elsewhere(download.value.path().read_bytes())


def _opens_elsewhere(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        text = archive.read(next(name for name in names if name.endswith(".md"))).decode()
        shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
        assert len(shown) == 2
        for name in shown:
            Image.open(io.BytesIO(archive.read(name))).verify()
    assert QUESTION in text.replace("\\", "")
    assert "not Claude" in text


def test_a_phone_shows_all_of_it_without_scrolling_sideways(demo, browser, pictures):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    page = context.new_page()
    analyse(page, demo.url, pictures, "Describe them.")
    wait_until_settled(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= 390


def test_the_keyboard_is_enough(demo, quiet_page, pictures):
    page = quiet_page
    page.goto(demo.url)
    page.get_by_label("Pictures").set_input_files(pictures[:1])
    page.get_by_label("Instruction").focus()
    page.keyboard.type("Describe it.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/**")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Escape")
    wait_until_settled(page)
    expect(page.get_by_text("You stopped this answer.")).to_be_visible()
    page.get_by_role("button", name="Retry").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    wait_until_settled(page)
    expect(answer(page)).to_contain_text("not Claude")
    page.get_by_label("Follow-up").focus()
    page.keyboard.type("And now?")
    page.keyboard.press("Enter")
    expect(turns(page)).to_have_count(2)
    wait_until_settled(page)


def test_what_cannot_be_read_is_named_beside_the_pictures(demo, quiet_page, tmp_path):
    page = quiet_page
    broken = tmp_path / "notes.png"
    broken.write_text("no picture at all")
    page.goto(demo.url)
    page.get_by_label("Pictures").set_input_files(broken)
    expect(page.get_by_text(re.compile("notes.png.*not a JPEG, PNG"))).to_be_visible()
    page.get_by_label("Instruction").fill("What is it?")
    page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_text("Add at least one picture.")).to_be_visible()


def test_an_empty_instruction_keeps_the_pictures_on_the_page(demo, quiet_page, pictures):
    page = quiet_page
    page.goto(demo.url)
    page.get_by_label("Pictures").set_input_files(pictures)
    expect(page.get_by_text(re.compile("2 pictures"))).to_be_visible()
    page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_text("Say what you want to know")).to_be_visible()
    expect(page.get_by_text("sales.png")).to_be_visible()


def test_a_picture_can_be_dropped_anywhere_on_the_page(demo, quiet_page, pictures):
    page = quiet_page
    page.goto(demo.url)
    data = list(pictures[0].read_bytes())
    transfer = page.evaluate_handle(
        """(bytes) => {
          const transfer = new DataTransfer();
          const file = new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" });
          transfer.items.add(file);
          return transfer;
        }""",
        data,
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main", event, {"dataTransfer": transfer})
    expect(page.get_by_text("dropped.png")).to_be_visible()
    expect(page.get_by_text("1200 × 800 px sent")).to_be_visible()
