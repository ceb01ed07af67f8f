"""A picture that the model cannot take is dropped from the thread, and the thread goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.messages_api import Answer, CannotProcess
from tests.support.pages import analyse, answer, ask, turns, wait_until_settled
from tests.support.pictures import chart, encoded, photo, quadrants

pytestmark = pytest.mark.browser

BAD = (320, 240)


@pytest.fixture
def files(tmp_path):
    pictures = {"sales": chart(), "broken": quadrants(*BAD), "field": photo()}
    for name, image in pictures.items():
        (tmp_path / f"{name}.png").write_bytes(encoded(image))
    return [tmp_path / f"{name}.png" for name in pictures]


@pytest.fixture
def picky(api):
    """A model that cannot process one of the pictures."""
    api.default = CannotProcess(BAD)
    yield api
    api.default = Answer()


def test_a_picture_is_dropped_with_one_click_and_the_thread_goes_on(
    connected, picky, quiet_page, files, shots
):
    page = quiet_page
    analyse(page, connected.url, files, "Compare them.")
    wait_until_settled(page)
    expect(turns(page).last).to_contain_text("does not say which")
    shots(page, "refused-desktop-light")

    page.get_by_role("button", name="Take out Image 2 and try again").click()
    expect(answer(page)).to_contain_text("2 pictures")
    marked = page.locator(".thumb[data-taken-out]")
    # Among the questions, and in the strip of all pictures.
    expect(marked).to_have_count(2)
    expect(marked.first).to_contain_text("Taken out")

    ask(page, "And now?")
    expect(turns(page)).to_have_count(2)
    wait_until_settled(page)
    expect(answer(page)).to_contain_text("2 pictures")


def test_a_picture_is_taken_out_and_put_back_by_keyboard(connected, quiet_page, files):
    page = quiet_page
    analyse(page, connected.url, files[::2], "Compare them.")
    wait_until_settled(page)
    choose = page.get_by_role("button", name="Change what goes along")

    choose.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Take Image 2 out of the thread")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".thumb[data-taken-out]")).to_have_count(2)
    expect(choose).to_be_focused()
    expect(page.locator("#announcer")).to_have_text(re.compile("is taken out"))
    ask(page, "And now?")
    wait_until_settled(page)
    expect(answer(page)).to_contain_text("1 picture")

    back = page.get_by_role("button", name="Put Image 2 back").first
    back.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".thumb[data-taken-out]")).to_have_count(0)
    expect(page.locator("#turns .thumb").nth(1)).to_be_focused()
    ask(page, "And with both?")
    expect(turns(page)).to_have_count(3)
    wait_until_settled(page)
    expect(answer(page)).to_contain_text("2 pictures")
