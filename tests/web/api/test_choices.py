"""``/models``, ``/presets`` and the API's own description."""

from django.test import Client

from tests.support.contract import assert_money
from visionapp.catalogue.cards import DEFAULT_MODEL, DEMO_MODEL

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
    assert models[0]["id"] == DEFAULT_MODEL
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
