"""The JSON shapes of the API, by contract."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

TURN = {
    "id",
    "conversation",
    "parent",
    "question",
    "images",
    "images_taken_out",
    "images_refused",
    "warnings",
    "answer",
    "state",
    "stop_reason",
    "model",
    "attempt",
    "failure",
    "usage",
    "cost_usd",
    "request_id",
    "created_at",
    "started_at",
    "first_text_at",
    "settled_at",
}
USAGE = {
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "output_tokens",
}
LISTED = {"id", "title", "archived", "current_turn", "created_at", "updated_at"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
MONEY = re.compile(r"\d+(\.\d+)?")


def assert_time(value: str) -> None:
    assert TIME.fullmatch(value), value
    assert datetime.fromisoformat(value)


def assert_money(value: str) -> Decimal:
    assert isinstance(value, str)
    assert MONEY.fullmatch(value), value
    return Decimal(value)


def assert_turn(turn: dict[str, Any]) -> None:
    assert set(turn) == TURN
    assert set(turn["usage"]) == USAGE
    for key in ("id", "conversation"):
        assert UUID(turn[key])
    for key in ("created_at", "started_at", "first_text_at", "settled_at"):
        if turn[key] is not None:
            assert_time(turn[key])
    if turn["cost_usd"] is not None:
        assert_money(turn["cost_usd"])
    if turn["failure"] is not None:
        assert set(turn["failure"]) == {"code", "message", "retryable"}


def assert_whole_conversation(whole: dict[str, Any]) -> None:
    assert set(whole) == {*LISTED, "turns"}
    assert UUID(whole["id"])
    assert_time(whole["created_at"])
    assert_time(whole["updated_at"])
    for turn in whole["turns"]:
        assert_turn(turn)
        assert turn["conversation"] == whole["id"]
