"""``/models``, ``/presets`` and the API's own description."""

import json
import re

import pytest
from django.test import Client

from tests.support.contract import assert_money
from tests.support.problems import KEYS
from visionapp.catalogue.cards import DEMO_MODEL, built_in
from visionapp.exports.formats import EXPORTERS
from visionapp.preparation import MEDIA_TYPES

MODEL = {
    "id",
    "name",
    "tier",
    "context_window",
    "max_output",
    "prices",
    "effort_levels",
    "default_effort",
    "lifecycle",
    "retires_at",
    "default",
    "demo",
}
PRICES = {"input", "output", "cache_write", "cache_write_hour", "cache_read"}


def test_models_are_listed_with_limits_and_prices_the_default_first(owner, with_a_key):
    models = owner.api().get("models").json()

    assert [model["default"] for model in models] == [True] + [False] * (len(models) - 1)
    assert models[0]["id"] == built_in()[0].id
    for model in models:
        assert set(model) == MODEL
        assert set(model["prices"]) == PRICES
        assert all(assert_money(price) > 0 for price in model["prices"].values())
        assert not model["demo"]


def test_without_a_key_the_demo_is_the_only_model_and_says_so(owner):
    [model] = owner.api().get("models").json()

    assert (model["id"], model["demo"], model["default"]) == (DEMO_MODEL, True, True)
    assert "not Claude" in model["name"]
    assert set(model["prices"].values()) == {"0"}


def test_presets_are_listed_with_their_instructions(owner):
    presets = owner.api().get("presets").json()

    assert presets
    for preset in presets:
        assert set(preset) == {"id", "name", "instruction"}
        assert all(preset.values())


def test_the_api_describes_itself(db):
    description = Client().get("/api/v1/openapi.json").json()

    assert description["openapi"].startswith("3.")
    assert {
        "/api/v1/images",
        "/api/v1/conversations",
        "/api/v1/turns/{turn_id}/events",
        "/api/v1/models",
    } <= set(description["paths"])


def test_the_description_says_how_a_program_proves_who_it_is(db):
    description = Client().get("/api/v1/openapi.json").json()

    [name, scheme] = next(iter(description["components"]["securitySchemes"].items()))
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for call in description["paths"].values():
        for operation in call.values():
            assert operation["security"] == [{name: []}]


def test_the_interactive_description_needs_nothing_from_elsewhere(db):
    page = Client().get("/api/v1/docs").content.decode()

    assert "swagger-ui" in page
    assert "http://" not in page
    assert "https://" not in page


def description():
    return Client().get("/api/v1/openapi.json").json()


@pytest.mark.parametrize(
    ("path", "media_types"),
    [
        (
            "images/{image_id}/{rendition}",
            set(MEDIA_TYPES.values()),
        ),
        (
            "conversations/{conversation_id}/export/{format_name}",
            {exporter.media_type for exporter in EXPORTERS.values()},
        ),
        ("turns/{turn_id}/events", {"text/event-stream"}),
    ],
)
def test_the_description_names_what_files_and_streams_really_are(db, path, media_types):
    answer = description()["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]

    assert set(answer["content"]) == media_types


def test_the_description_says_in_which_form_every_call_refuses(db):
    said = description()

    for calls in said["paths"].values():
        for call in calls.values():
            [(media_type, content)] = call["responses"]["default"]["content"].items()
            assert media_type == "application/problem+json"
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert set(said["components"]["schemas"]["Problem"]["required"]) == KEYS


def test_the_description_never_names_a_part_that_it_lacks(db):
    said = description()

    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(said)))
    assert named <= set(said["components"]["schemas"])
