"""What of an answer is kept: pictures up to a size and a time, whole, under a name."""

import contextlib
import io
import logging
import socket
import threading
import time

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hosts import PUBLIC, Web, answer
from tests.support.raw_server import Say
from visionapp.fetching import LinkRefused, LinkTooLarge, NotAPicture
from visionapp.fetching.fetch import Fetcher, Limits

MOST = 1000
URL = "http://pictures.example/a.png"


def fetched_bytes(web: Web, limits: Limits | None = None) -> bytes:
    into = io.BytesIO()
    fetched = web.fetcher(limits).fetch(URL, into, most=MOST)
    assert fetched.size == len(into.getvalue())
    return into.getvalue()


def until_gone(piece: bytes, start: bytes = b"") -> Say:
    """Say a piece every few milliseconds until nobody listens."""

    def say(connection: socket.socket) -> None:
        pause = threading.Event()
        connection.sendall(start)
        for _ in range(2000):
            connection.sendall(piece)
            pause.wait(0.005)

    return say


def without_end(piece: bytes, start: bytes = b"") -> Say:
    """Say a piece as fast as it goes until nobody listens."""

    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return say


def silent_after(start: bytes) -> Say:
    """Say something, then nothing, and wait until the other side goes."""

    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.recv(1)

    return say


@pytest.mark.parametrize(
    "kind",
    [
        "image/png",
        "IMAGE/JPEG; charset=binary",
        "image/x-unheard-of",
        "application/pdf",
        "application/octet-stream",
        "binary/octet-stream",
        "",
    ],
)
def test_what_may_be_a_picture_is_kept(web, kind):
    web.pages["/a.png"] = answer(b"picture", kind=kind)

    assert fetched_bytes(web) == b"picture"


def test_an_answer_without_type_or_length_is_kept_to_its_end(web):
    web.pages["/a.png"] = b"HTTP/1.0 200 OK\r\n\r\npicture"

    assert fetched_bytes(web) == b"picture"


def test_an_answer_in_chunks_is_put_together(web):
    web.pages["/a.png"] = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npict\r\n3\r\nure\r\n0\r\n\r\n"
    )

    assert fetched_bytes(web) == b"picture"


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml"]
)
def test_a_web_page_is_refused_with_advice(web, kind):
    web.pages["/a.png"] = answer(b"<html>", kind=kind)

    with pytest.raises(NotAPicture, match="leads to a web page, not to a picture") as refusal:
        fetched_bytes(web)

    assert refusal.value.code == "url.not_a_picture"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "video/mp4", "imagine/png"])
def test_another_kind_of_file_is_not_called_a_web_page(web, kind):
    web.pages["/a.png"] = answer(b"{}", kind=kind)

    with pytest.raises(NotAPicture, match="does not lead to a picture"):
        fetched_bytes(web)


@pytest.mark.parametrize(
    "status",
    ["201 Created", "204 None", "206 Part", "401 Who", "403 No", "404 None", "500 Oh", "999 Odd"],
)
def test_every_answer_but_two_hundred_is_refused_alike(web, status):
    web.pages["/a.png"] = answer(b"", status=status)

    with pytest.raises(LinkRefused) as refusal:
        fetched_bytes(web)

    assert str(refusal.value) == LinkRefused.message


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "identity, gzip"])
def test_a_compressed_answer_is_refused(web, encoding):
    web.pages["/a.png"] = answer(b"picture", headers=f"Content-Encoding: {encoding}")

    with pytest.raises(LinkRefused):
        fetched_bytes(web)


def test_an_answer_that_says_it_is_not_compressed_is_kept(web):
    web.pages["/a.png"] = answer(b"picture", headers="Content-Encoding: Identity")

    assert fetched_bytes(web) == b"picture"


def test_a_picture_of_the_largest_size_is_kept(web):
    web.pages["/a.png"] = answer(b"x" * MOST)

    assert len(fetched_bytes(web)) == MOST


def test_a_length_over_the_limit_is_refused_before_any_of_it_comes(web):
    web.pages["/a.png"] = silent_after(answer(b"x" * (MOST + 1))[: -MOST - 1])
    into = io.BytesIO()

    with pytest.raises(LinkTooLarge) as refusal:
        web.fetcher().fetch(URL, into, most=MOST)

    assert refusal.value.code == "image.too_large"
    assert into.getvalue() == b""


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
)
def test_a_body_without_end_is_refused_at_the_limit(web, start):
    web.pages["/a.png"] = without_end(b"10\r\n0123456789abcdef\r\n", start)
    into = io.BytesIO()

    with pytest.raises(LinkTooLarge):
        web.fetcher().fetch(URL, into, most=MOST)

    assert len(into.getvalue()) <= MOST


@pytest.mark.parametrize(
    "whole",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npicture",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\npicture\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 8\r\n\r\npicture",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\npicture",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\npicture",
        b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\npicture",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"-ERR wrong number of arguments\r\n",
        b"",
    ],
)
def test_an_answer_that_is_cut_off_or_is_no_http_is_refused(web, whole):
    web.pages["/a.png"] = whole

    with pytest.raises(LinkRefused) as refusal:
        fetched_bytes(web)

    assert str(refusal.value) == LinkRefused.message


def test_headers_without_end_are_refused(web):
    web.pages["/a.png"] = without_end(b"X: " + b"a" * 1000 + b"\r\n", b"HTTP/1.1 200 OK\r\n")

    with pytest.raises(LinkRefused):
        fetched_bytes(web)


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_an_answer_in_drips_ends_at_the_deadline(web, start, piece):
    web.pages["/a.png"] = until_gone(piece, start)

    with pytest.raises(LinkRefused):
        fetched_bytes(web, Limits(total=0.1))


