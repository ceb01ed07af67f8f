"""Model cards: the data, what listings add, and what answers cost."""

import json
import tomllib
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from visionapp.catalogue import cards
from visionapp.catalogue.cards import Listing
from visionapp.reply import Usage


def card_of(model_id):
    card = cards.find(cards.built_in(), model_id)
    assert card is not None
    return card


def test_the_default_model_comes_first():
    assert cards.built_in()[0].id == "claude-sonnet-5-5"


def test_no_id_and_no_alias_means_two_models():
    names = [name for card in cards.built_in() for name in (card.id, *card.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("card", cards.built_in(), ids=lambda card: card.id)
def test_a_card_makes_sense(card):
    assert card.prices is not None
    assert 0 < card.prices.cache_read < card.prices.input < card.prices.output
    assert card.prices.cache_write == card.prices.input * Decimal("1.25")
    assert card.prices.cache_write_hour == card.prices.input * 2
    assert card.max_output < card.context_window
    assert (card.default_effort in card.effort_levels) or not card.effort_levels


def test_an_alias_finds_its_model():
    assert card_of("claude-haiku-4-5").id == "claude-haiku-4-5-20251001"


def test_a_model_that_nobody_knows_has_no_card():
    assert cards.find(cards.built_in(), "llava") is None


def test_a_model_that_nobody_knows_is_treated_with_caution():
    card = cards.unknown("llava")
    assert (card.name, card.tier, card.prices) == ("llava", "standard", None)
    assert (card.effort_levels, card.prefill, card.structured_output) == ((), False, False)


@pytest.mark.parametrize(
    "card",
    [*cards.built_in(), cards.demo(), cards.unknown("llava", "LLaVA")],
    ids=lambda card: card.id,
)
def test_a_card_survives_json(card):
    assert cards.load(json.loads(json.dumps(cards.dump(card)))) == card


@pytest.mark.parametrize("place", ["card", "prices"])
def test_what_a_newer_version_wrote_into_a_card_is_left_out(place):
    card = card_of("claude-sonnet-5-5")
    stored = cards.dump(card)
    (stored if place == "card" else stored["prices"])["smell"] = "1"

    assert cards.load(stored) == card


def test_the_table_holds_nothing_that_is_left_out():
    path = Path(cards.__file__).with_name("cards.toml")
    known = {field.name for field in fields(cards.Card)}

    for entry in tomllib.loads(path.read_text())["models"]:
        assert set(entry) <= known


def test_a_model_is_known_on_offer_or_built_in_or_not_at_all():
    offered = [cards.unknown("llava", "LLaVA")]

    names = [cards.known(name, offered).name for name in ("llava", "claude-haiku-4-5", "gone")]

    assert names == ["LLaVA", card_of("claude-haiku-4-5").name, "gone"]


def test_the_cost_is_exact():
    usage = Usage(
        input_tokens=100,
        cache_read_input_tokens=5_000,
        cache_creation_input_tokens=40,
        output_tokens=333,
    )
    # 100 x 2 + 5,000 x 0.10 + 40 x 2.50 + 333 x 10, per million
    assert cards.cost(card_of("claude-sonnet-5-5"), usage) == Decimal("0.00413")


@pytest.mark.parametrize(("cached", "dollars"), [(99_999, "0.00100009"), (100_000, "0.0050005")])
def test_a_prompt_of_more_than_100_000_tokens_costs_more_on_haiku(cached, dollars):
    usage = Usage(input_tokens=1, cache_read_input_tokens=cached)
    assert cards.cost(card_of("claude-haiku-5-5"), usage) == Decimal(dollars)


def test_without_a_price_there_is_no_cost():
    assert cards.cost(cards.unknown("llava"), Usage(10, 0, 0, 10)) is None


def test_the_demo_costs_nothing():
    assert cards.cost(cards.demo(), Usage(10, 0, 0, 10)) == 0


def test_without_a_listing_all_known_models_are_offered():
    assert cards.merged([], official=True) == cards.built_in()


def test_listed_models_are_offered_in_order_of_preference():
    listed = [Listing("claude-next"), Listing("claude-opus-5-5"), Listing("claude-sonnet-5-5")]
    ids = [card.id for card in cards.merged(listed, official=True)]
    assert ids == ["claude-sonnet-5-5", "claude-opus-5-5", "claude-next"]


def test_a_listing_overrides_limits_and_keeps_prices():
    told = Listing("claude-opus-5", display_name="Opus", max_tokens=5, max_input_tokens=9)
    (card,) = cards.merged([told], official=True)
    assert (card.name, card.max_output, card.context_window) == ("Opus", 5, 9)
    assert card.prices == card_of("claude-opus-5").prices


def test_a_listing_that_drops_an_effort_level_drops_it_as_default():
    told = Listing("claude-opus-5", effort_levels=("low",))
    (card,) = cards.merged([told], official=True)
    assert (card.effort_levels, card.default_effort) == (("low",), None)


def test_a_listed_alias_is_kept_as_the_id_to_send():
    (card,) = cards.merged([Listing("claude-haiku-4-5")], official=True)
    assert (card.id, card.name) == ("claude-haiku-4-5", "Claude Haiku 4.5")


@pytest.mark.parametrize(
    "told",
    [Listing("claude-opus-5", lifecycle="retired"), Listing("text-only", image_input=False)],
    ids=lambda told: told.id,
)
def test_a_model_that_cannot_be_asked_is_not_offered(told):
    assert cards.merged([told], official=True) == ()


def test_no_extras_are_assumed_of_another_server_but_a_known_model_keeps_its_price():
    (card,) = cards.merged([Listing("claude-opus-4-5")], official=False)
    assert (card.effort_levels, card.prefill, card.structured_output) == ((), False, False)
    assert card.prices == cards.find(cards.built_in(), "claude-opus-4-5").prices


def test_of_another_servers_unknown_model_nothing_is_assumed():
    (card,) = cards.merged([Listing("llava")], official=False)
    assert (card.prices, card.tier, card.effort_levels) == (None, "standard", ())


def test_the_demo_keeps_its_card_when_it_is_listed():
    assert cards.merged([Listing(cards.DEMO_MODEL)], official=False) == (cards.demo(),)


@pytest.mark.parametrize(
    ("window", "images"), [(200_000, 100), (999_999, 100), (1_000_000, 600), (2_000_000, 600)]
)
def test_a_large_window_takes_more_pictures_in_one_request(window, images):
    assert replace(cards.unknown("llava"), context_window=window).max_images == images


def test_models_of_the_table_take_the_documented_number_of_pictures():
    taken = {card.id: card.max_images for card in cards.built_in()}
    assert taken["claude-sonnet-5-5"] == 600
    assert taken["claude-haiku-4-5-20251001"] == 100
    assert cards.unknown("llava").max_images == 100
