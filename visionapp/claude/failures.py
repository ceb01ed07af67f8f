"""What can go wrong when Claude is asked, sorted once: who can mend it, and may it be retried."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx2

from visionapp.errors import Invalid, TooLarge, Unavailable, VisionError

NO_KEY = "none"
"""Sent as the key to servers for which none is set."""


class KeyMissing(VisionError):
    code = "claude.key_missing"
    message = (
        "The server that answers wants an API key, and none is set. "
        "Ask whoever runs this server to set ANTHROPIC_API_KEY."
    )


class KeyInvalid(VisionError):
    code = "claude.key_invalid"
    message = (
        "Claude refused the API key. Ask whoever runs this server to check ANTHROPIC_API_KEY."
    )


class BillingProblem(VisionError):
    code = "claude.billing"
    message = (
        "Claude is not answering because of a billing problem. Ask whoever runs this server "
        "to check payment and credit in the Anthropic Console."
    )


class SpendLimitReached(VisionError):
    code = "claude.spend_limit"
    message = (
        "The account's spend limit is reached. Ask whoever runs this server to raise it in the "
        "Anthropic Console, or wait until it starts anew."
    )


class NotPermitted(VisionError):
    code = "claude.permission"
    message = (
        "The API key may not do this. Choose another model, or ask whoever runs this server "
        "to check what the key is allowed to use."
    )


class ModelUnknown(VisionError):
    code = "claude.model_unknown"
    message = "The chosen model is not offered by the server that answers. Choose another model."


class RequestTooLarge(TooLarge):
    code = "claude.too_large"
    message = (
        "The conversation is too large for the model. "
        "Send fewer or smaller pictures, or start a new conversation."
    )


class ImageRefused(Invalid):
    """Of which images is told by ``places``, as far as the server says so; see :meth:`locate`."""

    code = "claude.image_refused"
    message = "Claude refused one of the pictures. Take it out of the conversation and ask again."
    paths: tuple[str, ...] = ()
    """What the server calls the images that it refuses."""
    places: tuple[int, ...] = ()
    """Which ones these are, counted from 0 through all images of the request."""
    most_side: int | None = None
    """The pixels a side that it would take, where told."""

    def locate(self, sent: Sequence[str]) -> None:
        """Find the places, given the paths of all images of the request."""
        named = tuple(place for place, path in enumerate(sent) if path in self.paths)
        self.places = (0,) if not named and len(sent) == 1 else named


class InvalidRequest(Invalid):
    code = "claude.invalid_request"
    message = "Claude refused the request as not valid. Change the question or its settings."


class Passing(Unavailable):
    """A failure that may be gone the next time. ``retry_after`` is in seconds, where told."""

    retry_after: float | None = None


class RateLimited(Passing):
    code = "claude.rate_limited"
    message = "Too much was asked of Claude at once. The question can be tried again in a moment."


class Busy(Passing):
    code = "claude.busy"
    message = "Claude is busy. The question can be tried again in a moment."


class ServerFailed(Passing):
    code = "claude.unavailable"
    message = "Claude has a fault of its own right now. The question can be tried again."


class Unreachable(Passing):
    code = "claude.unreachable"
    message = (
        "Claude cannot be reached. Try again; if it stays so, ask whoever runs this server "
        "to check its network and ANTHROPIC_BASE_URL."
    )


class TimedOut(Passing):
    code = "claude.timeout"
    message = "Claude took too long to answer. The question can be tried again."


class Interrupted(Passing):
    code = "claude.interrupted"
    message = "The connection to Claude broke off in mid-answer. The question can be tried again."


class Garbled(Passing):
    code = "claude.garbled"
    message = (
        "What came back is not an answer of the Messages API. Try again; if it stays so, "
        "ask whoever runs this server to check ANTHROPIC_BASE_URL."
    )


Kind = type[VisionError]

BY_ERROR_CODE: dict[str, Kind] = {
    "enforced_spend_limit_reached": SpendLimitReached,
    "contract_spend_limit_reached": SpendLimitReached,
    "image_dimensions_too_large": ImageRefused,
}
BY_STATUS: dict[int, Kind] = {
    401: KeyInvalid,
    402: BillingProblem,
    403: NotPermitted,
    404: ModelUnknown,
    408: TimedOut,
    409: ServerFailed,
    413: RequestTooLarge,
    422: InvalidRequest,
    429: RateLimited,
    504: TimedOut,
    529: Busy,
}
BY_TYPE: dict[str, Kind] = {
    "authentication_error": KeyInvalid,
    "billing_error": BillingProblem,
    "permission_error": NotPermitted,
    "not_found_error": ModelUnknown,
    "request_too_large": RequestTooLarge,
    "rate_limit_error": RateLimited,
    "timeout_error": TimedOut,
    "overloaded_error": Busy,
    "api_error": ServerFailed,
    "invalid_request_error": InvalidRequest,
}
# For these the API gives no code of its own. Where the words change, the API's sentence is shown.
BY_WORDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"specified API usage limits", re.I), SpendLimitReached),
    (re.compile(r"credit balance is too low", re.I), BillingProblem),
    (re.compile(r"prompt is too long|too many images", re.I), RequestTooLarge),
    (
        re.compile(
            r"could not process image|image exceeds|image does not match|image dimensions"
            r"|many-image requests",
            re.I,
        ),
        ImageRefused,
    ),
)
BLOCK = re.compile(r"\bmessages\.\d+\.content\.\d+\b")
MOST_SIDE = re.compile(r"max allowed size[^:]*: (\d{1,6}) pixels", re.I)

# The first that fits counts. Before the answer begins, the SDK wraps what httpx2 raises.
BY_EXCEPTION: tuple[tuple[type[Exception], Kind], ...] = (
    (httpx2.ConnectTimeout, Unreachable),
    (httpx2.TimeoutException, TimedOut),
    (httpx2.ConnectError, Unreachable),
    (httpx2.DecodingError, Garbled),
    (httpx2.HTTPError, Interrupted),
    (httpx2.StreamError, Interrupted),
    (httpx2.InvalidURL, Unreachable),
    (anthropic.APITimeoutError, TimedOut),
    (anthropic.APIConnectionError, Unreachable),
    (ValueError, Garbled),
    (OSError, Interrupted),
)


@dataclass(frozen=True, slots=True)
class _Report:
    """What the server said of a failure."""

    status: int
    type: str | None
    error_code: str | None
    message: str
    details: Mapping[str, Any]
    retry_after: float | None = None

    def kind(self) -> Kind:
        kind = (
            BY_ERROR_CODE.get(self.error_code or "")
            or BY_STATUS.get(self.status)
            or BY_TYPE.get(self.type or "")
            or (InvalidRequest if 400 <= self.status < 500 else ServerFailed)
        )
        if kind is InvalidRequest:
            return next((other for words, other in BY_WORDS if words.search(self.message)), kind)
        return kind


def failure_of(exc: Exception, *, model_id: str = "") -> VisionError:
    """Return the failure that an exception of the SDK or of its HTTP client stands for."""
    if isinstance(exc, VisionError):
        return exc
    if isinstance(exc, anthropic.APIStatusError):
        failure = _failure(_report_of(exc), model_id)
        return KeyMissing() if isinstance(failure, KeyInvalid) and _had_no_key(exc) else failure
    if isinstance(exc, anthropic.APIConnectionError):
        could_connect = not isinstance(exc.__cause__, httpx2.ConnectTimeout)
        is_late = could_connect and isinstance(exc, anthropic.APITimeoutError)
        return TimedOut() if is_late else Unreachable()
    return next((kind() for family, kind in BY_EXCEPTION if isinstance(exc, family)), Garbled())


def failure_in(event: Mapping[str, Any], *, model_id: str = "") -> VisionError:
    """Return the failure that an ``error`` event reports in mid-answer."""
    error = event.get("error")
    error = error if isinstance(error, Mapping) else {}
    details = error.get("details")
    details = details if isinstance(details, Mapping) else {}
    report = _Report(
        status=200,
        type=_text_or_none(error.get("type")),
        error_code=_text_or_none(details.get("error_code")),
        message=_cleaned(error.get("message")),
        details=details,
    )
    return _failure(report, model_id)


def _report_of(exc: anthropic.APIStatusError) -> _Report:
    return _Report(
        status=exc.status_code,
        type=_text_or_none(exc.type),
        error_code=exc.error_code,
        message=_cleaned(exc.api_message),
        details=_details_of(exc.body),
        retry_after=_retry_after(exc.response.headers),
    )


def _failure(report: _Report, model_id: str) -> VisionError:
    kind = report.kind()
    if kind is ModelUnknown and model_id:
        return ModelUnknown(
            f"The server that answers does not offer the model {model_id}. Choose another model."
        )
    if kind is InvalidRequest and report.message:
        return InvalidRequest(f"Claude refused the request: {report.message}")
    failure = kind()
    if isinstance(failure, Passing):
        failure.retry_after = report.retry_after
    if isinstance(failure, ImageRefused):
        failure.paths = _paths(report)
        failure.most_side = _most_side(report)
    return failure


def _details_of(body: object) -> Mapping[str, Any]:
    """Return what an error says for programs: as it was sent, the SDK's own reading may differ."""
    error = body.get("error") if isinstance(body, Mapping) else None
    details = error.get("details") if isinstance(error, Mapping) else None
    return details if isinstance(details, Mapping) else {}


def _paths(report: _Report) -> tuple[str, ...]:
    """Return the images that are named, if only in the sentence."""
    told = report.details.get("paths")
    if isinstance(told, list) and told:
        return tuple(path for path in told if isinstance(path, str))
    return tuple(BLOCK.findall(report.message))


def _most_side(report: _Report) -> int | None:
    told = report.details.get("max_side_length_pixels")
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    found = MOST_SIDE.search(report.message)
    return int(found[1]) if found else None


def _had_no_key(exc: anthropic.APIStatusError) -> bool:
    sent: str = exc.request.headers.get("authorization", "")
    return sent == f"Bearer {NO_KEY}"


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Return seconds: the header has them, or a date, or under another name milliseconds."""
    told = headers.get("retry-after", "")
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        if told.strip()[:1].isdigit():
            return float(told)
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _cleaned(message: object) -> str:
    """Return one line of at most 300 characters without keys and without data of pictures."""
    if not isinstance(message, str):
        return ""
    line = " ".join(message.split())
    line = re.sub(r"\bsk-[\w-]{8,}", "[key]", line)
    line = re.sub(r"[A-Za-z0-9+/=_-]{64,}", "[data]", line)
    return line if len(line) <= 300 else f"{line[:299]}…"


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
