"""Model cards: what is known of each model, from data and from what the server itself lists."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from visionapp.catalogue.budget import Tier
from visionapp.catalogue.prices import LongPrompt, Prices, cost_of
from visionapp.reply import Usage

DEMO_MODEL = "visionapp-demo"

LARGE_WINDOW = 1_000_000

Lifecycle = Literal["active", "deprecated", "retired"]
Thinking = Literal["always", "on", "off"]


@dataclass(frozen=True, slots=True)
class Card:
    """A model: its limits in tokens, its image tier, its prices and its abilities."""

    id: str
    name: str
    tier: Tier
    context_window: int
    max_output: int
    prices: Prices | None = None
    long_prompt: LongPrompt | None = None
    effort_levels: tuple[str, ...] = ()
    default_effort: str | None = None
    thinking: Thinking = "off"
    """What the model does when a request says nothing of thinking."""
    prefill: bool = False
    structured_output: bool = False
    cache_minimum: int = 0
    """Shorter prompts are not cached."""
    lifecycle: Lifecycle = "active"
    retires_at: date | None = None
    aliases: tuple[str, ...] = ()
    is_demo: bool = False

    @property
    def max_images(self) -> int:
        """The most images of one request: Anthropic's page "Vision" goes by the window."""
        return 600 if self.context_window >= LARGE_WINDOW else 100


@dataclass(frozen=True, slots=True)
class Listing:
    """What ``GET /v1/models`` told of one model; None where the server did not say."""

    id: str
    display_name: str | None = None
    max_input_tokens: int | None = None
    max_tokens: int | None = None
    lifecycle: Lifecycle | None = None
    retires_at: date | None = None
    effort_levels: tuple[str, ...] | None = None
    image_input: bool | None = None
    structured_output: bool | None = None


@cache
def built_in() -> tuple[Card, ...]:
    """Return the models of cards.toml, best default first."""
    with Path(__file__).with_name("cards.toml").open("rb") as file:
        data = tomllib.load(file)
    # Structured output works on every model in the table.
    return tuple(load({"structured_output": True, **entry}) for entry in data["models"])


def find(cards: Iterable[Card], model_id: str) -> Card | None:
    """Return the card with this id or alias."""
    return next((card for card in cards if model_id in {card.id, *card.aliases}), None)


def known(model_id: str, offered: Iterable[Card]) -> Card:
    """Return what is known of a model, whether or not it is still among those on offer."""
    return find((*offered, *built_in(), demo()), model_id) or unknown(model_id)


def unknown(model_id: str, name: str = "") -> Card:
    """Return a cautious card: standard pictures, no price, no extras that could be refused."""
    return Card(
        id=model_id,
        name=name or model_id,
        tier="standard",
        context_window=200_000,
        max_output=8_192,
    )


def demo() -> Card:
    """Return the card of the built-in demo, which is not Claude and costs nothing."""
    free = Decimal(0)
    return Card(
        id=DEMO_MODEL,
        name="Demo (not Claude)",
        tier="high",
        context_window=1_000_000,
        max_output=8_192,
        prices=Prices(free, free, free, free, free),
        is_demo=True,
    )


def merged(listed: Sequence[Listing], *, official: bool) -> tuple[Card, ...]:
    """Return the cards to choose from, best default first; all of cards.toml if nothing is listed.

    ``official`` is Anthropic's own API. Of other servers no extras are assumed.
    """
    if listed:
        cards = [_enriched(listing) for listing in listed if listing.image_input is not False]
    else:
        cards = list(built_in())
    if not official:
        cards = [card if card.is_demo else _without_extras(card) for card in cards]
    usable = {card.id: card for card in cards if card.lifecycle != "retired"}
    return tuple(sorted(usable.values(), key=_preference))


def cost(card: Card, usage: Usage) -> Decimal | None:
    """Return what an answer of this model cost in US dollars, unrounded; None without a price."""
    return cost_of(usage, card.prices, card.long_prompt)


def dump(card: Card) -> dict[str, Any]:
    """Return the card as JSON values: money as decimal strings, days as ISO 8601."""
    values = asdict(card)
    values["prices"] = card.prices and card.prices.dump()
    values["long_prompt"] = card.long_prompt and card.long_prompt.dump()
    values["retires_at"] = card.retires_at and card.retires_at.isoformat()
    for name in ("effort_levels", "aliases"):
        values[name] = list(values[name])
    return values


def load(data: Mapping[str, Any]) -> Card:
    """Return the card that :func:`dump` turned into ``data``.

    What this version does not know is left out: a newer one may have written it.
    """
    values = {field.name: data[field.name] for field in fields(Card) if field.name in data}
    for name in ("effort_levels", "aliases"):
        values[name] = tuple(values.get(name, ()))
    if values.get("prices"):
        values["prices"] = Prices.load(values["prices"])
    if values.get("long_prompt"):
        values["long_prompt"] = LongPrompt.load(values["long_prompt"])
    if isinstance(values.get("retires_at"), str):
        values["retires_at"] = date.fromisoformat(values["retires_at"])
    return Card(**values)


def _enriched(listing: Listing) -> Card:
    name = listing.display_name or ""
    known = find((*built_in(), demo()), listing.id)
    card = replace(known, id=listing.id, name=name or known.name) if known else None
    card = card or unknown(listing.id, name)
    told: dict[str, Any] = {
        "context_window": listing.max_input_tokens,
        "max_output": listing.max_tokens,
        "lifecycle": listing.lifecycle,
        "retires_at": listing.retires_at,
        "effort_levels": listing.effort_levels,
        "structured_output": listing.structured_output,
    }
    card = replace(card, **{key: value for key, value in told.items() if value is not None})
    if card.default_effort not in card.effort_levels:
        card = replace(card, default_effort=None)
    return card


def _without_extras(card: Card) -> Card:
    # Another server may refuse these, though it passes questions on to Claude. A name of
    # cards.toml keeps its limits and prices: a gateway bills what Claude costs.
    return replace(
        card, effort_levels=(), default_effort=None, prefill=False, structured_output=False
    )


def _preference(card: Card) -> int:
    order = [known.id for known in built_in()]
    known = find(built_in(), card.id)
    return order.index(known.id) if known else len(order)
