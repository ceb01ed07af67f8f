"""What a page says and keeps when the server, the session or the analysis is gone."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.support.messages_api import Answer, Held, HttpError
from tests.support.pages import analyse, answer, ask, turns, wait_until_settled

pytestmark = pytest.mark.browser

SIGNED_OUT = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "detail": "Sign in, or send an API token.",
    "code": "auth.required",
}


@pytest.fixture
def held(api):
    """An answer that does not end before the test."""
    answer = Held("Sales rose.")
    api.script(answer)
    yield answer
    answer.finish()


def delete(site, page: Page) -> None:
    """Delete the page's conversation from elsewhere."""
    path = f"conversations/{page.url.rstrip('/').rsplit('/', 1)[-1]}"
    page.request.delete(
        f"{site.url}/api/v1/{path}", headers={"Authorization": f"Bearer {site.token()}"}
    )


def without_stream(page: Page) -> None:
    """Let the page find out by itself, without its stream."""
    page.route("**/stream/**", lambda route: route.fulfill(status=500))


def watch(page: Page, asked: list[str]) -> None:
    page.on("request", lambda request: asked.append(request.url))


def assert_over(page: Page, words: str) -> None:
    """Check that the page says why it is over, offers no Stop, and asks nobody any more."""
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    asked: list[str] = []
    watch(page, asked)
    page.clock.run_for(20_000)
    assert not asked


def test_a_page_whose_analysis_was_deleted_says_so_and_stops_asking(
    connected, held, quiet_page, pictures
):
    page = quiet_page
    page.clock.install()
    without_stream(page)
    analyse(page, connected.url, pictures[:1], "And?")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    delete(connected, page)
    page.clock.run_for(4000)
    assert_over(page, "This analysis was deleted.")


def test_a_page_whose_session_has_ended_says_so_and_stops_asking(
    connected, held, quiet_page, pictures
):
    page = quiet_page
    page.clock.install()
    without_stream(page)
    elsewhere = {"Location": f"{connected.url}/sign-in/"}
    page.route("**/turns/*/", lambda route: route.fulfill(status=302, headers=elsewhere))
    analyse(page, connected.url, pictures[:1], "And?")
    assert_over(page, "Sign in again to go on.")


def test_a_page_waits_for_a_server_that_is_only_away(connected, held, quiet_page, pictures):
    page = quiet_page
    page.clock.install()
    without_stream(page)
    page.route("**/turns/*/", lambda route: route.abort())
    analyse(page, connected.url, pictures[:1], "And?")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    held.finish()
    page.unroute("**/turns/*/")
    page.unroute("**/stream/**")
    page.clock.run_for(4000)
    expect(answer(page)).to_have_text("Sales rose.")
    wait_until_settled(page)


def test_what_was_deleted_elsewhere_cannot_be_tried_again_and_says_why(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    api.script(HttpError(401, "authentication_error", "invalid key"))
    analyse(page, connected.url, pictures[:1], "And?")
    wait_until_settled(page)
    delete(connected, page)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("alert").get_by_text("This is no longer there.")).to_be_visible()


def test_what_another_tab_has_tried_again_says_so_in_its_own_sentence(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    api.script(HttpError(401, "authentication_error", "invalid key"), Answer("Now it works."))
    analyse(page, connected.url, pictures[:1], "And?")
    wait_until_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Retry").click()
    expect(answer(other)).to_have_text("Now it works.")
    wait_until_settled(other)
    page.get_by_role("button", name="Retry").click()
    sentence = "Only a stopped or failed answer can be tried again."
    expect(page.get_by_role("alert").get_by_text(sentence)).to_be_visible()


def test_a_follow_up_that_another_tab_was_faster_with_comes_back_with_its_words(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    held = Held("Still counting.")
    api.script(Answer("One."), held)
    analyse(page, connected.url, pictures[:1], "Count.")
    wait_until_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    ask(other, "And then?")
    expect(turns(other)).to_have_count(2)
    ask(page, "And my question?")
    expect(page.get_by_text("Wait for the answer, or stop it")).to_be_visible()
    expect(page.get_by_label("Follow-up")).to_have_value("And my question?")
    expect(turns(page)).to_have_count(1)
    held.finish()
    wait_until_settled(other)


def test_what_was_written_survives_a_server_that_is_down_and_goes_once_it_was_asked(
    demo, page, pictures
):
    def lose(route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.goto(demo.url)
    page.get_by_label("Pictures").set_input_files(pictures[:1])
    expect(page.get_by_text("px sent")).to_be_visible()
    page.get_by_label("Instruction").fill("What took me an hour to write?")
    page.route(f"{demo.url}/", lose)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Analyse").click()
    page.unroute(f"{demo.url}/")

    page.goto(demo.url)
    expect(page.get_by_label("Instruction")).to_have_value("What took me an hour to write?")

    page.get_by_label("Pictures").set_input_files(pictures[:1])
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    page.goto(demo.url)
    expect(page.get_by_label("Instruction")).to_have_value("")


def test_another_analysis_leaves_what_is_being_written_alone(demo, page, pictures):
    analyse(page, demo.url, pictures[:1], "What is it?")
    conversation = page.url
    page.goto(demo.url)
    page.get_by_label("Instruction").fill("Half a question")
    page.goto(conversation)
    page.goto(demo.url)
    expect(page.get_by_label("Instruction")).to_have_value("Half a question")


def test_a_picture_sent_without_a_session_can_be_sent_again(demo, page, pictures):
    page.goto(demo.url)
    said = json.dumps(SIGNED_OUT)
    page.route(
        "**/api/v1/images",
        lambda route: route.fulfill(
            status=401, body=said, content_type="application/problem+json"
        ),
    )
    page.get_by_label("Pictures").set_input_files(pictures[:1])
    expect(page.get_by_text("Your session has ended. Reload the page")).to_be_visible()
    page.unroute("**/api/v1/images")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("px sent")).to_be_visible()
