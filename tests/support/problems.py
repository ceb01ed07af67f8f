"""Checks the one form in which the API refuses."""

from typing import Any

KEYS = {"type", "title", "status", "detail", "code"}


def assert_problem(response: Any, status: int, code: str) -> str:
    """Check a refusal against RFC 9457 and the contract; return its sentence."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert set(said) == KEYS
    assert said["status"] == status
    assert said["code"] == code
    assert said["type"]
    assert said["title"]
    assert said["detail"].endswith(".")
    return said["detail"]
