"""Links that try to get at the server's own network reach nothing."""

import io

import pytest

from tests.support.hosts import PUBLIC, Web, a_web, answer
from visionapp.fetching import LinkInvalid, LinkRefused, fetch
from visionapp.fetching.backend import look_up
from visionapp.fetching.fetch import Fetcher

MOST = 1000

INSIDE = {
    "metadata_google_internal": [["169.254.169.254"]],
    "localhost": [["127.0.0.1", "::1"]],
    "wiki": [["10.1.2.3"]],
    "localtest_me": [["127.0.0.1"]],
    "mapped_example": [["::ffff:127.0.0.1"]],
    "nat64_example": [["64:ff9b::7f00:1"]],
    "scoped_example": [["fe80::1%eth0"]],
    "both_example": [[PUBLIC, "192.168.0.1"]],
    "six_example": [[PUBLIC, "::1"]],
}

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1:443/",
    "http://127.0.0.1./",
    "http://127.0.0.1#@pictures.example/",
    "http://127.0.0.1?@pictures.example/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0X7F000001/",
    "http://0x7f.0.0.1/",
    "http://127.0.0.0x1/",
    "http://0x7f.1./",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://017700000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0x/",
    "http://0.0.0.0/",
    "http://256.0.0.1/",
    "http://1.2.3.4.5/",
    "http://example.1/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://\uff11\uff12\uff17\uff0e\uff11/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata.google.internal./",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://wiki/",
    "https://localtest.me/",
    "http://mapped.example/",
    "http://nat64.example/",
    "http://scoped.example/",
    "http://both.example/",
    "http://six.example/",
    "http://unknown.example/",
    "http://pictures.example:22/",
    "http://pictures.example:8080/",
    "https://pictures.example:6379/",
    "https://pictures.example:99999/",
]

NO_LINKS = [
    "",
    " ",
    "pictures.example/a.png",
    "//pictures.example/a.png",
    "http:/pictures.example/a.png",
    "http:pictures.example/a.png",
    "http:///a.png",
    "http://",
    "http://:80/",
    "ftp://pictures.example/a.png",
    "file:///etc/passwd",
    "file://pictures.example/etc/passwd",
    "gopher://pictures.example:80/_GET",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "dict://pictures.example:80/",
    "ldap://pictures.example/",
    "unix:/run/docker.sock",
    "http+unix://%2Frun%2Fdocker.sock/",
    "ws://pictures.example/",
    "http://user@pictures.example/",
    "http://user:secret@pictures.example/",
    "http://@pictures.example/",
    "http://pictures.example@127.0.0.1/",
    "http://127.0.0.1@pictures.example/",
    "http://pictures.example:80@127.0.0.1/",
    "http://pictures.example%40127.0.0.1/",
    "http://pictures.example\\@127.0.0.1/",
    "http://127.0.0.1\\.pictures.example/",
    "http:\\\\pictures.example\\a.png",
    "http://pictures.example:80:80/",
    "http://pictures.example:port/",
    "http://pictures.example:-80/",
    "http://pictures.example:\uff18\uff10/",
    "http://pictures.example:080/",
    "http://pictures.example:0/",
    "http://pictures.example:100000/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.pictures.example/",
    "http://pictures.example%2F/",
    "http://pictures example/",
    "http://pictures.example\r\nHost: 127.0.0.1/",
    "http://pictures.example/\r\nX: 1",
    "http://pictures.exam\tple/",
    "http://pictures.example/\x00",
    "http://pictures.example/\x7f",
    "http://pictures.example/\u2028a",
    "http://pictures.example/\ud800",
    "http://[fe80::1%eth0]/",
    "http://[fe80::1%25eth0]/",
    "http://[::1]pictures.example/",
    "http://pictures.example[::1]/",
    "http://[pictures.example]/",
    "http://[127.0.0.1]/",
    "http://[v1.fe80::1]/",
    "http://[::1/",
    "http://[]/",
    "http://::1/",
    "http://.pictures.example/",
    "http://pictures..example/",
    "http://pictures.example../",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 127 + "example/",
    "http://pictures.example;a/",
    "http://pictures.example\u2100/",
    "http://pictures.example\uff20127.0.0.1/",
    "http://☃☃️.example\u0301\u0301\u200d/",
    "http://pictures.example/" + "a" * 2000,
]


@pytest.fixture(scope="module")
def dangerous() -> Web:
    with a_web(**INSIDE) as web:
        yield web


@pytest.mark.parametrize("url", PRIVATE)
def test_no_connection_is_made_to_anything_private_and_all_sound_the_same(dangerous, url):
    into = io.BytesIO()

    with pytest.raises(LinkRefused) as refusal:
        dangerous.fetcher().fetch(url, into, most=MOST)

    assert dangerous.made == []
    assert refusal.value.code == "url.refused"
    assert str(refusal.value) == LinkRefused.message
    assert into.getvalue() == b""


@pytest.mark.parametrize("url", NO_LINKS)
def test_what_is_not_a_plain_web_link_is_not_even_looked_up(url):
    with a_web() as web, pytest.raises(LinkInvalid) as refusal:
        web.fetcher().fetch(url, io.BytesIO(), most=MOST)

    assert (web.names.asked, web.made) == ([], [])
    assert refusal.value.code == "url.invalid"


@pytest.mark.parametrize("url", ["http://2130706433/", "http://0x7f.1/", "http://127.1/"])
def test_a_number_for_a_name_is_not_looked_up(dangerous, url):
    before = len(dangerous.names.asked)

    with pytest.raises(LinkRefused):
        dangerous.fetcher().fetch(url, io.BytesIO(), most=MOST)

    assert len(dangerous.names.asked) == before


def test_the_systems_own_names_for_this_machine_are_refused(web):
    fetcher = Fetcher(resolve=look_up, connect=web.connect)

    with pytest.raises(LinkRefused) as refusal:
        fetcher.fetch("http://localhost/", io.BytesIO(), most=MOST)

    assert refusal.value.reason.startswith("not public: ")
    assert web.made == []


def test_the_fetcher_of_the_app_refuses_a_server_on_this_machine(web):
    web.pages["/a.png"] = answer(b"inside")

    for host in ["127.0.0.1", "localhost"]:
        with pytest.raises(LinkRefused):
            fetch(f"http://{host}:{web.port}/a.png", io.BytesIO(), most=MOST)

    assert web.requests == []


def test_a_fragment_does_not_lead_elsewhere_and_is_not_sent(web):
    web.pages["/"] = answer(b"picture")
    into = io.BytesIO()

    web.fetcher().fetch("http://pictures.example#@127.0.0.1/", into, most=MOST)

    assert into.getvalue() == b"picture"
    assert web.made == [(PUBLIC, 80)]
    assert web.requests[0].startswith(b"GET / HTTP/1.1\r\nHost: pictures.example\r\n")
