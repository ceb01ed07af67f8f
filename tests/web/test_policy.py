"""Every address states who may call it; a new one without a statement fails here."""

import pytest
from django.test import Client
from django.urls import path

from tests.support.addresses import all_addresses
from visionapp.config import urls

POLICIES = {"members_only", "open_to_all", "token"}
OPEN = {
    "/sign-in/",
    "/sign-out/",
    "/healthz",
    "/readyz",
    "/api/v1/openapi.json",
    "/api/v1/docs",
}


def forgotten(request):
    """A view that says nothing."""


@pytest.mark.parametrize("address", all_addresses(), ids=str)
def test_every_address_states_who_may_call_it(address):
    assert address.policy in POLICIES


def test_only_these_addresses_are_open_to_all():
    assert {str(each) for each in all_addresses() if each.policy == "open_to_all"} == OPEN


def test_an_address_that_states_nothing_is_found(settings):
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("x/", forgotten)]})

    assert [each.policy for each in all_addresses()] == [None]


def test_operations_of_the_api_are_seen_one_by_one():
    found = {str(each) for each in all_addresses()}

    assert {
        "GET /api/v1/conversations",
        "POST /api/v1/conversations",
        "DELETE /api/v1/conversations/<uuidstr:conversation_id>",
    } <= found
    assert len(found) > len(urls.urlpatterns)


@pytest.mark.parametrize("address", sorted(OPEN - {"/sign-out/", "/readyz"}))
def test_an_open_address_answers_nobody_in_particular(db, required, address):
    assert Client().get(address).status_code == 200
