"""Waits for what other threads and tasks do, and lets several threads loose at once."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")

BETWEEN_LOOKS = 0.005


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(BETWEEN_LOOKS)


async def soon(condition: Callable[[], object], seconds: float = 5) -> None:
    """Return as soon as the condition holds, for tests within an event loop."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        await asyncio.sleep(BETWEEN_LOOKS)


def with_own_connection(work: Callable[[], Result]) -> Callable[[], Result]:
    """Close the database connection that the work opens in a thread of its own."""

    def run() -> Result:
        try:
            return work()
        finally:
            connections.close_all()

    return run


def in_background(work: Callable[[], Result]) -> "Future[Result]":
    """Begin the work in a thread of its own and return its result to come."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(with_own_connection(work)())
        except BaseException as failure:  # noqa: BLE001 - the test that asks for it gets it
            future.set_exception(failure)

    threading.Thread(target=run, daemon=True).start()
    return future


def all_at_once(*works: Callable[[], Result]) -> list[Result]:
    """Let a thread each begin at the same moment; return what they return, or raise."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result:
        gate.wait(timeout=10)
        return with_own_connection(work)()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
