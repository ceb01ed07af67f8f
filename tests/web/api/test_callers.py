"""Who may call the API: the owner of a token, or the browser's own person."""

import pytest
from django.test import Client

from tests.support.builders import a_picture, a_turn
from tests.support.people import Api
from tests.support.problems import assert_problem
from visionapp.conversations.models import Conversation
from visionapp.web.models import ApiToken


def test_a_token_acts_for_its_owner(owner, required):
    turn = a_turn(owner.id)

    assert owner.api().get(f"turns/{turn.pk}").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "Bearer vis_wrong",
        "Bearer",
        "Bearer ",
        "bearer vis_wrong",
        "Bearer \xff\xfe",
        f"Bearer {'x' * 10_000}",
    ],
)
@pytest.mark.parametrize("accounts", ["single", "required"])
def test_a_wrong_token_is_refused_in_either_mode(db, settings, lines, header, accounts):
    settings.ACCOUNTS = accounts

    response = Client(headers={"Authorization": header}).get("/api/v1/models")

    assert_problem(response, 401, "auth.token_invalid")
    assert response["WWW-Authenticate"] == "Bearer"
    assert len(lines()) <= 1
    assert not any(header in line for line in lines() if len(header) > 8)


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Token vis_wrong", "Negotiate"])
def test_another_scheme_is_for_a_proxy_and_leaves_the_session(owner, required, header):
    headers = {"Authorization": header}
    client = Client(headers=headers)
    client.force_login(owner.user)

    assert client.get("/api/v1/models").status_code == 200
    assert_problem(Client(headers=headers).get("/api/v1/models"), 401, "auth.required")


def test_another_scheme_does_not_replace_the_pages_token(owner, required):
    client = Client(enforce_csrf_checks=True, headers={"Authorization": "Basic dXNlcjpwYXNz"})
    client.force_login(owner.user)

    response = client.post("/api/v1/conversations", "{}", content_type="application/json")

    assert_problem(response, 403, "auth.csrf_failed")


@pytest.mark.parametrize("header", ["Bearer", "Bearer   "])
def test_a_token_of_no_characters_is_not_even_looked_for(
    db, required, django_assert_num_queries, header
):
    with django_assert_num_queries(0):
        response = Client(headers={"Authorization": header}).get("/api/v1/models")

    assert_problem(response, 401, "auth.token_invalid")


def test_a_revoked_token_is_refused(owner):
    api = owner.api()
    assert api.get("models").status_code == 200

    ApiToken.objects.owned_by(owner.id).delete()

    assert_problem(api.get("models"), 401, "auth.token_invalid")


def test_the_token_of_somebody_who_may_not_sign_in_is_refused(owner):
    owner.user.is_active = False
    owner.user.save()

    assert_problem(owner.api().get("models"), 401, "auth.token_invalid")


def test_the_digest_that_is_stored_is_no_token(owner):
    digest = ApiToken.objects.get(owner=owner.user).digest

    assert_problem(Api(digest).get("models"), 401, "auth.token_invalid")


def test_without_a_token_nobody_gets_in(db, required):
    response = Client().get("/api/v1/models")

    assert_problem(response, 401, "auth.required")
    assert response["WWW-Authenticate"] == "Bearer"


def test_on_this_machine_alone_no_token_is_needed(db):
    assert Client().get("/api/v1/models").status_code == 200


@pytest.mark.parametrize("accounts", ["single", "required"])
def test_a_session_reads_without_the_pages_token(owner, settings, accounts):
    settings.ACCOUNTS = accounts
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)

    assert client.get("/api/v1/models").status_code == 200


@pytest.mark.parametrize("accounts", ["single", "required"])
def test_a_session_changes_nothing_without_the_pages_token(owner, settings, accounts, lines):
    settings.ACCOUNTS = accounts
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)

    response = client.post("/api/v1/conversations", "{}", content_type="application/json")

    assert_problem(response, 403, "auth.csrf_failed")
    assert len(lines()) <= 1
    assert not Conversation.objects.exists()


def test_a_session_with_the_pages_token_may_ask(owner, required):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    client.get("/settings/")
    body = {"images": [str(a_picture(owner.id).pk)], "instruction": "What is it?"}

    response = client.post(
        "/api/v1/conversations",
        body,
        content_type="application/json",
        headers={"X-CSRFToken": client.cookies["csrftoken"].value},
    )

    assert response.status_code == 201
    assert Conversation.objects.get().owner == owner.user


def test_a_form_from_elsewhere_cannot_upload(local_user):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/api/v1/images", headers={"Origin": "https://evil.example"})

    assert_problem(response, 403, "auth.csrf_failed")


def test_a_program_without_a_token_is_told_to_send_one(db):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/api/v1/images")

    assert_problem(response, 401, "auth.required")
