"""The picture in README, and a look at the pages in each size and theme."""

import pytest
from playwright.sync_api import expect

from tests.support.messages_api import Answer
from tests.support.pages import analyse, answer, wait_until_settled
from tests.support.pictures import encoded, jpeg_held
from tests.support.showcase import ANSWER, QUESTION, sales_chart

pytestmark = pytest.mark.browser

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def chart_file(tmp_path):
    path = tmp_path / "sales-2025.png"
    path.write_bytes(encoded(sales_chart()))
    return path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_conversation_fits_every_screen(connected, api, browser, chart_file, shots, size, theme):
    context = browser.new_context(viewport=SIZES[size], color_scheme=theme)
    page = context.new_page()
    page.goto(connected.url)
    shots(page, f"new-{size}-{theme}")
    api.script(Answer(ANSWER))
    analyse(page, connected.url, [chart_file], QUESTION)
    wait_until_settled(page)
    expect(answer(page).locator("tbody tr")).to_have_count(4)
    page.evaluate("document.fonts.ready")
    shots(page, f"conversation-{size}-{theme}")
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= SIZES[size]["width"]


def test_a_sideways_photo_is_upright_on_the_page_and_at_the_model(
    connected, api, quiet_page, tmp_path
):
    path = tmp_path / "sideways.jpg"
    path.write_bytes(jpeg_held(6))
    analyse(quiet_page, connected.url, [path], "Which way is up?")
    wait_until_settled(quiet_page)
    sent = api.requests[-1].images[0]
    shown = quiet_page.locator(".stage img, .stage-picture img").first
    ratio = shown.evaluate("image => image.naturalWidth / image.naturalHeight")
    assert sent.size[0] < sent.size[1]
    assert ratio == pytest.approx(sent.size[0] / sent.size[1], rel=0.02)
