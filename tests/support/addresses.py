"""Walks every address of the app: pages by route, API operations by method and route."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.openapi.views import default_home
from ninja.operation import PathView


@dataclass(frozen=True)
class Address:
    """Somewhere that a request can go; ``method`` is empty for pages, which choose themselves."""

    method: str
    route: str
    policy: str | None
    """What the view states, or ``"token"`` for an operation that asks who calls."""

    def __str__(self) -> str:
        return f"{self.method} /{self.route}".lstrip()


def all_addresses() -> list[Address]:
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[Any], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif getattr(pattern.callback, "func", None) is not default_home:
            # Ninja's root is there to be named by it, and answers everybody that it is not.
            yield from _of(pattern, route)


def _of(pattern: URLPattern, route: str) -> Iterator[Address]:
    view = pattern.callback
    operations = _path_view(view)
    if operations is None:
        yield Address("", route, getattr(view, "policy", None))
        return
    for operation in operations.operations:
        policy = "token" if operation.auth_callbacks else getattr(view, "policy", None)
        for method in operation.methods:
            yield Address(method, route, policy)


def _path_view(view: Any) -> PathView | None:
    """Return what ninja put behind its view function: one function serves several methods."""
    if not inspect.isfunction(view):
        return None
    held = inspect.getclosurevars(view).nonlocals.get("self")
    return held if isinstance(held, PathView) else None
