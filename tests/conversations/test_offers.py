"""The models on offer: the demo's, the built-in ones, or what the server listed."""

import pytest

from visionapp.catalogue import cards
from visionapp.catalogue.cards import Listing
from visionapp.conversations import offers
from visionapp.conversations.models import ModelListing
from visionapp.conversations.refusals import ModelUnknown

GATEWAY = "http://localhost:11434"


def ids(offered):
    return [card.id for card in offered]


@pytest.fixture
def anthropic(db, settings):
    """A key, and nothing listed yet."""
    settings.DEMO = False


@pytest.fixture
def gateway(db, settings):
    """Another server, and nothing listed yet."""
    settings.DEMO = False
    settings.ANTHROPIC_BASE_URL = GATEWAY


def listed(*models: Listing) -> None:
    offers.keep(cards.merged(models, official=True))


def test_without_a_key_the_demo_alone_is_on_offer(db):
    listed(Listing("claude-opus-5-5"))

    assert ids(offers.offered()) == [cards.DEMO_MODEL]
    assert offers.chosen("").is_demo


def test_with_a_key_the_built_in_models_are_on_offer_until_the_server_lists_its_own(anthropic):
    assert ids(offers.offered())[0] == cards.built_in()[0].id
    assert cards.DEMO_MODEL not in ids(offers.offered())

    listed(Listing("claude-opus-5-5"), Listing("claude-fresh-9", max_tokens=999))

    assert ids(offers.offered()) == ["claude-opus-5-5", "claude-fresh-9"]
    assert offers.chosen("claude-fresh-9").max_output == 999


def test_a_kept_card_comes_back_as_it_was(anthropic):
    before = cards.merged((), official=True)

    offers.keep(before)

    assert offers.offered() == before


def test_a_newer_list_replaces_the_former_one(anthropic):
    listed(Listing("claude-opus-5-5"))
    first = ModelListing.objects.get().fetched_at

    listed(Listing("claude-haiku-5-5"))

    assert ids(offers.offered()) == ["claude-haiku-5-5"]
    assert ModelListing.objects.get().fetched_at > first


def test_an_empty_list_leaves_the_built_in_models(anthropic):
    ModelListing.objects.create(source="anthropic", cards=[], fetched_at="2026-01-01T00:00:00Z")

    assert ids(offers.offered())[0] == cards.built_in()[0].id


def test_the_list_of_one_server_is_not_offered_for_another(anthropic, settings):
    listed(Listing("claude-opus-5-5"))

    settings.ANTHROPIC_BASE_URL = GATEWAY

    assert "claude-sonnet-5-5" in ids(offers.offered())
    offers.keep([cards.unknown("llava")])
    assert ids(offers.offered()) == ["llava"]
    assert ModelListing.objects.count() == 2


def test_of_another_server_no_extras_are_assumed(gateway):
    card = offers.chosen("")

    assert card.effort_levels == ()
    assert not card.prefill


def test_a_model_is_found_by_its_alias(anthropic):
    assert offers.chosen("claude-haiku-4-5").id == "claude-haiku-4-5-20251001"


@pytest.mark.parametrize("wanted", ["visionapp-demo", "gpt-99", "x" * 5000, "'; DROP TABLE"])
def test_a_model_that_is_not_on_offer_cannot_be_chosen(anthropic, wanted):
    with pytest.raises(ModelUnknown) as refused:
        offers.chosen(wanted)

    assert len(refused.value.message) < 200


def test_a_model_that_a_turn_used_is_known_even_when_it_is_not_on_offer_any_more(gateway):
    offers.keep([cards.unknown("llava")])

    assert offers.known("claude-opus-5-5").prices is not None
    assert offers.known(cards.DEMO_MODEL).is_demo
    assert offers.known("llava").id == "llava"


def test_of_a_model_nobody_knows_little_is_assumed(db):
    card = offers.known("gone-model")

    assert (card.id, card.prices, card.tier) == ("gone-model", None, "standard")
