"""Addresses and methods that the API does not have."""

from uuid import UUID

import pytest
from django.test import Client

from tests.support.problems import assert_problem


@pytest.mark.parametrize(
    "path",
    ["", "nothing", "images/", "conversations/", "v2/models", "models/", "../admin", "turns"],
)
def test_an_address_that_does_not_exist_is_a_problem_document(owner, path, lines):
    assert_problem(owner.api().get(path), 404, "not_found")
    assert len(lines()) <= 1


def test_an_address_below_api_but_of_no_version_is_one_too(db):
    assert_problem(Client().get("/api/v2/models"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "models", {"GET"}),
        ("POST", "models", {"GET"}),
        ("PUT", "images", {"GET", "POST"}),
        ("DELETE", "conversations", {"GET", "POST"}),
        ("PUT", f"conversations/{UUID(int=1)}", {"DELETE", "GET", "PATCH"}),
        ("GET", f"turns/{UUID(int=1)}/stop", {"POST"}),
        ("TRACE", "presets", {"GET"}),
    ],
)
def test_a_method_that_does_not_exist_is_a_problem_document(owner, method, path, allowed):
    response = owner.api()._client.generic(method, f"/api/v1/{path}")

    assert_problem(response, 405, "request.method_not_allowed")
    assert {name.strip() for name in response["Allow"].split(",")} == allowed
