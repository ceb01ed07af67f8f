"""Settings: API tokens, shown once and revoked for good."""

import re
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.support.people import Api
from visionapp.web.models import ApiToken, issue_token

TOKEN = re.compile(r"vis_[\w-]{43}")


def test_a_token_is_shown_once_and_works(local_user):
    client = Client()
    response = client.post("/settings/", {"action": "create", "name": "Notebook"})
    assert (response.status_code, response["Location"]) == (302, "/settings/")

    [token] = TOKEN.findall(client.get("/settings/").content.decode())
    assert Api(token).get("models").status_code == 200
    again = client.get("/settings/").content.decode()
    assert "Notebook" in again
    assert "Made on" in again
    assert TOKEN.search(again) is None


def test_only_a_digest_of_a_token_is_kept(local_user):
    secret = issue_token(owner_id=local_user.pk, name="Notebook")

    [row] = ApiToken.objects.values()
    assert secret not in str(row)


def test_the_server_keeps_no_token_until_it_is_shown(local_user):
    Client().post("/settings/", {"action": "create", "name": "Notebook"})

    assert not Session.objects.exists()


def test_a_reload_makes_no_second_token(local_user):
    client = Client()
    client.post("/settings/", {"action": "create", "name": "Notebook"}, follow=True)

    client.get("/settings/")

    assert ApiToken.objects.count() == 1


def test_a_revoked_token_stops_working(local_user):
    api = Api(issue_token(owner_id=local_user.pk, name="Notebook"))
    row = ApiToken.objects.get()

    response = Client().post("/settings/", {"action": "revoke", "token": row.pk}, follow=True)

    assert "Notebook" not in response.content.decode()
    assert api.get("models").status_code == 401


def test_somebody_elses_token_is_neither_shown_nor_revoked(local_user, stranger):
    theirs = ApiToken.objects.get(owner=stranger.user)

    form = {"action": "revoke", "token": theirs.pk}
    page = Client().post("/settings/", form, follow=True).content.decode()

    assert theirs.name not in re.findall(r'token-name">([^<]+)<', page)
    assert stranger.api().get("models").status_code == 200


def test_a_token_without_a_name_is_not_made(local_user):
    response = Client().post("/settings/", {"action": "create", "name": "  "})

    assert "Give the token a name" in response.content.decode()
    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_long_name_is_cut_to_what_can_be_kept(local_user):
    Client().post("/settings/", {"action": "create", "name": "x" * 300})

    assert ApiToken.objects.get().name == "x" * 80


@pytest.mark.parametrize("token", ["", "x", "1", str(UUID(int=1))])
def test_revoking_what_is_not_there_changes_nothing(local_user, token):
    issue_token(owner_id=local_user.pk, name="Notebook")

    response = Client().post("/settings/", {"action": "revoke", "token": token})

    assert response.status_code == 302
    assert ApiToken.objects.count() == 1


def test_a_form_from_elsewhere_makes_no_token(local_user):
    response = Client(enforce_csrf_checks=True).post(
        "/settings/", {"action": "create", "name": "evil"}
    )

    assert response.status_code == 403
    assert not ApiToken.objects.exists()
