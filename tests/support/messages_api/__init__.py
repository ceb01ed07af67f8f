"""A strict fake of the Messages API: a real HTTP server that refuses what the real one refuses.

    with MessagesApi() as api:
        api.script(HttpError(529), Answer("Three bars."), Held("one two three"))
        client = anthropic.Anthropic(api_key="k", base_url=api.url, max_retries=0)
        ...
        assert api.requests[1].images[0].size == (640, 480)
        assert not api.refusals

By hand, or for measurements from another process:
``python -m tests.support.messages_api --port 9999 --words-per-second 40``.
"""

from tests.support.messages_api.answers import (
    Answer,
    Behaviour,
    Held,
    HttpError,
    Refusal,
    Timestamps,
    described,
)
from tests.support.messages_api.errors import ApiError
from tests.support.messages_api.faults import (
    ODD_TEXT,
    BadUtf8,
    CannotProcess,
    CleanEnd,
    Cut,
    DeltasAfterStop,
    DuplicateMessageStart,
    EmptyBody,
    ErrorEvent,
    Garbled,
    Hang,
    HtmlWith200,
    HugeDelta,
    JsonWith200,
    MissingRequestId,
    MissingUsage,
    NoStopReason,
    OneByteChunks,
    ResetBeforeHeaders,
    ShortSides,
    Stall,
    UnknownEvents,
)
from tests.support.messages_api.models import MODELS, NEW_VERSION, OLD_VERSION, Model
from tests.support.messages_api.pictures import SentImage, seen_size, visual_tokens
from tests.support.messages_api.received import Received
from tests.support.messages_api.server import MessagesApi

__all__ = [
    "MODELS",
    "NEW_VERSION",
    "ODD_TEXT",
    "OLD_VERSION",
    "Answer",
    "ApiError",
    "BadUtf8",
    "Behaviour",
    "CannotProcess",
    "CleanEnd",
    "Cut",
    "DeltasAfterStop",
    "DuplicateMessageStart",
    "EmptyBody",
    "ErrorEvent",
    "Garbled",
    "Hang",
    "Held",
    "HtmlWith200",
    "HttpError",
    "HugeDelta",
    "JsonWith200",
    "MessagesApi",
    "MissingRequestId",
    "MissingUsage",
    "Model",
    "NoStopReason",
    "OneByteChunks",
    "Received",
    "Refusal",
    "ResetBeforeHeaders",
    "SentImage",
    "ShortSides",
    "Stall",
    "Timestamps",
    "UnknownEvents",
    "described",
    "seen_size",
    "visual_tokens",
]
