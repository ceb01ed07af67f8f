"""Shapes of JSON objects: which keys they need, which they may have, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from tests.support.messages_api.errors import invalid

Json = dict[str, Any]
Kind = tuple[type, ...]

TEXT: Kind = (str,)
MAYBE_TEXT: Kind = (str, NoneType)
WHOLE: Kind = (int,)
NUMBER: Kind = (int, float)
YES_NO: Kind = (bool,)
MAYBE_YES_NO: Kind = (bool, NoneType)
OBJECT: Kind = (dict,)
MAYBE_OBJECT: Kind = (dict, NoneType)
LIST: Kind = (list,)
MAYBE_LIST: Kind = (list, NoneType)
CONTENT: Kind = (str, list)

WORDS = {
    str: "a valid string",
    int: "a valid integer",
    float: "a valid number",
    bool: "a valid boolean",
    dict: "an object",
    list: "a valid list",
}


@dataclass(frozen=True, slots=True)
class Shape:
    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)

    def check(self, value: object, path: str) -> Json:
        """Give the object back when it has this shape; raise a 400 that names the place."""
        if not isinstance(value, dict):
            raise invalid(f"{path}: Input should be an object")
        for name in self.required:
            if name not in value:
                raise invalid(f"{at(path, name)}: Field required")
        for name, one in value.items():
            kind = self.required.get(name) or self.optional.get(name)
            if kind is None:
                raise invalid(f"{at(path, name)}: Extra inputs are not permitted")
            check_kind(one, kind, at(path, name))
        return value


def at(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def check_kind(value: object, kind: Kind, path: str) -> None:
    # In JSON true is no number, in Python it is.
    fits = bool in kind if isinstance(value, bool) else isinstance(value, kind)
    if not fits:
        wanted = " or ".join(WORDS[one] for one in kind if one is not NoneType)
        raise invalid(f"{path}: Input should be {wanted}")


def one_of(value: object, allowed: tuple[str, ...], path: str) -> None:
    if value not in allowed:
        names = ", ".join(f"'{name}'" for name in allowed)
        raise invalid(f"{path}: Input should be {names}")
