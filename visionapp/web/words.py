"""Says codes and numbers in words for people."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from visionapp.conversations.fitting import (
    LEFT_OUT_FOR_BYTES,
    LEFT_OUT_FOR_COUNT,
    LEFT_OUT_FOR_WINDOW,
    REPAIRED,
    SENT_AT_MANY,
    SMALLER_FOR_BYTES,
    SMALLER_FOR_WINDOW,
)
from visionapp.conversations.models import Turn
from visionapp.preparation import READABLE
from visionapp.uploads.models import Picture, PreparedImage

PICTURE_WARNINGS = {
    "image.animated": "This picture moves; only one frame of it is looked at.",
    "image.pages": "This file has several pages; one of them is looked at.",
    "image.on_dark": "It is transparent with light ink, so it is put on a dark ground.",
    "image.stretched": "Its greys are stretched, because they do not use their whole range.",
}


def picture_warnings(codes: Iterable[str]) -> list[str]:
    """Return a sentence for each thing that a person should know of a picture."""
    return [PICTURE_WARNINGS.get(code, code) for code in codes]


def prepared_warnings(picture: Picture, prepared: PreparedImage) -> list[str]:
    """Return a sentence for each thing that a person should know of what a model is sent."""
    said = []
    scale = max(prepared.width, prepared.height) / max(picture.width, picture.height)
    if scale > 1:
        said.append(f"It is very small, so it is sent at {scale:.0f} times its size.")
    if prepared.text_height is not None and prepared.text_height < READABLE:
        said.append(_too_small(prepared.text_height, scale))
    return said


def _too_small(height: float, scale: float) -> str:
    """Say that text is too small to be read for sure, and what helps."""
    found = f"Its smallest text comes out about {height:.0f} pixels high, too small to be sure of."
    if height / scale >= READABLE:
        return f"{found} Cut out the part that counts, or split it."
    return f"{found} Take it from nearer by, or export it larger."


def money(usd: Decimal | None) -> str:
    """Return dollars, small amounts with more decimals; empty for none and for nothing."""
    if not usd:
        return ""
    return f"${usd:.2f}" if usd >= 1 else f"${usd:.4f}"


def seconds(length: float | None) -> str:
    """Return a duration, short; empty without one."""
    if length is None:
        return ""
    if length < 60:
        return f"{length:.1f} s"
    return f"{int(length // 60)} min {int(length % 60)} s"


def per_million(usd: Decimal) -> str:
    """Return a price per million tokens, without needless zeros."""
    return f"${usd.normalize():f}"


ENDINGS = {
    "end_turn": "",
    "stop_sequence": "",
    "max_tokens": "The answer reached its length limit and is cut off here.",
    "model_context_window_exceeded": "The thread fills the model's memory; cut off here.",
    "refusal": "The model declined to answer this.",
}


def ending(turn: Turn) -> str:
    """Return a sentence on how an answer ended if it is not whole; empty if it is."""
    match turn.state:
        case Turn.State.ANSWERED:
            return ENDINGS.get(turn.stop_reason, f"The model ended with “{turn.stop_reason}”.")
        case Turn.State.STOPPED:
            return "Stopped before its end."
        case Turn.State.FAILED:
            return turn.failure_message
        case _:
            return "Not finished when this was exported."


def request_warnings(notices: Iterable[Sequence[Any]]) -> list[str]:
    """Return a sentence for each way in which pictures had to be fitted into a request."""
    return [_fitted(*notice) for notice in notices]


def _fitted(code: str, count: int, limit: int = 0) -> str:
    oldest = "The oldest picture is" if count == 1 else f"The {count:,} oldest pictures are"
    one = count == 1
    sentences = {
        SENT_AT_MANY: "More than 20 pictures go along, so each is sent at 2,000 pixels or less.",
        SMALLER_FOR_BYTES: f"{oldest} sent smaller, because one request holds 32 MB.",
        SMALLER_FOR_WINDOW: f"{oldest} sent smaller, because the model takes in no more.",
        LEFT_OUT_FOR_BYTES: f"{oldest} left out, because one request holds 32 MB.",
        LEFT_OUT_FOR_WINDOW: f"{oldest} left out, because the model takes in no more.",
        LEFT_OUT_FOR_COUNT: f"{oldest} left out, because the model takes {limit:,} at a time.",
        REPAIRED: f"Claude refused {'a picture' if one else f'{count:,} pictures'} at full size, "
        f"so {'it was' if one else 'they were'} sent once more, smaller.",
    }
    return sentences.get(code, code)
