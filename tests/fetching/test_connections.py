"""How a connection comes about: one look-up, checked addresses, the name kept for TLS."""

import io
import ssl
import threading
import time

import httpcore2
import pytest

from tests.support.hosts import PUBLIC, a_web, answer, sent_on
from visionapp.fetching import LinkRefused
from visionapp.fetching.backend import Deadline, PublicNetwork, TimedStream
from visionapp.fetching.fetch import Fetcher, Limits

MOST = 1000
OTHER = "8.8.8.8"
THIRD = "9.9.9.9"
FOURTH = "1.1.1.1"


def test_the_checked_address_is_connected_to_and_the_name_is_looked_up_once():
    with a_web(rebound_example=[[PUBLIC], ["127.0.0.1"]]) as web:
        web.pages["/a.png"] = answer(b"picture")
        into = io.BytesIO()

        web.fetcher().fetch("http://rebound.example/a.png", into, most=MOST)

    assert into.getvalue() == b"picture"
    assert web.names.asked == ["rebound.example"]
    assert web.made == [(PUBLIC, 80)]


def test_a_name_that_turned_private_is_refused_at_the_next_connection():
    with a_web(rebound_example=[[PUBLIC], ["127.0.0.1"]]) as web:
        web.pages["/a.png"] = sent_on("/b.png")

        with pytest.raises(LinkRefused):
            web.fetcher().fetch("http://rebound.example/a.png", io.BytesIO(), most=MOST)

    assert web.names.asked == ["rebound.example"] * 2
    assert web.made == [(PUBLIC, 80)]


def test_the_next_checked_address_is_tried_when_one_does_not_answer():
    with a_web(two_example=[[OTHER, PUBLIC]]) as web:
        web.dead.add(OTHER)
        web.pages["/a.png"] = answer(b"picture")

        fetched = web.fetcher().fetch("http://two.example/a.png", io.BytesIO(), most=MOST)

    assert fetched.size == 7
    assert web.made == [(OTHER, 80), (PUBLIC, 80)]
    assert web.names.asked == ["two.example"]


def test_a_name_of_many_dead_addresses_does_not_have_all_of_them_tried():
    with a_web(many_example=[[OTHER, THIRD, FOURTH, PUBLIC]]) as web:
        web.dead |= {OTHER, THIRD, FOURTH}

        with pytest.raises(LinkRefused):
            web.fetcher().fetch("http://many.example/a.png", io.BytesIO(), most=MOST)

    assert [address for address, _ in web.made] == [OTHER, THIRD, FOURTH]


def test_a_name_without_addresses_is_refused():
    with a_web(empty_example=[[]]) as web, pytest.raises(LinkRefused):
        web.fetcher().fetch("http://empty.example/a.png", io.BytesIO(), most=MOST)

    assert web.made == []


def test_a_public_address_in_the_link_needs_no_look_up(web):
    web.pages["/a.png"] = answer(b"picture")

    for host in [PUBLIC, "[2a00:1450:4001:80b::200e]"]:
        web.fetcher().fetch(f"http://{host}/a.png", io.BytesIO(), most=MOST)

    assert web.names.asked == []
    assert web.made == [(PUBLIC, 80), ("2a00:1450:4001:80b::200e", 80)]
    assert b"\r\nHost: [2a00:1450:4001:80b::200e]\r\n" in web.requests[1]


def test_tls_checks_the_name_though_the_address_is_connected_to(web):
    web.pages["/a.png"] = answer(b"picture")

    web.fetcher().fetch("https://Pictures.Example./a.png", io.BytesIO(), most=MOST)

    [handshake] = web.handshakes
    assert web.made == [(PUBLIC, 443)]
    assert handshake.name == "pictures.example"
    assert handshake.context.check_hostname
    assert handshake.context.verify_mode == ssl.CERT_REQUIRED
    assert b"\r\nHost: pictures.example\r\n" in web.requests[0]


def test_a_server_without_tls_is_refused_where_https_was_asked_for():
    with a_web() as web:
        web.real_tls = True
        web.say = lambda connection: connection.sendall(answer(b"picture"))

        with pytest.raises(LinkRefused):
            web.fetcher().fetch("https://pictures.example/a.png", io.BytesIO(), most=MOST)


def test_a_name_in_other_letters_is_looked_up_in_ascii():
    with a_web(**{"xn--bcher-kva_example": [[PUBLIC]]}) as web:
        web.pages["/%C3%A4%20b.png"] = answer(b"picture")

        fetched = web.fetcher().fetch("http://Bücher.example/ä b.png", io.BytesIO(), most=MOST)

    assert web.names.asked == ["xn--bcher-kva.example"]
    assert fetched.name == "ä b.png"


def test_what_is_asked_carries_nothing_of_the_server_or_the_person(web, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    web.pages["/a.png"] = sent_on("/b.png?x=1&y=%20") + b""
    web.pages["/b.png"] = answer(b"picture", headers="Set-Cookie: a=b")
    web.pages["/a.png"] = web.pages["/a.png"].replace(b"Location", b"Set-Cookie: a=b\r\nLocation")

    web.fetcher().fetch(" http://pictures.example:443/a.png\n", io.BytesIO(), most=MOST)

    assert web.requests[1] == (
        b"GET /b.png?x=1&y=%20 HTTP/1.1\r\nHost: pictures.example:443\r\n"
        b"User-Agent: Visionapp\r\nAccept: image/*,application/pdf\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )


def test_a_look_up_that_hangs_does_not_pass_the_deadline(web):
    answered = threading.Event()

    def hangs(host: str) -> list[str]:
        answered.wait(10)
        return [PUBLIC]

    fetcher = Fetcher(resolve=hangs, connect=web.connect, limits=Limits(total=0.05))
    began = time.monotonic()
    try:
        with pytest.raises(LinkRefused):
            fetcher.fetch("http://pictures.example/a.png", io.BytesIO(), most=MOST)
    finally:
        answered.set()

    assert time.monotonic() - began < 2
    assert web.made == []


def test_a_connection_gets_three_seconds_or_what_is_left(web):
    web.pages["/a.png"] = answer(b"picture")

    for limits in [Limits(), Limits(total=2)]:
        web.fetcher(limits).fetch("http://pictures.example/a.png", io.BytesIO(), most=MOST)

    usual, short = web.seconds
    assert usual == 3
    assert 1 < short < 2


def test_a_connection_is_closed_when_the_deadline_ends_before_its_encryption(web):
    plain = web.connect(PUBLIC, 443, 1)
    socket = plain.get_extra_info("socket")

    with pytest.raises(LinkRefused):
        TimedStream(plain, Deadline(0)).start_tls(ssl.create_default_context(), "a.example", 3)

    assert socket.fileno() == -1
    assert web.handshakes == []


def test_the_network_has_no_way_to_a_unix_socket(web):
    network = PublicNetwork(web.names, web.connect, Deadline(1))

    with pytest.raises(NotImplementedError):
        network.connect_unix_socket("/run/docker.sock")

    assert isinstance(network, httpcore2.NetworkBackend)