def test_a_server_that_falls_silent_is_left(web):
    web.pages["/a.png"] = silent_after(answer(b"picture")[:-3])
    began = time.monotonic()

    with pytest.raises(LinkRefused) as refusal:
        fetched_bytes(web, Limits(read=0.05))

    assert refusal.value.reason.startswith("ReadTimeout")
    assert time.monotonic() - began < 5


def test_a_file_that_cannot_be_written_is_no_fault_of_the_link(web):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    web.pages["/a.png"] = answer(b"picture")

    with pytest.raises(OSError, match="No space"):
        web.fetcher().fetch(URL, Full(), most=MOST)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="chart one.png"', "chart one.png"),
        ("attachment; filename=chart.png", "chart.png"),
        ("inline;FILENAME = chart.png ; size=1", "chart.png"),
        ('inline; filename="a \\"b\\".png"', 'a "b".png'),
        ("inline; filename=a.png; filename*=UTF-8''gr%C3%B6%C3%9Fe.png", "größe.png"),
        ("inline; filename*=iso-8859-1'de'gr%F6ber.png", "gröber.png"),
        ('inline; filename="größe.png"', "größe.png"),
        ("inline; filename*=utf-7''a.png", "a.png"),
        ("inline; notfilename=b.png", "a.png"),
        ('inline; filename=""', "a.png"),
        ("inline", "a.png"),
    ],
)
def test_the_name_is_the_one_that_the_server_gives(web, disposition, name):
    web.pages["/a.png"] = answer(b"picture", headers=f"Content-Disposition: {disposition}")

    assert web.fetcher().fetch(URL, io.BytesIO(), most=MOST).name == name


def test_a_name_in_an_old_encoding_is_read(web):
    web.pages["/a.png"] = answer(
        b"picture", headers='Content-Disposition: inline; filename="gr?ber.png"'
    ).replace(b"?", b"\xf6")

    assert web.fetcher().fetch(URL, io.BytesIO(), most=MOST).name == "gröber.png"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/charts/a%20b.png?size=2/3", "a b.png"),
        ("/charts/", "picture"),
        ("/?a=b.png", "picture"),
        ("", "picture"),
        ("/a%2F..%2Fb.png", "a/../b.png"),
    ],
)
def test_without_a_name_the_end_of_the_path_is_taken(web, path, name):
    asked = path.partition("?")[0] or "/"
    web.pages[asked] = answer(b"picture")

    fetched = web.fetcher().fetch(f"http://pictures.example{path}", io.BytesIO(), most=MOST)

    assert fetched.name == name


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (answer(b"", status="403 No"), "status 403"),
        (answer(b"", kind="text/html"), "not a picture"),
        (answer(b"x" * (MOST + 1)), "too large"),
    ],
)
def test_the_log_names_the_host_and_the_reason_and_nothing_else(web, caplog, page, reason):
    web.pages["/secret-path"] = page
    url = "http://pictures.example/secret-path?key=secret"

    with (
        caplog.at_level(logging.INFO, "visionapp.fetching"),
        pytest.raises((LinkRefused, NotAPicture, LinkTooLarge)),
    ):
        web.fetcher().fetch(url, io.BytesIO(), most=MOST)

    [record] = caplog.records
    assert record.getMessage() == f"a link to pictures.example was refused: {reason}"
    assert record.name == "visionapp.fetching"


def test_the_log_keeps_a_redirects_secrets_out_also_when_it_is_malformed(web, caplog):
    web.pages["/a.png"] = b"HTTP/1.1 302 Found\r\nLocation : http://a.example/?key=secret\r\n\r\n"

    with caplog.at_level(logging.INFO, "visionapp.fetching"), pytest.raises(LinkRefused):
        fetched_bytes(web)

    assert "refused: no proper HTTP" in caplog.text
    assert "secret" not in caplog.text


HEADS = st.lists(
    st.sampled_from(
        [
            b"Content-Length: 3",
            b"Content-Length: 30",
            b"Content-Type: image/png",
            b"Content-Type: text/html",
            b"Content-Type",
            b"Transfer-Encoding: chunked",
            b"Content-Encoding: \xff",
            b"Content-Disposition: a; filename*=utf-8''%ff",
            b"Location: http://pictures.example/b",
            b"Location: http://127.0.0.1/",
            b"Location: //[",
            b"Location: \xff\xfe",
            b" folded",
        ]
    )
    | st.binary(max_size=30),
    max_size=6,
)
ANSWERS = st.builds(
    lambda status, heads, body: b"\r\n".join([status, *heads, b"", body]),
    st.sampled_from(
        [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 302 Found", b"HTTP/1.1 103 E", b"HTTP/2"]
    ),
    HEADS,
    st.binary(max_size=30) | st.just(b"3\r\nabc\r\n0\r\n\r\n"),
)


@given(st.lists(ANSWERS | st.binary(max_size=100), min_size=4, max_size=4))
def test_any_answer_at_all_is_kept_or_refused(answers):
    left = list(answers)
    into = io.BytesIO()
    fetcher = Fetcher(
        resolve=lambda host: [PUBLIC],
        connect=lambda address, port, seconds: httpcore2.MockStream([left.pop(0)]),
    )

    with contextlib.suppress(LinkRefused, NotAPicture, LinkTooLarge):
        fetched = fetcher.fetch(URL, into, most=20)
        assert fetched.size == len(into.getvalue())
        assert fetched.name
    assert len(into.getvalue()) <= 20
