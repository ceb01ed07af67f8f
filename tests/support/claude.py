"""A model that says what a test tells it to, and remembers what it was asked."""

import threading
import time
from collections.abc import Iterator
from typing import Self

from visionapp.claude.client import Outcome, ReplyRequest
from visionapp.errors import VisionError
from visionapp.reply import Usage

USAGE = Usage(input_tokens=100, output_tokens=20)


class ScriptedClaude:
    """Answers with these words, in these pieces; then ends, fails, or holds until it is let go."""

    def __init__(
        self,
        *pieces: str,
        stop_reason: str = "end_turn",
        explanation: str = "",
        failure: VisionError | None = None,
        hold: bool = False,
        usage: Usage = USAGE,
    ) -> None:
        self.pieces = pieces
        self.stop_reason = stop_reason
        self.explanation = explanation
        self.failure = failure
        self.usage = usage
        self.requests: list[ReplyRequest] = []
        self.replies: list[ScriptedReply] = []
        self.let_go = threading.Event()
        if not hold:
            self.let_go.set()

    def reply(self, request: ReplyRequest) -> "ScriptedReply":
        self.requests.append(request)
        reply = ScriptedReply(self)
        self.replies.append(reply)
        return reply


class ScriptedReply:
    """One answer of it."""

    def __init__(self, claude: ScriptedClaude) -> None:
        self._claude = claude
        self.request_id = "req_scripted"
        self.usage = claude.usage
        self.progressed_at = time.monotonic()
        self.is_thinking = False
        self.aborted = threading.Event()
        self.said_all = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.abort()

    def __iter__(self) -> Iterator[str]:
        yield from self._claude.pieces
        self.said_all.set()
        while not (self._claude.let_go.wait(0.01) or self.aborted.is_set()):
            pass
        if self._claude.failure is not None:
            raise self._claude.failure

    @property
    def outcome(self) -> Outcome:
        return Outcome(
            self._claude.stop_reason, self.usage, self.request_id, self._claude.explanation
        )

    def abort(self) -> None:
        self.aborted.set()
