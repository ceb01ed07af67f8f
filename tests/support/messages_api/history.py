"""The order of turns: who begins, who ends, tools and their results, thinking that is replayed."""

import hashlib
import json
from typing import Any

from tests.support.messages_api.blocks import Walk, blocks_of
from tests.support.messages_api.errors import invalid
from tests.support.messages_api.fields import CONTENT, TEXT, Json, Shape, one_of
from tests.support.messages_api.models import Model
from tests.support.messages_api.params import output_format, thinks

MESSAGE = Shape({"role": TEXT, "content": CONTENT})
MOST_MESSAGES = 100_000
NO_PREFILL = (
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message."
)


def check_messages(body: Json, walk: Walk) -> None:
    messages = body["messages"]
    if not messages:
        raise invalid("messages: at least one message is required")
    if len(messages) > MOST_MESSAGES:
        raise invalid(f"messages: too many messages: {len(messages)} > {MOST_MESSAGES}")
    for number, message in enumerate(messages):
        check_message(message, number, walk, last=number == len(messages) - 1)
    if messages[0]["role"] != "user":
        raise invalid('messages: first message must use the "user" role')
    check_end(body, walk.model)
    check_tool_pairs(messages)
    check_thinking_blocks(body, walk.model)


def check_message(message: Any, number: int, walk: Walk, *, last: bool) -> None:
    path = f"messages.{number}"
    MESSAGE.check(message, path)
    role, content = message["role"], message["content"]
    roles = ("user", "assistant", "system") if walk.model.system_turns else ("user", "assistant")
    one_of(role, roles, f"{path}.role")
    if not content:
        if last and role == "assistant":
            return
        raise invalid(
            f"{path}: all messages must have non-empty content except for the optional final "
            "assistant message"
        )
    walk.content(content, role, f"{path}.content")


def check_end(body: Json, model: Model) -> None:
    last = body["messages"][-1]
    if last["role"] != "assistant":
        return
    if not model.prefill or thinks(body, model):
        raise invalid(NO_PREFILL)
    if output_format(body):
        raise invalid("output_config.format: prefill is not supported with structured outputs")
    blocks = blocks_of(last["content"])
    if blocks and blocks[-1]["type"] == "text" and blocks[-1]["text"][-1:].isspace():
        raise invalid("messages: final assistant content cannot end with trailing whitespace")


def merged(messages: list[Json]) -> list[tuple[str, list[tuple[str, Json]]]]:
    """Turns: neighbours of one role are one turn. Each block comes with its path."""
    turns: list[tuple[str, list[tuple[str, Json]]]] = []
    for number, message in enumerate(messages):
        blocks = [
            (f"messages.{number}.content.{place}", block)
            for place, block in enumerate(blocks_of(message["content"]))
        ]
        if turns and turns[-1][0] == message["role"]:
            turns[-1][1].extend(blocks)
        else:
            turns.append((message["role"], blocks))
    return turns


def check_tool_pairs(messages: list[Json]) -> None:
    turns = merged(messages)
    asked: list[str] = []
    for role, blocks in turns:
        answered = [block["tool_use_id"] for _, block in blocks if block["type"] == "tool_result"]
        for path, block in blocks:
            if block["type"] == "tool_result" and block["tool_use_id"] not in asked:
                raise invalid(
                    f"{path}: unexpected `tool_use_id` found in `tool_result` blocks: "
                    f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding "
                    "`tool_use` block in the previous message."
                )
        if missing := [one for one in asked if one not in answered]:
            raise invalid(
                "messages: `tool_use` ids were found without `tool_result` blocks immediately "
                f"after: {', '.join(missing)}"
            )
        asked = [block["id"] for _, block in blocks if block["type"] == "tool_use"]
        if role != "assistant":
            asked = []


def plain(block: Json) -> Json:
    return {name: value for name, value in block.items() if name != "cache_control"}


def signature(body: Json, before: list[Json]) -> str:
    """What signs a thinking block that follows these messages: it names the prefix it is bound to.

    A made-up form: the real one is opaque.
    """
    system = [plain(block) for block in blocks_of(body.get("system") or [])]
    tools = [plain(tool) for tool in body.get("tools", [])]
    turns = [[role, [plain(block) for _, block in blocks]] for role, blocks in merged(before)]
    text = json.dumps([tools, system, turns], sort_keys=True)
    prefix = hashlib.sha256(text.encode()).hexdigest()
    return f"Eq{prefix}{seal(prefix)}"


def seal(prefix: str) -> str:
    return hashlib.sha256(f"issued by the fake:{prefix}".encode()).hexdigest()[:16]


def issued(signed: str) -> bool:
    return signed.startswith("Eq") and signed[66:] == seal(signed[2:66])


def check_thinking_blocks(body: Json, model: Model) -> None:
    for number, message in enumerate(body["messages"]):
        for place, block in enumerate(blocks_of(message["content"])):
            if block["type"] != "thinking":
                continue
            path = f"messages.{number}.content.{place}"
            if not issued(block["signature"]):
                raise invalid(f"{path}: Invalid `signature` in `thinking` block")
            before = body["messages"][:number]
            if model.binds_thinking and block["signature"] != signature(body, before):
                raise invalid(
                    f"{path}: Invalid 'signature' in 'thinking' block. The block is bound to a "
                    "different conversation."
                )
