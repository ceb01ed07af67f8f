"""Says codes and numbers in words for people."""

from collections.abc import Iterable
from decimal import Decimal

from visionapp.conversations.models import Turn

PICTURE_WARNINGS = {
    "image.animated": "This picture moves; only its first frame is looked at.",
}


def picture_warnings(codes: Iterable[str]) -> list[str]:
    """Return a sentence for each thing that a person should know of a picture."""
    return [PICTURE_WARNINGS.get(code, code) for code in codes]


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
