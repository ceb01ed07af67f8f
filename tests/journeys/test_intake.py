"""All the ways in which pictures come into a form."""

from io import BytesIO

import pillow_heif
import pytest
from playwright.sync_api import expect

from tests.support.intake import UPLOADS, add_ready, choose, names, paste, tile
from tests.support.pages import turns, wait_until_settled
from tests.support.pictures import animation, chart, encoded, photo
from tests.support.seen import LOOK

pytestmark = pytest.mark.browser

PASTE_A_PICTURE = """async (element, text) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
  const picture = await new Promise((resolve) => canvas.toBlob(resolve));
  const clipboardData = new DataTransfer();
  if (text) clipboardData.setData("text/plain", text);
  clipboardData.items.add(new File([picture], "image.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return !element.dispatchEvent(paste);
}"""

TOUCH = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_of_several_files_one_is_refused_by_name_and_the_rest_goes_on(new_page, pictures, written):
    page = new_page
    notes = written("notes.png", b"no picture at all")
    choose(page, pictures[0], notes, pictures[1])
    expect(page.get_by_text("2 pictures, ")).to_be_visible()
    refused = page.get_by_role("alert").filter(has_text="notes.png")
    expect(refused).to_contain_text("was not added. This file is not a JPEG")
    assert names(page) == ["sales.png", "field.jpg"]


def test_of_a_folder_the_pictures_are_taken_in_order_and_nothing_else(new_page, written):
    page = new_page
    small = encoded(chart(300, 240))
    folder = written("scans/page 10.png", small).parent
    for name in ("page 2.png", ".hidden.png", "inner/page 3.png", ".git/page 4.png"):
        written(f"scans/{name}", small)
    written("scans/readme.txt", b"words")
    page.locator("[data-chooser=folder]").set_input_files(folder)
    expect(page.get_by_text("3 pictures, ")).to_be_visible()
    assert names(page) == ["page 3.png", "page 2.png", "page 10.png"]
    expect(page.get_by_role("alert").filter(has_text="added")).to_have_count(0)


def test_a_folder_without_pictures_says_so(new_page, written):
    folder = written("papers/readme.txt", b"words").parent
    new_page.locator("[data-chooser=folder]").set_input_files(folder)
    expect(new_page.get_by_text("There are no pictures in this folder.")).to_be_visible()
    assert names(new_page) == []


def test_a_link_into_the_servers_own_network_is_refused_beside_it(new_page):
    page = new_page
    page.get_by_role("button", name="Link").click()
    field = page.get_by_label("Link to a picture")
    expect(field).to_be_focused()
    field.fill("http://127.0.0.1/chart.png")
    field.press("Enter")
    expect(page.get_by_text("No picture could be fetched from this link.")).to_be_visible()
    expect(field).to_have_value("http://127.0.0.1/chart.png")
    assert names(page) == []
    field.press("Escape")
    expect(field).to_be_hidden()
    expect(page.get_by_role("button", name="Link")).to_be_focused()


def test_a_link_that_is_pasted_is_fetched_except_into_a_text(new_page, hold):
    page = new_page
    fetches = hold("**/images/from-url")
    paste(page, "https://example.com/charts/sales.png", onto="#instruction")
    paste(page, "two words", onto="body")
    expect(page.locator(".tile")).to_have_count(0)
    paste(page, " https://example.com/charts/sales.png\n")
    expect(tile(page, "sales.png").get_by_text("Fetching")).to_be_visible()
    tile(page, "sales.png").get_by_role("button", name="Cancel").click()
    expect(page.locator(".tile")).to_have_count(0)
    [fetch] = fetches.held
    assert fetch.request.post_data_json == {"url": "https://example.com/charts/sales.png"}


