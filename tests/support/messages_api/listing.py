"""GET /v1/models: the catalogue in the API's form, page by page."""

from typing import Any
from urllib.parse import parse_qsl

from tests.support.messages_api.checks import model_named
from tests.support.messages_api.errors import invalid
from tests.support.messages_api.fields import Json
from tests.support.messages_api.models import FIVE, MODELS, Model

LIFECYCLES = ("active", "deprecated", "retired")
MOST_PER_PAGE = 1000


def model_info(model: Model) -> Json:
    efforts: Json = {level: supported(level in model.efforts) for level in FIVE}
    kinds = ("adaptive", "enabled", "disabled", "between_tools")
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": f"{model.created}T00:00:00Z",
        "lifecycle": model.lifecycle,
        "deprecated_at": model.deprecated_at,
        "retires_at": model.retires_at,
        "line": model.line,
        "max_input_tokens": model.context,
        "max_tokens": model.max_out,
        "capabilities": {
            **{name: supported(yes=True) for name in ("image_input", "pdf_input", "batch")},
            **{name: supported(yes=True) for name in ("structured_outputs", "citations")},
            "code_execution": supported(yes=True),
            "effort": {"supported": bool(model.efforts), **efforts},
            "thinking": {
                "supported": True,
                "types": {kind: supported(kind in model.thinking) for kind in kinds},
            },
            "context_management": {
                "supported": True,
                "clear_thinking_20251015": supported(yes=True),
                "clear_tool_uses_20250919": supported(yes=True),
                "compact_20260112": supported(model.context >= 1_000_000),
            },
            "server_tools": {
                "supported": True,
                "web_search": supported(yes=True),
                "code_execution": supported(yes=True),
            },
        },
    }


def supported(yes: bool) -> Json:
    return {"supported": yes}


def one_model(name: str) -> Json:
    return model_info(model_named(name))


def page(query: str) -> Json:
    """One page of models, newest first, as the query string asks."""
    asked: dict[str, Any] = {}
    lifecycles: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in ("lifecycle", "lifecycle[]"):
            lifecycles += value.split(",")
        elif name in ("limit", "after_id", "before_id"):
            asked[name] = value
        else:
            raise invalid(f"{name}: Extra inputs are not permitted")
    if unknown := [one for one in lifecycles if one not in LIFECYCLES]:
        raise invalid(f"lifecycle: Input should be one of {LIFECYCLES}, not {unknown[0]!r}")
    wanted = lifecycles or ["active", "deprecated"]
    models = [model for model in MODELS if model.lifecycle in wanted]
    return cut(models, limit_of(asked.get("limit", "20")), asked)


def limit_of(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PER_PAGE:
        raise invalid("limit: Input should be between 1 and 1000")
    return int(text)


def cut(models: list[Model], limit: int, asked: dict[str, Any]) -> Json:
    if before := asked.get("before_id"):
        earlier = models[: place_of(before, models)]
        data, more = earlier[-limit:], len(earlier) > limit
    else:
        after = asked.get("after_id")
        later = models[place_of(after, models) + 1 :] if after else models
        data, more = later[:limit], len(later) > limit
    return {
        "data": [model_info(model) for model in data],
        "has_more": more,
        "first_id": data[0].id if data else None,
        "last_id": data[-1].id if data else None,
    }


def place_of(name: str, models: list[Model]) -> int:
    names = [model.id for model in models]
    if name not in names:
        raise invalid(f"after_id or before_id: no model {name!r} in this list")
    return names.index(name)
