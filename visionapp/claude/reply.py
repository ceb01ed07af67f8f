"""One answer, as it arrives."""

from collections.abc import Iterator
from time import monotonic
from types import TracebackType
from typing import Any, Self

import anthropic
import httpx2

from visionapp.claude.events import Hearing
from visionapp.claude.failures import Garbled, ImageRefused, Interrupted, failure_of
from visionapp.claude.line import Line, requests_of
from visionapp.claude.request import Outcome
from visionapp.claude.wire import image_paths
from visionapp.errors import VisionError
from visionapp.reply import Usage

FAULTS = (
    VisionError,
    anthropic.AnthropicError,
    httpx2.HTTPError,
    httpx2.StreamError,
    httpx2.InvalidURL,
    ValueError,
    OSError,
)
"""All that asking and listening are known to raise."""


class Reply:
    """The text of one answer: iterate it once, in one thread; stop it from any other.

    Nothing is sent before the iteration begins. Leave the ``with`` to close the connection.
    """

    def __init__(self, sdk: anthropic.Anthropic, params: dict[str, Any], beginning: str) -> None:
        self.request_id = ""
        """The server's name for the request, as soon as it is known; for support."""
        self.progressed_at = monotonic()
        """When the server last said something that moves the answer on; pings do not."""
        self._sdk = sdk
        self._params = params
        self._beginning = beginning
        self._line = Line()
        self._hearing = Hearing(params["model"])
        self._response: httpx2.Response | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def __iter__(self) -> Iterator[str]:
        """Yield each piece of text as it arrives, never an empty one.

        Raises a failure of ``claude.failures``, Interrupted too if the answer ends early. After
        :meth:`abort` the iteration ends without a word, whatever it was doing.
        """
        try:
            for text in self._pieces():
                if self._line.is_cut:
                    return
                yield text
        except FAULTS as exc:
            if self._line.is_cut:
                return
            # Without the cause: its words hold the server's answer, which may repeat the request.
            raise self._failure(exc) from None
        finally:
            self._close()

    @property
    def usage(self) -> Usage:
        """The tokens known so far; all of them once the answer is whole."""
        return self._hearing.usage

    @property
    def is_thinking(self) -> bool:
        """Whether the model thinks, which can take minutes without progress."""
        return self._hearing.is_thinking

    @property
    def is_aborted(self) -> bool:
        """Whether :meth:`abort` was called."""
        return self._line.is_cut

    @property
    def outcome(self) -> Outcome:
        """How the answer ended. Raises Interrupted if it is not whole."""
        if self._line.is_cut:
            raise Interrupted
        self._hearing.check_whole()
        return Outcome(
            stop_reason=self._hearing.stop_reason,
            usage=self._hearing.usage,
            request_id=self.request_id,
            explanation=self._hearing.explanation,
        )

    def abort(self) -> None:
        """Hang up now. Safe from any thread and at any time, more than once too."""
        self._line.cut()

    def _pieces(self) -> Iterator[str]:
        if self._line.is_cut:
            return
        response = self._ask()
        if self._beginning:
            yield self._beginning
        for event in anthropic.Stream.raw_events(response):
            if event.event == "ping":
                continue
            self.progressed_at = monotonic()
            if text := self._hearing.feed(event.event, event.data):
                yield text
            if self._hearing.is_over:
                break
        if not self._hearing.is_begun and "event-stream" not in _media_type(response):
            raise Garbled
        self._hearing.check_whole()

    def _ask(self) -> httpx2.Response:
        with requests_of(self._line):
            stream = self._sdk.messages.create(**self._params, stream=True)
        # The raw events, not the SDK's: those end without a word where a stream breaks off or is
        # no stream at all, and go on after the end of the message.
        response: httpx2.Response = stream.response
        self._response = response
        self.request_id = response.headers.get("request-id", "")
        self.progressed_at = monotonic()
        return response

    def _failure(self, exc: Exception) -> VisionError:
        if isinstance(exc, anthropic.APIStatusError):
            self.request_id = exc.request_id or ""
        failure = failure_of(exc, model_id=self._params["model"])
        if isinstance(failure, ImageRefused):
            failure.locate(image_paths(self._params))
        return failure

    def _close(self) -> None:
        self._line.release()
        if self._response is not None:
            self._response.close()


def _media_type(response: httpx2.Response) -> str:
    return str(response.headers.get("content-type", ""))