@pytest.mark.parametrize(("text", "pictures_taken"), [("A1\tB1", 0), ("", 1)])
def test_of_cells_the_text_goes_into_a_text_and_a_bare_picture_to_the_pictures(
    new_page, text, pictures_taken
):
    page = new_page
    prevented = page.get_by_label("Instruction").evaluate(PASTE_A_PICTURE, text)
    assert prevented is bool(pictures_taken)
    # Pictures are taken in one after the other: this one comes after whatever the box gave.
    page.locator("body").evaluate(PASTE_A_PICTURE, "")
    expect(page.locator(".tile[data-state=ready]")).to_have_count(pictures_taken + 1)


def test_an_earlier_picture_is_asked_about_again(new_page, connected):
    page = new_page
    connected.upload("older.png", encoded(chart(310, 240)))
    connected.upload("newer.png", encoded(chart(320, 240)))
    page.get_by_role("button", name="Earlier pictures").click()
    dialog = page.get_by_role("dialog", name="Earlier pictures")
    newest = dialog.locator("[data-record]").first
    expect(newest).to_have_text("newer.png")
    newest.press("ArrowRight")
    page.keyboard.press("Space")
    newest.press("Enter")
    expect(dialog.get_by_role("button", pressed=True)).to_have_text(["newer.png", "older.png"])
    dialog.get_by_role("button", name="Add 2 pictures").click()
    expect(page.get_by_text("2 pictures, ")).to_be_visible()
    assert names(page) == ["older.png", "newer.png"]

    page.get_by_role("button", name="Earlier pictures").click()
    expect(dialog.get_by_role("button", name="newer.png")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_label("Instruction").fill("Is it the same?")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    wait_until_settled(page)
    expect(turns(page).get_by_role("img", name="older.png")).to_be_visible()


def test_earlier_pictures_that_cannot_be_loaded_can_be_asked_for_again(new_page, connected):
    page = new_page
    connected.upload("kept.png", encoded(chart(300, 240)))
    page.route("**/pictures/", lambda route: route.abort())
    page.get_by_role("button", name="Earlier pictures").click()
    expect(page.get_by_text("These could not be loaded.")).to_be_visible()
    page.unroute("**/pictures/")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="kept.png").first).to_be_visible()
    expect(page.get_by_text("These could not be loaded.")).to_be_hidden()


def test_pictures_that_browsers_cannot_show_get_the_servers_small_one(new_page, hold, written):
    page = new_page
    heic = BytesIO()
    pillow_heif.from_pillow(photo()).save(heic, quality=80)
    pages = BytesIO()
    chart().save(pages, "PDF", save_all=True, append_images=[chart()] * 2)
    files = [written("IMG_1.HEIC", heic.getvalue()), written("report.pdf", pages.getvalue())]
    uploads = hold(UPLOADS)
    choose(page, *files)
    expect(tile(page, "IMG_1.HEIC").get_by_text("HEIC", exact=True)).to_be_visible()
    uploads.let_go()
    for file in files:
        expect(tile(page, file.name).get_by_text("px sent")).to_be_visible()
        small = tile(page, file.name).locator("img")
        expect(small).to_be_visible()
        expect(small).to_have_js_property("naturalWidth", 320)
    expect(tile(page, "report.pdf")).to_contain_text("Page 1 of 3")
    expect(tile(page, "report.pdf").get_by_role("button", name="Choose pages")).to_be_visible()
    expect(tile(page, "IMG_1.HEIC").get_by_role("button", name="Choose")).to_have_count(0)


def test_what_is_left_out_when_there_are_too_many_is_said(new_page, written):
    page = new_page
    page.locator("picture-drop").evaluate("drop => { drop.dataset.maxImages = 2; }")
    files = [written(f"{number}.png", encoded(chart(300, 240))) for number in range(4)]
    choose(page, *files)
    expect(page.get_by_text("“2.png” and 1 more were left out: at most 2")).to_be_visible()
    expect(page.get_by_text("2 pictures, ")).to_be_visible()
    assert names(page) == ["0.png", "1.png"]


def test_a_moving_picture_names_its_frames(new_page, written):
    page = new_page
    add_ready(page, written("moving.gif", animation("GIF")))
    expect(tile(page, "moving.gif")).to_contain_text("Frame 1 of 3")
    expect(tile(page, "moving.gif").get_by_role("button", name="Choose frames")).to_be_visible()


