"""What keeps a browser from being turned against its person: headers, and clean HTML."""

import pytest
from django.test import Client

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.markup_rules import offences
from tests.support.problems import assert_problem
from visionapp.web.models import issue_token

HOSTILE = """
<script>alert(1)</script> <img src=x onerror=alert(1)> <b onclick=alert(1)>bold</b>

[a link](javascript:alert(1)) ![a picture](https://evil.example/pixel.png)

<iframe src="https://evil.example/"></iframe><style>*{display:none}</style>
"""


@pytest.fixture
def pages(local_user) -> list[str]:
    """Return addresses of every kind of page, with something on each."""
    picture = a_picture(local_user.pk, name='"><script>alert(1)</script>.png')
    turn = answered(a_turn(local_user.pk, "<script>ask()</script>", pictures=[picture]), HOSTILE)
    waiting = a_follow_up(turn.conversation, "And <b onclick=x>then</b>?")
    issue_token(owner_id=local_user.pk, name="<script>token()</script>")
    return [
        "/",
        "/settings/",
        "/sign-in/",
        "/conversations/",
        f"/c/{turn.conversation_id}/",
        f"/turns/{turn.pk}/",
        f"/turns/{waiting.pk}/",
        "/nothing-here/",
        "/api/v1/docs",
    ]


def test_every_page_forbids_what_is_inline_or_from_elsewhere(pages):
    for page in pages:
        policy = Client().get(page)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "*" not in policy


def test_no_page_holds_what_its_policy_forbids(pages):
    for page in pages:
        assert offences(Client().get(page).content.decode()) == [], page


def test_an_offence_would_be_found():
    bad = (
        "<script>x</script><a href='javascript:x'>x</a><p style='color:red'>x</p>"
        "<img src=x onerror=x><a href='//elsewhere/'>x</a>"
    )

    assert len(offences(bad)) == 5
    assert offences("<script src='/a.js'></script><a href='/c/'>x</a>") == []


def test_a_page_may_not_be_framed_and_tells_no_other_site_where_one_was(pages):
    for page in pages:
        response = Client().get(page)
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"


def test_what_a_model_says_cannot_act_on_the_page(local_user):
    turn = answered(a_turn(local_user.pk), HOSTILE)

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page
    assert "javascript:alert" not in page.replace("(javascript:alert(1))", "")
    assert '<img src="https://evil.example' not in page
    assert "<iframe" not in page
    assert "&lt;iframe" in page


def test_what_a_person_asked_cannot_act_on_the_page(local_user):
    turn = a_turn(local_user.pk, "<script>ask()</script>")

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert "<script>ask" not in page
    assert "&lt;script&gt;ask()&lt;/script&gt;" in page


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
def test_a_picture_on_a_page_can_only_be_shown(local_user, rendition):
    picture = a_picture(local_user.pk)

    response = Client().get(f"/pictures/{picture.pk}/{rendition}/")

    assert response.status_code == 200
    assert b"".join(response)
    assert response["Content-Type"] in {"image/png", "image/jpeg"}
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private,")
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "", "::ffff:203.0.113.7"])
def test_another_machine_is_shut_out_where_nobody_signs_in(db, address):
    client = Client(REMOTE_ADDR=address)

    page = client.get("/")
    assert page.status_code == 403
    assert "only the machine that Visionapp runs on may use it" in page.content.decode()
    assert_problem(client.get("/api/v1/models"), 403, "auth.loopback_only")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_is_let_in(db, address):
    assert Client(REMOTE_ADDR=address).get("/").status_code == 200


def test_another_machine_may_sign_in_where_everybody_has_to(db, required):
    assert Client(REMOTE_ADDR="203.0.113.7").get("/sign-in/").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "a b"]
)
def test_a_name_that_is_not_this_servers_is_refused(db, lines, host):
    client = Client(headers={"Host": host})

    assert client.get("/").status_code == 400
    assert_problem(client.get("/api/v1/models"), 400, "request.malformed")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_a_name_of_this_machine_is_served(db, host):
    assert Client(headers={"Host": host}).get("/").status_code == 200
