"""``POST /images/from-url``: a picture that this server fetches for a person."""

import pytest

from tests.support.builders import a_png
from tests.support.problems import assert_problem
from visionapp.fetching import Fetched
from visionapp.uploads import intake
from visionapp.uploads.models import Picture

LINK = "https://example.com/charts/sales.png"


class Web:
    """Stands in for the web; all links lead to the same bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[str] = []

    def fetch(self, url, into, *, most):
        self.asked.append(url)
        into.write(self.data)
        return Fetched("sales.png", len(self.data))


@pytest.fixture
def web(monkeypatch):
    there = Web(a_png(600, 400))
    monkeypatch.setattr(intake.fetching, "fetch", there.fetch)
    return there


def test_a_link_becomes_a_picture_of_the_person_who_gave_it(owner, web):
    response = owner.api().post("images/from-url", {"url": LINK})

    assert response.status_code == 201
    record = response.json()
    assert web.asked == [LINK]
    assert (record["name"], record["width"], record["height"]) == ("sales.png", 600, 400)
    assert owner.api().get(f"images/{record['id']}").json() == record


def test_what_a_link_leads_to_is_judged_as_any_file(owner, web):
    web.data = b"<html>"

    response = owner.api().post("images/from-url", {"url": LINK})

    assert_problem(response, 422, "image.unsupported_type")
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://[::1]/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/a.png",
        "http://localhost:8000/a.png",
    ],
)
def test_no_link_leads_into_the_servers_own_network(owner, url):
    sentence = assert_problem(
        owner.api().post("images/from-url", {"url": url}), 422, "url.refused"
    )

    assert "127" not in sentence
    assert "169" not in sentence


@pytest.mark.parametrize("url", ["", "sales.png", "ftp://example.com/a.png", "file:///etc/passwd"])
def test_what_is_no_link_of_the_web_is_refused(owner, url):
    assert_problem(owner.api().post("images/from-url", {"url": url}), 422, "url.invalid")


@pytest.mark.parametrize("body", [{}, {"url": None}, {"url": LINK, "as": "root"}])
def test_a_body_of_another_shape_is_refused(owner, web, body):
    assert_problem(owner.api().post("images/from-url", body), 422, "request.invalid")
    assert web.asked == []
