"""The pages as people without a mouse, without sight or with a small screen use them."""

import pytest
from playwright.sync_api import expect

from tests.support.messages_api import Held
from tests.support.pages import analyse, answer, wait_until_settled

pytestmark = pytest.mark.browser


def test_the_handle_between_thread_and_picture_says_where_it_stands(demo, quiet_page, pictures):
    page = quiet_page
    analyse(page, demo.url, pictures[:1], "Describe it.")
    handle = page.get_by_role("separator", name="Width of the thread")
    expect(handle).to_have_attribute("aria-valuemin", "440")

    def values() -> list[int]:
        names = ("aria-valuemin", "aria-valuenow", "aria-valuemax")
        return [int(handle.get_attribute(name)) for name in names]

    least, now, most = values()
    assert least <= now <= most
    handle.focus()
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", str(least))
    page.keyboard.press("End")
    expect(handle).to_have_attribute("aria-valuenow", str(most))
    page.keyboard.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", str(most - 32))
    page.set_viewport_size({"width": 1200, "height": 900})
    expect(handle).not_to_have_attribute("aria-valuemax", str(most))


def test_who_stops_or_retries_by_key_keeps_a_place_on_the_page(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    first, second = Held("One two."), Held("One two three.")
    api.script(first, second)
    analyse(page, connected.url, pictures[:1], "Count.")
    assert first.wait_until_open(10)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_role("button", name="Retry")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    second.finish()
    wait_until_settled(page)
    expect(answer(page)).to_have_text("One two three.")
    expect(page.get_by_role("button", name="Copy")).to_be_focused()


def test_a_dialog_gives_the_focus_back_to_the_menu_it_came_from(demo, quiet_page, pictures):
    page = quiet_page
    analyse(page, demo.url, pictures[:1], "Describe it.")
    more = page.get_by_role("button", name="More")
    more.press("Enter")
    page.get_by_role("button", name="Rename").press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_a_turn_is_named_by_its_question(demo, quiet_page, pictures):
    analyse(quiet_page, demo.url, pictures[:1], "Which trend?")
    expect(quiet_page.get_by_role("article", name="Which trend?")).to_be_visible()


def test_how_much_a_search_found_is_told(demo, quiet_page, pictures):
    page = quiet_page
    analyse(page, demo.url, pictures[:1], "Where is the lighthouse keeper?")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search").press_sequentially("lighthouse keeper")
    expect(page.locator("#announcer")).to_have_text("1 analysis found")


def test_a_new_token_is_where_the_reader_is(demo, quiet_page):
    page = quiet_page
    page.goto(f"{demo.url}/settings/")
    page.get_by_label("Name of a new token").fill("Notebook")
    page.get_by_role("button", name="Create").click()
    box = page.get_by_role("status").filter(has_text="It is not shown again.")
    expect(box).to_be_focused()
    page.reload()
    expect(box).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 900, 1440])
def test_the_whole_sentence_of_the_demo_can_be_read(demo, page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(demo.url)
    banner = page.locator(".demo")
    expect(banner.get_by_text("It only measures what it is sent.")).to_be_visible()
    fits = "box => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight"
    assert banner.evaluate(fits)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
