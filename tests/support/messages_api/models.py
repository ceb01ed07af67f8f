"""The models the fake serves: limits and abilities of November 2026, kept as data."""

from dataclasses import dataclass
from typing import Literal

Line = Literal["haiku", "sonnet", "opus", "fable"]
OLD_VERSION, NEW_VERSION = "2023-06-01", "2026-10-21"
VERSIONS = (OLD_VERSION, NEW_VERSION)

THREE = ("low", "medium", "high")
FOUR = (*THREE, "max")
FIVE = (*THREE, "xhigh", "max")

# tier: (longest edge in px, most visual tokens) that a model sees before it scales down.
TIERS = {"high": (2576, 4784), "standard": (1568, 1568)}


@dataclass(frozen=True, slots=True)
class Model:
    """What one model takes. ``thinking_default`` is what happens when ``thinking`` is omitted."""

    id: str
    line: Line
    created: str  # the day is a stand-in where the release notes give none; only the order counts
    cache_minimum: int
    thinking: tuple[str, ...] = ("adaptive",)
    thinking_default: Literal["always", "on", "off"] = "always"
    display: Literal["omitted", "summarized"] = "omitted"
    efforts: tuple[str, ...] = FIVE
    high_at_most_without_thinking: bool = False
    tier: Literal["high", "standard"] = "high"
    context: int = 1_000_000
    max_out: int = 128_000
    forced_tools: bool = True
    sampling: bool = False  # even then only on the old API version
    prefill: bool = False
    system_turns: bool = False
    binds_thinking: bool = False
    alias: str = ""
    lifecycle: Literal["active", "deprecated", "retired"] = "active"
    deprecated_at: str | None = None
    retires_at: str | None = None

    @property
    def display_name(self) -> str:
        version = self.id.removeprefix(f"claude-{self.line}-").split("-20")[0]
        return f"Claude {self.line.title()} {version.replace('-', '.')}"

    @property
    def max_images(self) -> int:
        return 600 if self.context >= 1_000_000 else 100


MODELS = (
    Model("claude-fable-5-2", "fable", "2026-11-09", 512, forced_tools=False, binds_thinking=True),
    Model(
        "claude-haiku-5-5",
        "haiku",
        "2026-10-07",
        512,
        thinking=("adaptive", "disabled"),
        thinking_default="on",
        high_at_most_without_thinking=True,
        binds_thinking=True,
    ),
    Model(
        "claude-sonnet-5-5",
        "sonnet",
        "2026-09-28",
        512,
        thinking=("adaptive", "between_tools"),
        thinking_default="on",
        high_at_most_without_thinking=True,
        forced_tools=False,
        binds_thinking=True,
    ),
    Model("claude-opus-5-5", "opus", "2026-09-22", 512, forced_tools=False, binds_thinking=True),
    Model("claude-fable-5-1", "fable", "2026-09-01", 512, forced_tools=False, binds_thinking=True),
    Model(
        "claude-sonnet-5",
        "sonnet",
        "2026-06-30",
        1024,
        thinking=("adaptive", "disabled"),
        thinking_default="on",
    ),
    Model("claude-fable-5", "fable", "2026-06-02", 512, system_turns=True),
    Model(
        "claude-opus-5",
        "opus",
        "2026-06-01",
        512,
        thinking=("adaptive", "disabled"),
        thinking_default="on",
        high_at_most_without_thinking=True,
        system_turns=True,
    ),
    Model(
        "claude-opus-4-8",
        "opus",
        "2026-05-01",
        1024,
        thinking=("adaptive", "disabled"),
        thinking_default="off",
        system_turns=True,
    ),
    Model(
        "claude-opus-4-7",
        "opus",
        "2026-04-01",
        2048,
        thinking=("adaptive", "disabled"),
        thinking_default="off",
    ),
    Model(
        "claude-sonnet-4-6",
        "sonnet",
        "2026-02-17",
        1024,
        thinking=("adaptive", "enabled", "disabled"),
        thinking_default="off",
        display="summarized",
        efforts=FOUR,
        tier="standard",
        sampling=True,
    ),
    Model(
        "claude-opus-4-6",
        "opus",
        "2026-02-05",
        4096,
        thinking=("adaptive", "enabled", "disabled"),
        thinking_default="off",
        display="summarized",
        efforts=FOUR,
        tier="standard",
        sampling=True,
    ),
    Model(
        "claude-opus-4-5-20251101",
        "opus",
        "2025-11-01",
        4096,
        thinking=("enabled", "disabled"),
        thinking_default="off",
        display="summarized",
        efforts=THREE,
        tier="standard",
        context=200_000,
        max_out=64_000,
        sampling=True,
        prefill=True,
        alias="claude-opus-4-5",
    ),
    Model(
        "claude-haiku-4-5-20251001",
        "haiku",
        "2025-10-01",
        4096,
        thinking=("enabled", "disabled"),
        thinking_default="off",
        display="summarized",
        efforts=(),
        tier="standard",
        context=200_000,
        max_out=64_000,
        sampling=True,
        prefill=True,
        alias="claude-haiku-4-5",
    ),
    Model(
        "claude-sonnet-4-5-20250929",
        "sonnet",
        "2025-09-29",
        1024,
        thinking=("enabled", "disabled"),
        thinking_default="off",
        display="summarized",
        efforts=(),
        tier="standard",
        context=200_000,
        max_out=64_000,
        sampling=True,
        prefill=True,
        alias="claude-sonnet-4-5",
        lifecycle="deprecated",
        deprecated_at="2026-09-29T00:00:00Z",
        retires_at="2026-11-30T00:00:00Z",
    ),
)

BY_NAME = {model.id: model for model in MODELS} | {
    model.alias: model for model in MODELS if model.alias
}