def test_a_phone_offers_its_camera_and_a_desktop_does_not(connected, browser):
    context = browser.new_context(**TOUCH)
    phone = context.new_page()
    phone.goto(connected.url)
    with phone.expect_file_chooser() as chosen:
        phone.get_by_role("button", name="Camera").tap()
    camera = chosen.value.element
    assert camera.get_attribute("capture") == "environment"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.set_viewport_size({"width": 1440, "height": 900})
    context.close()

    desktop = browser.new_page()
    desktop.goto(connected.url)
    expect(desktop.get_by_role("button", name="Camera")).to_be_hidden()
    desktop.close()


def test_a_follow_up_takes_pictures_in_by_the_same_ways(new_page, connected, pictures):
    page = new_page
    add_ready(page, pictures[0])
    page.get_by_label("Instruction").fill("What is it?")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    wait_until_settled(page)
    page.get_by_role("button", name="Other ways to add").press("Enter")
    page.get_by_role("button", name="Earlier pictures").press("Enter")
    dialog = page.get_by_role("dialog", name="Earlier pictures")
    dialog.get_by_role("button", name="sales.png").first.press("Space")
    dialog.get_by_role("button", name="Add 1 picture").press("Enter")
    removing = page.get_by_role("button", name="Remove")
    expect(removing).to_have_accessible_description("sales.png")
    page.get_by_role("button", name="Other ways to add").press("Enter")
    page.get_by_role("button", name="Link").press("Enter")
    page.get_by_label("Link to a picture").press("Escape")
    expect(page.get_by_role("button", name="Other ways to add")).to_be_focused()
    page.get_by_label("Follow-up").fill("And this one?")
    page.get_by_label("Follow-up").press("Enter")
    expect(turns(page)).to_have_count(2)
    expect(page.locator(".composer .tile")).to_have_count(0)


def test_what_is_added_while_a_follow_up_goes_off_stays(new_page, hold, pictures, written):
    page = new_page
    add_ready(page, pictures[0])
    page.get_by_label("Instruction").fill("What is it?")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    wait_until_settled(page)
    add_ready(page, pictures[1])
    asked = hold("**/ask/")
    page.get_by_label("Follow-up").fill("And this one?")
    page.get_by_label("Follow-up").press("Enter")
    add_ready(page, written("later.png", encoded(chart(300, 240))))
    page.get_by_label("Follow-up").fill("What of the next?")
    asked.let_go()
    expect(turns(page)).to_have_count(2)
    expect(page.locator(".composer .tile [data-name]")).to_have_text(["later.png"])
    expect(page.get_by_label("Follow-up")).to_have_value("What of the next?")
    wait_until_settled(page)
    page.get_by_role("button", name="Ask").click()
    expect(turns(page)).to_have_count(3)
    expect(page.locator(".composer .tile")).to_have_count(0)
    expect(page.get_by_label("Follow-up")).to_have_value("")


def test_a_file_is_never_taken_for_a_control_by_its_name(new_page, written):
    page = new_page
    name = "holiday pictures mask.png"
    add_ready(page, written(name, encoded(chart(3000, 2000))))
    expect(page.get_by_label("Pictures")).to_have_count(1)
    for control in (LOOK, "Remove"):
        button = page.get_by_role("button", name=control)
        expect(button).to_have_accessible_description(name)
    page.get_by_label("Instruction").fill("What is it?")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    wait_until_settled(page)
    add_ready(page, written(name, encoded(chart(400, 300))))
    expect(page.get_by_label("Pictures")).to_have_count(1)
    expect(page.get_by_role("button", name="Ask")).to_have_count(1)
    thumb = turns(page).get_by_role("button", name="Picture 1")
    expect(thumb).to_have_accessible_description(name)
    expect(thumb.get_by_role("img", name=name)).to_be_visible()
