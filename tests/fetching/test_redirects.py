"""Each redirect meets the same checks, and there are few."""

import io

import pytest

from tests.support.hosts import PUBLIC, a_web, answer, sent_on
from visionapp.fetching import LinkRefused

MOST = 1000
OTHER = "8.8.8.8"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_leads_to_the_picture_and_to_its_name(status):
    with a_web(other_example=[[OTHER]]) as web:
        web.pages["/a"] = sent_on("https://other.example/b.png?c=d", status)
        web.pages["/b.png"] = answer(b"picture")
        into = io.BytesIO()

        fetched = web.fetcher().fetch("http://pictures.example/a", into, most=MOST)

    assert into.getvalue() == b"picture"
    assert fetched.name == "b.png"
    assert web.made == [(PUBLIC, 80), (OTHER, 443)]


def test_a_relative_redirect_is_read_from_where_it_stands(web):
    web.pages["/a/b"] = sent_on("../c.png#there")
    web.pages["/c.png"] = answer(b"picture")

    fetched = web.fetcher().fetch("https://pictures.example/a/b", io.BytesIO(), most=MOST)

    assert fetched.size == 7
    assert web.made == [(PUBLIC, 443)] * 2


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "//127.0.0.1/",
        "http://2130706433/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "http://pictures.example:22/",
        "http://user:secret@pictures.example/",
        "ftp://pictures.example/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//[",
        "http://pictures.exam\tple/",
        "/" + "a" * 2000,
        "",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused_like_any_address(location):
    with a_web(inside_example=[["10.0.0.1"]]) as web:
        web.pages["/a.png"] = sent_on(location)
        into = io.BytesIO()

        with pytest.raises(LinkRefused) as refusal:
            web.fetcher().fetch("http://pictures.example/a.png", into, most=MOST)

    assert str(refusal.value) == LinkRefused.message
    assert web.made == [(PUBLIC, 80)]
    assert into.getvalue() == b""


def test_a_redirect_that_does_not_say_where_is_refused(web):
    web.pages["/a.png"] = answer(b"picture", status="302 Found")

    with pytest.raises(LinkRefused):
        web.fetcher().fetch("http://pictures.example/a.png", io.BytesIO(), most=MOST)


def test_a_redirect_does_not_take_the_encryption_away(web):
    web.pages["/a.png"] = sent_on("http://pictures.example/b.png")
    web.pages["/b.png"] = answer(b"picture")

    with pytest.raises(LinkRefused):
        web.fetcher().fetch("https://pictures.example/a.png", io.BytesIO(), most=MOST)

    assert web.made == [(PUBLIC, 443)]


def test_a_loop_ends_after_three_redirects(web):
    web.pages["/a.png"] = sent_on("/a.png")

    with pytest.raises(LinkRefused):
        web.fetcher().fetch("http://pictures.example/a.png", io.BytesIO(), most=MOST)

    assert len(web.requests) == 4


def test_three_redirects_are_followed(web):
    web.pages |= {f"/{step}": sent_on(f"/{step + 1}") for step in range(3)}
    web.pages["/3"] = answer(b"picture")

    fetched = web.fetcher().fetch("http://pictures.example/0", io.BytesIO(), most=MOST)

    assert (fetched.name, fetched.size) == ("3", 7)


@pytest.mark.parametrize("status", ["300 Choices", "304 Unchanged", "305 Proxy", "306 Unused"])
def test_other_answers_of_three_hundred_are_not_followed(web, status):
    web.pages["/a.png"] = sent_on("/b.png", status)
    web.pages["/b.png"] = answer(b"picture")

    with pytest.raises(LinkRefused):
        web.fetcher().fetch("http://pictures.example/a.png", io.BytesIO(), most=MOST)

    assert len(web.requests) == 1
