"""The models on offer: the built-in cards, merged with what the server behind the API listed."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from visionapp.catalogue import cards
from visionapp.conversations.models import ModelListing
from visionapp.conversations.refusals import ModelUnknown


def source() -> str:
    """Return which server the cards of this installation come from."""
    return settings.ANTHROPIC_BASE_URL[:255] or "anthropic"


def offered() -> tuple[cards.Card, ...]:
    """Return the cards to choose from, the default first; only the demo's without a key."""
    if settings.DEMO:
        return (cards.demo(),)
    listing = ModelListing.objects.filter(source=source()).first()
    kept = tuple(cards.load(card) for card in listing.cards) if listing else ()
    return kept or cards.merged((), official=not settings.ANTHROPIC_BASE_URL)


def chosen(model_id: str) -> cards.Card:
    """Return the card of a model on offer, the default's for an empty id; raises ModelUnknown."""
    offers = offered()
    if not model_id:
        return offers[0]
    if card := cards.find(offers, model_id):
        return card
    raise ModelUnknown(f"There is no model {model_id[:80]!r} here. Choose one of the list.")


def known(model_id: str) -> cards.Card:
    """Return what is known of a model that a turn used, whether or not it is still on offer."""
    return cards.known(model_id, offered())


def keep(offers: Sequence[cards.Card]) -> None:
    """Remember the cards that the server's list was merged into."""
    ModelListing.objects.update_or_create(
        source=source(),
        defaults={"cards": [cards.dump(card) for card in offers], "fetched_at": timezone.now()},
    )
