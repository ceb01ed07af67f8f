"""Presets: named instructions for common jobs."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Preset:
    """An instruction that a person can choose by name, and change before asking."""

    id: str
    name: str
    instruction: str


@cache
def presets() -> tuple[Preset, ...]:
    """Return the presets of presets.toml, in the order to offer them."""
    with Path(__file__).with_name("presets.toml").open("rb") as file:
        entries = tomllib.load(file)["presets"]
    return tuple(
        Preset(entry["id"], entry["name"], " ".join(entry["instruction"].split()))
        for entry in entries
    )
