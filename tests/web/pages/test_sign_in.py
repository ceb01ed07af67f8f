"""Signing in and out, where everybody has to."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from visionapp.web.identity import LOCAL_PERSON, local_person

PASSWORD = "correct horse battery"


@pytest.fixture
def member(db, required) -> User:
    return User.objects.create_user("maria", password=PASSWORD)


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(member):
    client = Client()

    response = client.get("/settings/")
    assert response["Location"] == "/sign-in/?next=/settings/"

    form = {"username": "maria", "password": PASSWORD, "next": "/settings/"}
    response = client.post("/sign-in/", form)
    assert (response.status_code, response["Location"]) == (302, "/settings/")

    page = client.get("/settings/").content.decode()
    assert "Signed in as <strong>maria</strong>" in page
    assert "Sign out" in page


def test_a_wrong_password_is_refused_without_saying_which_half_is_wrong(member):
    pages = [
        Client().post("/sign-in/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("maria", "nobody")
    ]

    assert all("That name and password do not go together." in page for page in pages)
    assert "wrong" not in pages[0].replace("password do not", "")


def test_nobody_is_sent_to_another_site_after_signing_in(member):
    form = {"username": "maria", "password": PASSWORD, "next": "https://evil.example/"}

    assert Client().post("/sign-in/", form)["Location"] == "/"


def test_the_local_person_cannot_sign_in(member):
    local_person()

    for password in ("", "local", "!"):
        response = Client().post("/sign-in/", {"username": LOCAL_PERSON, "password": password})
        assert response.status_code == 200


def test_signing_out_ends_the_session(member):
    client = Client()
    client.force_login(member)
    assert client.get("/").status_code == 200

    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_a_link_signs_nobody_out(member):
    client = Client()
    client.force_login(member)

    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200
