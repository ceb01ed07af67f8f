"""Reads a reply in a thread of its own, so that its turn's lease never waits for the network."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from visionapp.errors import VisionError
from visionapp.reply import Usage


class Ended(Protocol):
    """How an answer came to its end."""

    @property
    def stop_reason(self) -> str:
        """The Messages API's word for why the model stopped."""

    @property
    def explanation(self) -> str:
        """What the model's maker says about a refusal; may be empty."""


class Reply(Protocol):
    """An answer that is arriving."""

    @property
    def outcome(self) -> Ended:
        """How it ended, once all text was read; raises VisionError if it broke off."""

    @property
    def usage(self) -> Usage:
        """The tokens known so far."""

    @property
    def request_id(self) -> str:
        """The request's id for support; empty until the server answers."""

    @property
    def progressed_at(self) -> float:
        """When it last said or thought anything, on the monotonic clock."""

    @property
    def is_thinking(self) -> bool:
        """Whether it thinks rather than says."""

    def __iter__(self) -> Iterator[str]:
        """Yield the text as it arrives."""

    def abort(self) -> None:
        """End the request at once, from any thread."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came since the last look: words, and how it ended if it did."""

    text: str
    ended: Ended | VisionError | None = None


class Pump:
    """Collects a reply's words in the background, and hands over all that came at once."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Reply]]) -> None:
        """Take what opens the reply; reading begins on entering."""
        self._opened = opened
        self._heard: queue.SimpleQueue[str | Ended | VisionError] = queue.SimpleQueue()
        self._reading: Future[None] = Future()
        self._left = False
        self.reply: Reply | None = None

    def __enter__(self) -> Self:
        """Begin to read."""
        threading.Thread(target=self._read, name="reply", daemon=True).start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """End the request if it still runs, or as soon as it is opened."""
        self._left = True
        if self.reply is not None:
            self.reply.abort()

    def listen(self, seconds: float) -> Heard:
        """Return all that has come, waiting up to ``seconds`` for the first of it.

        What went wrong while reading and is no VisionError is raised here.
        """
        words: list[str] = []
        try:
            item = self._heard.get(timeout=seconds)
            while isinstance(item, str):
                words.append(item)
                item = self._heard.get_nowait()
        except queue.Empty:
            if not words and self._reading.done():
                self._reading.result()
            return Heard("".join(words))
        return Heard("".join(words), item)

    def _read(self) -> None:
        try:
            with self._opened() as reply:
                self.reply = reply
                if self._left:
                    reply.abort()
                for text in reply:
                    self._heard.put(text)
                self._heard.put(reply.outcome)
        except VisionError as failure:
            self._heard.put(failure)
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that listens
            self._reading.set_exception(failure)
