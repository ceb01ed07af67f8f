"""The settings of a request beside its messages: which values each model takes."""

import re
from typing import Any

from tests.support.messages_api.blocks import Walk
from tests.support.messages_api.errors import invalid
from tests.support.messages_api.fields import (
    LIST,
    MAYBE_LIST,
    MAYBE_OBJECT,
    MAYBE_TEXT,
    MAYBE_YES_NO,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE,
    YES_NO,
    Json,
    Shape,
    check_kind,
    one_of,
)
from tests.support.messages_api.models import FIVE, OLD_VERSION, Model
from tests.support.messages_api.schemas import check_schema

SHARED = {
    "cache_control": MAYBE_OBJECT,
    "output_config": OBJECT,
    "speed": MAYBE_TEXT,
    "system": (str, list),
    "thinking": OBJECT,
    "tool_choice": OBJECT,
    "tools": LIST,
}
SAMPLING = {"temperature": NUMBER, "top_p": NUMBER, "top_k": WHOLE}
MORE = {
    "diagnostics": MAYBE_OBJECT,
    "inference_geo": MAYBE_TEXT,
    "metadata": OBJECT,
    "service_tier": TEXT,
    "stop_sequences": MAYBE_LIST,
    "stream": MAYBE_YES_NO,
}
COUNTING = Shape({"model": TEXT, "messages": LIST}, SHARED)
ASKING = Shape({"model": TEXT, "max_tokens": WHOLE, "messages": LIST}, {**SHARED, **MORE})
ASKING_OLD = Shape(ASKING.required, {**ASKING.optional, **SAMPLING})

DISPLAY = {"display": MAYBE_TEXT}
THINKING = {
    "adaptive": Shape({"type": TEXT}, DISPLAY),
    "enabled": Shape({"type": TEXT, "budget_tokens": WHOLE}, DISPLAY),
    "disabled": Shape({"type": TEXT}),
    "between_tools": Shape({"type": TEXT}),
}
LEAST_BUDGET = 1024
OUTPUT = Shape({}, {"effort": MAYBE_TEXT, "format": MAYBE_OBJECT})
FORMAT = Shape({"type": TEXT, "schema": OBJECT})
METADATA = Shape({}, {"user_id": MAYBE_TEXT})
DIAGNOSTICS = Shape({}, {"previous_message_id": MAYBE_TEXT})
TOOL = Shape(
    {"name": TEXT, "input_schema": OBJECT},
    {
        "type": MAYBE_TEXT,
        "description": TEXT,
        "cache_control": MAYBE_OBJECT,
        "strict": YES_NO,
        "eager_input_streaming": MAYBE_YES_NO,
        "input_examples": LIST,
        "defer_loading": YES_NO,
    },
)
PARALLEL = {"disable_parallel_tool_use": YES_NO}
CHOICES = {
    "auto": Shape({"type": TEXT}, PARALLEL),
    "any": Shape({"type": TEXT}, PARALLEL),
    "tool": Shape({"type": TEXT, "name": TEXT}, PARALLEL),
    "none": Shape({"type": TEXT}),
}
FORCED = ("any", "tool")
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def check_max_tokens(body: Json, model: Model) -> None:
    wanted = body["max_tokens"]
    if wanted < 0:
        raise invalid("max_tokens: Input should be greater than or equal to 0")
    if wanted > model.max_out:
        raise invalid(
            f"max_tokens: {wanted} > {model.max_out}, which is the maximum allowed number of "
            f"output tokens for {model.id}"
        )
    forced = body.get("tool_choice", {}).get("type") in FORCED
    if wanted == 0 and (body.get("stream") or forced or output_format(body)):
        raise invalid(
            "max_tokens: 0 cannot be combined with stream, output_config.format or forced tools"
        )


def check_sampling(body: Json, model: Model, version: str) -> None:
    sent = [name for name in SAMPLING if name in body]
    if sent and not (model.sampling and version == OLD_VERSION):
        raise invalid(f"{sent[0]}: sampling parameters are not supported by {model.id}")
    for name in ("temperature", "top_p"):
        if not 0 <= body.get(name, 0) <= 1:
            raise invalid(f"{name}: Input should be between 0 and 1")
    if body.get("top_k", 0) < 0:
        raise invalid("top_k: Input should be greater than or equal to 0")


