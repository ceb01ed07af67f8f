"""Settings: what pictures take, and API tokens, shown once and revoked for good."""

import re
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.support.builders import a_picture, a_turn
from tests.support.people import Api
from visionapp.uploads import quota
from visionapp.uploads.models import Picture
from visionapp.web.models import ApiToken, issue_token

TOKEN = re.compile(r"vis_[\w-]{43}")


def kept(text: str) -> str:
    """Return what the page says of pictures, in one line."""
    part = re.search(r'<section [^>]*"pictures-title">(.*?)</section>', text, re.DOTALL)[1]
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part).split())


def meter(text: str) -> dict[str, str]:
    """Return the attributes of the page's meter."""
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', re.search(r"<meter ([^>]+)>", text)[1]))


def test_what_a_persons_pictures_take_is_shown_with_how_much_they_may(
    local_user, stranger, settings, monkeypatch
):
    settings.STORAGE_LIMIT = 10 * 2**30
    a_picture(local_user.pk)
    a_picture(stranger.id)
    used = {local_user.pk: 6 * 2**29}
    monkeypatch.setattr(quota, "used_by", used.__getitem__)

    page = Client().get("/settings/").content.decode()

    assert kept(page).startswith("Pictures 3 GB of 10 GB 1 picture A picture is kept as long as")
    assert "deleted 7 days after it came." in kept(page)
    assert (meter(page)["value"], meter(page)["max"]) == (str(6 * 2**29), str(10 * 2**30))


def test_who_has_nothing_yet_sees_all_the_room_there_is(local_user):
    page = Client().get("/settings/").content.decode()

    assert kept(page).startswith("Pictures 0 MB of 10 GB 0 pictures A picture is kept")


def test_without_a_limit_there_is_no_meter(local_user, settings):
    settings.STORAGE_LIMIT = None

    page = Client().get("/settings/").content.decode()

    assert kept(page).startswith("Pictures 0 MB 0 pictures A picture is kept")
    assert "<meter" not in page


@pytest.mark.parametrize(("used", "is_told"), [(899, False), (900, True), (1000, True)])
def test_a_person_whose_room_is_nearly_full_is_told_what_to_do(
    local_user, settings, monkeypatch, used, is_told
):
    settings.STORAGE_LIMIT = 1000 * 2**20
    monkeypatch.setattr(quota, "used_by", lambda _: used * 2**20)

    page = Client().get("/settings/").content.decode()

    assert ("Little room is left. Delete analyses" in kept(page)) is is_told


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


def test_unused_pictures_can_be_deleted_at_once(local_user):
    shown = a_turn(local_user.pk).pictures.get().picture
    a_picture(local_user.pk)
    client = Client()
    assert "Delete 1 unused picture" in kept(client.get("/settings/").content.decode())

    client.post("/settings/", {"action": "delete-unused"})

    assert list(Picture.objects.all()) == [shown]
    assert "unused picture" not in kept(client.get("/settings/").content.decode())
