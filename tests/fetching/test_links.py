"""How links are read."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionapp.fetching import LinkInvalid
from visionapp.fetching.links import LONGEST, PORTS, Link, parse


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("http://a.example", Link("http", "a.example", 80, "/")),
        ("HTTPS://A.Example:/?", Link("https", "a.example", 443, "/")),
        (" https://a.example/b?c=d&e#f\n", Link("https", "a.example", 443, "/b?c=d&e")),
        ("http://a.example:443/", Link("http", "a.example", 443, "/")),
        ("https://my_bucket.a.example/", Link("https", "my_bucket.a.example", 443, "/")),
        ("https://a.example/ü b", Link("https", "a.example", 443, "/%C3%BC%20b")),
        ("https://a.example/%C3%BC%2f?q=%zz", Link("https", "a.example", 443, "/%C3%BC%2f?q=%zz")),
        ("https://a.example/\\b?<c>", Link("https", "a.example", 443, "/%5Cb?%3Cc%3E")),
        ("https://a.example?b/c?d", Link("https", "a.example", 443, "/?b/c?d")),
        ("http://[2A00:1450::0:200E]/", Link("http", "2a00:1450::200e", 80, "/")),
    ],
)
def test_a_link_is_read_into_its_parts(text, link):
    assert parse(text) == link


def test_a_link_of_the_greatest_length_is_read():
    start = "http://a.example/"

    assert len(parse(start + "a" * (LONGEST - len(start))).target) == LONGEST - len(start) + 1


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("http://a.example:80/", "a.example"),
        ("https://a.example:80/", "a.example:80"),
        ("https://[::1]/", "[::1]"),
        ("https://[::1]:80/", "[::1]:80"),
    ],
)
def test_the_host_is_named_with_an_unusual_port_only(text, authority):
    assert parse(text).authority == authority


PIECES = st.sampled_from(
    [
        *["http://", "https:", "//", "@", ":", ":80", "[", "]", "::1", "%", "%2e", "\\", "/", "?"],
        *["#", ".", "..", "。", "a.example", "127.0.0.1", "0x7f", "-", "_", "xn--", "xn--a", "\t"],
        *["\n", " ", "é", "ß", "\u0663", "\u0301", "ﬀ", "\u200d", "\ud800"],
    ]
)
LINKS = st.builds(
    "".join, st.lists(PIECES | st.characters(codec=None, categories=None), max_size=8)
)


@given(st.sampled_from(["", "http://", "https://a.example"]), LINKS)
def test_any_text_is_refused_or_read_into_plain_parts(start, rest):
    try:
        link = parse(start + rest)
    except LinkInvalid:
        return

    assert link.scheme in PORTS
    assert re.fullmatch(r"[a-z0-9._-]{1,253}|[0-9a-f:.]+", link.host)
    assert re.fullmatch(r"/[!-~]*", link.target)
    assert "#" not in link.target
    again = urlsplit(f"{link.scheme}://{link.authority}{link.target}")
    assert (again.hostname, again.username) == (link.host, None)