def check_thinking(body: Json, model: Model) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type")
    one_of(kind, tuple(THINKING), "thinking.type")
    THINKING[kind].check(thinking, f"thinking.{kind}")
    if kind not in model.thinking:
        raise invalid(f'"thinking.type.{kind}" is not supported for this model.')
    if thinking.get("display") is not None:
        one_of(thinking["display"], ("summarized", "omitted"), f"thinking.{kind}.display")
    if kind == "enabled":
        check_budget(thinking["budget_tokens"], body.get("max_tokens"))


def check_budget(budget: int, max_tokens: int | None) -> None:
    if budget < LEAST_BUDGET:
        raise invalid(
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
        )
    if max_tokens is not None and budget >= max_tokens:
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")


def check_output(body: Json, model: Model) -> None:
    output = OUTPUT.check(body.get("output_config", {}), "output_config")
    effort = output.get("effort")
    if effort is not None:
        one_of(effort, FIVE, "output_config.effort")
        check_effort(effort, body, model)
    if output.get("format") is not None:
        wanted = FORMAT.check(output["format"], "output_config.format")
        one_of(wanted["type"], ("json_schema",), "output_config.format.type")
        check_schema(wanted["schema"])


def check_effort(effort: str, body: Json, model: Model) -> None:
    if not model.efforts:
        raise invalid("This model does not support the effort parameter.")
    if effort not in model.efforts:
        levels = ", ".join(model.efforts)
        raise invalid(f"output_config.effort: {effort!r} is not one of this model's: {levels}")
    off = body.get("thinking", {}).get("type") in ("disabled", "between_tools")
    if off and model.high_at_most_without_thinking and effort in ("xhigh", "max"):
        raise invalid(f"output_config.effort: {effort!r} needs thinking to be on for this model")


def check_tools(body: Json, walk: Walk) -> None:
    for number, tool in enumerate(body.get("tools", [])):
        path = f"tools.{number}"
        TOOL.check(tool, path)
        one_of(tool.get("type") or "custom", ("custom",), f"{path}.type")
        if not TOOL_NAME.fullmatch(tool["name"]):
            raise invalid(f"{path}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
        one_of(tool["input_schema"].get("type"), ("object",), f"{path}.input_schema.type")
        walk.cache_control(tool.get("cache_control"), f"{path}.cache_control")
    names = [tool["name"] for tool in body.get("tools", [])]
    if len(set(names)) < len(names):
        raise invalid("tools: Tool names must be unique.")


def check_choice(body: Json, model: Model) -> None:
    choice = body.get("tool_choice")
    if choice is None:
        return
    one_of(choice.get("type"), tuple(CHOICES), "tool_choice.type")
    CHOICES[choice["type"]].check(choice, f"tool_choice.{choice['type']}")
    names = [tool["name"] for tool in body.get("tools", [])]
    if not names:
        raise invalid("tool_choice may only be specified while providing tools.")
    if choice["type"] in FORCED and not model.forced_tools:
        raise invalid(f"tool_choice.type: {choice['type']!r} is not supported for this model.")
    if choice["type"] == "tool" and choice["name"] not in names:
        raise invalid(f"tool_choice: Tool '{choice['name']}' not found in provided tools")


def check_system(body: Json, walk: Walk) -> None:
    system = body.get("system", "")
    if not isinstance(system, str):
        walk.content(system, "system", "system")


def check_rest(body: Json) -> None:
    metadata = METADATA.check(body.get("metadata", {}), "metadata")
    if "@" in (metadata.get("user_id") or ""):
        raise invalid("metadata.user_id: user_id appears to contain an email address")
    DIAGNOSTICS.check(body.get("diagnostics") or {}, "diagnostics")
    one_of(body.get("service_tier", "auto"), ("auto", "standard_only"), "service_tier")
    one_of(body.get("speed") or "standard", ("standard", "fast"), "speed")
    one_of(body.get("inference_geo") or "global", ("global", "us"), "inference_geo")
    for number, sequence in enumerate(body.get("stop_sequences") or []):
        check_kind(sequence, TEXT, f"stop_sequences.{number}")
        if not sequence.strip():
            raise invalid("stop_sequences: each stop sequence must contain non-whitespace")


def output_format(body: Json) -> Json | None:
    found: Any = (body.get("output_config") or {}).get("format")
    return found if isinstance(found, dict) else None


def thinks(body: Json, model: Model) -> bool:
    """Whether the answer begins with a thinking block."""
    kind = body.get("thinking", {}).get("type")
    return model.thinking_default != "off" if kind is None else kind in ("adaptive", "enabled")


def display(body: Json, model: Model) -> str:
    return body.get("thinking", {}).get("display") or model.display
