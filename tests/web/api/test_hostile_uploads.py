"""``POST /images`` in the hands of an enemy: names, types, forms and files that mean harm."""

import base64
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings as app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.builders import a_file, a_png
from tests.support.hostile import bombs, containers, traps
from tests.support.hostile.polyglots import HIDDEN, PAYLOADS, PLAIN
from tests.support.hostile.sound import sound
from tests.support.problems import assert_problem
from visionapp.preparation import MEDIA_TYPES
from visionapp.uploads.models import Picture, PreparedImage, Upload

CUT = "-----cut"
SENT = b'form-data; name="file"; filename="chart.png"'
AS_PNG = (b"Content-Type: image/png",)

NAMES = {
    "1,000 letters": b"a" * 996 + b".png",
    "1,000 signs of four bytes": "𝄞".encode() * 250 + b".png",
    "the folder above": b"../../../../etc/passwd.png",
    "the folder above, elsewhere": rb"..\\..\\..\\boot.png",
    "the root": b"/etc/passwd",
    "a drive": rb"C:\\Users\\me\\chart.png",
    "a folder alone": b"folder/",
    "a dot": b".",
    "two dots": b"..",
    "dots": b"...png",
    "hidden": b".bashrc",
    "an option": b"-rf.png",
    "a device": b"CON",
    "blanks": b"   ",
    "nothing ends it": b"chart.png\0.html",
    "control characters": b"\x01\x1b[31mchart\x7f\x08.png",
    "a tab": b"cha\trt.png",
    "C1 control characters": "cha\x85\x9brt.png".encode(),
    "right to left": "chart\u202egnp.exe".encode(),
    "marks without width": "\u200b\u2066chart\u2069\ufeff.png".encode(),
    "half a character": b"chart\xed\xa0\x80.png",
    "no character": b"chart\xff\xfe.png",
    "private and unassigned ones": "\ue000\U0010ffff\u0378.png".encode(),
    "markup": b"<img src=x onerror=alert(1)>.png",
    "quotes": rb"\"quoted\" and 'quoted'.png",
    "percent": b"%2e%2e%2fchart%00.png",
    "entities": b"&#46;&#46;&#47;chart&lt;b&gt;.png",
    "semicolons": b"chart; name=other; filename=evil.exe",
    "accents without end": b"e" + "\u0301".encode() * 500,
}

EXTENDED = {
    "percent": b"utf-8''%2e%2e%2fcha%00rt%0d%0a.png",
    "a language": b"utf-8'en'chart.png",
    "another encoding": b"utf-16''%d8%00%d8%00",
    "an unheard encoding": b"x-unheard''chart.png",
    "no quotes": b"chart.png",
    "half a percent": b"utf-8''%",
}


def stored() -> list[Path]:
    """Return every file in the store and among what is just coming in."""
    folders = (Path(app.MEDIA_ROOT), Path(app.FILE_UPLOAD_TEMP_DIR))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def part(disposition: bytes, data: bytes, headers: tuple[bytes, ...] = AS_PNG) -> bytes:
    """Return one part of a form."""
    lines = [b"--" + CUT.encode(), b"Content-Disposition: " + disposition, *headers, b"", data]
    return b"\r\n".join(lines) + b"\r\n"


def send(person, *parts: bytes, end: bytes = b"--" + CUT.encode() + b"--\r\n"):
    """Post a form made by hand, as no browser would make it."""
    return person.api()._client.generic(
        "POST",
        "/api/v1/images",
        b"".join(parts) + end,
        content_type=f"multipart/form-data; boundary={CUT}",
    )


def fetched(person, image, rendition):
    """Return the answer that carries one version of a picture, and its bytes."""
    response = person.api().get(f"images/{image['id']}/{rendition}")
    return response, b"".join(
        response.streaming_content if response.streaming else [response.content]
    )


def is_clean(name: str) -> bool:
    plain = all(unicodedata.category(sign)[0] != "C" for sign in name)
    return 0 < len(name) <= 255 and plain and not set(name) & set("/\\") and name[0] not in ".-"


def assert_taken_under_a_clean_name(person, response):
    assert response.status_code == 201, response.content
    assert is_clean(response.json()["name"])
    original, _ = fetched(person, response.json(), "original")
    assert original["Content-Disposition"].isascii()
    assert original["Content-Disposition"].isprintable()


def assert_refused(response, before):
    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"])
    assert stored() == before
    for rows in (Picture, PreparedImage, Upload):
        assert not rows.objects.exists()


def assert_taken_or_refused(person, response, before):
    if response.status_code == 201:
        assert_taken_under_a_clean_name(person, response)
    else:
        assert_refused(response, before)


@pytest.mark.parametrize("what", NAMES)
def test_any_name_becomes_a_clean_one_or_is_refused(owner, what):
    before = stored()
    disposition = b'form-data; name="file"; filename="' + NAMES[what] + b'"'
    assert_taken_or_refused(owner, send(owner, part(disposition, a_png())), before)


@pytest.mark.parametrize("what", EXTENDED)
def test_a_name_in_the_extended_form_becomes_a_clean_one_or_is_refused(owner, what):
    before = stored()
    disposition = b'form-data; name="file"; filename*=' + EXTENDED[what]
    assert_taken_or_refused(owner, send(owner, part(disposition, a_png())), before)


@settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # rows stay, and do no harm
)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode(errors="ignore")))
def test_a_name_of_any_bytes_does_no_harm(owner, name):
    response = send(owner, part(b'form-data; name="file"; filename="' + name + b'"', a_png()))

    if response.status_code == 201:
        assert_taken_under_a_clean_name(owner, response)
    else:
        assert response.status_code in {400, 422}
        assert_problem(response, response.status_code, response.json()["code"])


@pytest.mark.parametrize("extension", ["html", "svg", "exe", "php", "png.html", "", "jpg" * 50])
@pytest.mark.parametrize("kind", PLAIN)
def test_neither_extension_nor_declared_type_decide_what_a_file_is(owner, kind, extension):
    name = f"chart.{extension}".encode()
    response = send(
        owner,
        part(
            b'form-data; name="file"; filename="' + name + b'"',
            sound(PLAIN[kind]),
            (b"Content-Type: text/html; charset=utf-7",),
        ),
    )

    assert response.status_code == 201
    assert response.json()["format"] == kind
    original, _ = fetched(owner, response.json(), "original")
    assert original["Content-Type"] == MEDIA_TYPES[kind]


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (b"Content-Type:",),
        (b"Content-Type: image/svg+xml",),
        (b"Content-Type: " + b"a" * 9000,),
        (b"Content-Type: image/png; charset=" + b"\xff" * 20,),
        (b"Content-Type: multipart/mixed; boundary=inner",),
        (b"Content-Type: image/png", b"X-Long: " + b"a" * 60_000),
        (*[b"X-Many: a"] * 500,),
        (b"no header at all",),
    ],
)
def test_headers_of_a_part_do_no_harm(owner, headers):
    before = stored()
    assert_taken_or_refused(owner, send(owner, part(SENT, a_png(), headers)), before)


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(a_png()),
        base64.encodebytes(a_png()),
        base64.b64encode(a_png())[:-3],
        b"no base64 at all!",
        a_png(),
        b"=" * 5000,
        b" " * 200_000,
        b"",
    ],
)
@pytest.mark.parametrize("way", [b"base64", b"quoted-printable", b"x-unheard", b"\xff"])
def test_a_part_in_another_encoding_does_no_harm(owner, way, data):
    before = stored()
    headers = (*AS_PNG, b"Content-Transfer-Encoding: " + way)
    assert_taken_or_refused(owner, send(owner, part(SENT, data, headers)), before)


FORMS = {
    "no name of a file": (part(b'form-data; name="file"', a_png()),),
    "an empty name of a file": (part(b'form-data; name="file"; filename=""', a_png()),),
    "another field": (part(b'form-data; name="upload"; filename="chart.png"', a_png()),),
    "no field": (part(b'form-data; filename="chart.png"', a_png()),),
    "no form": (part(b"attachment; filename=chart.png", a_png()),),
    "nothing in it": (part(SENT, b""),),
    "two files": (part(SENT, a_png()), part(SENT, a_png())),
    "two files in two fields": (
        part(SENT, a_png()),
        part(b'form-data; name="other"; filename="b.png"', a_png()),
    ),
    "300 fields": (*(part(b'form-data; name="f%d"' % n, b"1") for n in range(300)),),
    "300 fields and a file": (
        *(part(b'form-data; name="f%d"' % n, b"1") for n in range(300)),
        part(SENT, a_png()),
    ),
    "3 MB in a field": (part(b'form-data; name="file"', b"a" * 3_000_000),),
    "words beside nothing": (part(b'form-data; name="file"; filename="a.png"', b"Dear reader"),),
}


@pytest.mark.parametrize("what", FORMS)
def test_a_form_that_is_not_as_it_should_be_is_refused_and_leaves_nothing(owner, what):
    before = stored()
    assert_refused(send(owner, *FORMS[what]), before)


def test_a_form_that_ends_in_the_middle_of_the_file_is_refused_and_leaves_nothing(owner):
    before = stored()
    assert_refused(send(owner, part(SENT, sound("jpeg")[:300])[:-2], end=b""), before)


BOMBS = {**bombs.BOMBS, **containers.BOMBS, **traps.BOMBS}
REFUSED = [
    name for name, bomb in BOMBS.items() if bombs.SHOWN not in bomb.codes and not bomb.is_endless
]


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused_with_its_code_and_leaves_nothing(owner, name):
    before = stored()
    response = owner.api().upload(a_file("chart.png", BOMBS[name].build()))

    assert_refused(response, before)
    assert response.json()["code"] in BOMBS[name].codes


@pytest.mark.parametrize("place", [*HIDDEN, *PLAIN])
def test_a_picture_with_a_page_in_it_can_only_be_shown_as_a_picture(owner, place):
    page = PAYLOADS["html"]
    data = HIDDEN[place](page) if place in HIDDEN else sound(PLAIN[place]) + page
    image = owner.api().upload(a_file("page.html", data)).json()

    for rendition in ("original", "prepared", "thumbnail"):
        response, body = fetched(owner, image, rendition)
        assert (page in body) == (rendition == "original")
        assert response["Content-Type"] in MEDIA_TYPES.values()
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
