"""What an answer costs: US dollars per million tokens, exact."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, Self

from visionapp.reply import Usage


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per million tokens of each kind."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_write_hour: Decimal
    cache_read: Decimal

    @classmethod
    def load(cls, data: Mapping[str, str]) -> Self:
        """Read the form of :meth:`dump`, which is also that of cards.toml."""
        return cls(**{kind.name: Decimal(data[kind.name]) for kind in fields(cls)})

    def dump(self) -> dict[str, str]:
        """Return decimal strings by kind."""
        return {kind: format(price, "f") for kind, price in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class LongPrompt:
    """Other prices for prompts of more than ``above`` tokens."""

    above: int
    prices: Prices

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """Read the form of :meth:`dump`, which is also that of cards.toml."""
        return cls(above=data["above"], prices=Prices.load(data["prices"]))

    def dump(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"above": self.above, "prices": self.prices.dump()}


def cost_of(usage: Usage, prices: Prices | None, long_prompt: LongPrompt | None) -> Decimal | None:
    """Return US dollars, unrounded; None without a price. Cache writes are five-minute ones."""
    prompt = usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens
    if long_prompt is not None and prompt > long_prompt.above:
        prices = long_prompt.prices
    if prices is None:
        return None
    per_million = (
        usage.input_tokens * prices.input
        + usage.cache_read_input_tokens * prices.cache_read
        + usage.cache_creation_input_tokens * prices.cache_write
        + usage.output_tokens * prices.output
    )
    return per_million.scaleb(-6)
