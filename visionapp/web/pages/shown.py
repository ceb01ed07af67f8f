"""Turns and pictures as templates show them: words, not codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from visionapp.catalogue.budget import Tier
from visionapp.catalogue.cards import Card, known
from visionapp.conversations.asking import MAX_PICTURES
from visionapp.conversations.models import Turn
from visionapp.markup.render import render
from visionapp.preparation import MEDIA_TYPES
from visionapp.uploads.intake import MAX_BYTES
from visionapp.uploads.models import Upload
from visionapp.uploads.renditions import stored_for
from visionapp.web import words
from visionapp.web.body_limit import UPLOAD_PATH
from visionapp.web.labels import labels

LIMITS = {
    "upload_url": UPLOAD_PATH,
    "max_bytes": MAX_BYTES,
    "max_images": MAX_PICTURES,
    "accept": ",".join(MEDIA_TYPES.values()),
}


def model(card: Card) -> dict[str, Any]:
    """Return a model as the picker shows it."""
    price = ""
    if card.is_demo:
        price = "Free"
    elif card.prices:
        price = (
            f"{words.per_million(card.prices.input)} in, "
            f"{words.per_million(card.prices.output)} out per million tokens"
        )
    return {
        "id": card.id,
        "name": card.name,
        "price_words": price,
        "input_price": card.prices.input if card.prices else "",
    }


def picker(offered: Sequence[Card], chosen: str = "") -> dict[str, Any]:
    """Return the models on offer and which one is chosen."""
    ids = {card.id for card in offered}
    return {
        "models": [model(card) for card in offered],
        "chosen_model": chosen if chosen in ids else offered[0].id,
        "limits": LIMITS,
    }


def tile(upload: Upload, tier: Tier) -> dict[str, Any]:
    """Return a picture with what models of a tier are sent of it, as far as that is there."""
    shape = {
        "id": upload.pk,
        "name": upload.name,
        "width": upload.width,
        "height": upload.height,
        "bytes": upload.bytes,
        "warnings": words.picture_warnings(upload.warnings),
    }
    image = stored_for(upload, tier)
    if image is None:
        return shape
    return shape | {
        "tokens": image.tokens,
        "prepared_width": image.width,
        "prepared_height": image.height,
    }


def turn(
    row: Turn,
    *,
    card: Card,
    pictures: Sequence[Mapping[str, Any]] = (),
    newest: bool = False,
) -> dict[str, Any]:
    """Return a turn; while it is active its words come by the stream, from the start."""
    usage = row.usage
    seconds = None
    if row.settled_at and row.started_at:
        seconds = (row.settled_at - row.started_at).total_seconds()
    failed = row.state == Turn.State.FAILED
    return {
        "id": row.pk,
        "question": row.question,
        "pictures": pictures,
        "state": row.state,
        "active": not row.is_settled,
        "answer_html": render(row.answer) if row.is_settled else "",
        "model_name": card.name,
        "tokens_in": usage.input_tokens
        + usage.cache_read_input_tokens
        + usage.cache_creation_input_tokens,
        "tokens_out": usage.output_tokens,
        "cost_words": words.money(row.cost_usd),
        "seconds_words": words.seconds(seconds),
        "failure": {"message": row.failure_message, "retryable": row.failure_retryable}
        if failed
        else None,
        "stop_reason": row.stop_reason,
        "explanation": row.stop_explanation,
        "can_retry": newest and row.state in (Turn.State.FAILED, Turn.State.STOPPED),
    }


def thread(path: Sequence[Turn], offered: Sequence[Card]) -> dict[str, Any]:
    """Return the turns of a path, and all its pictures in order, as the default is sent them."""
    names = labels(path)
    tiles = [
        [
            tile(picture.upload, offered[0].tier) | {"label": label}
            for picture, label in zip(row.pictures.all(), names[row.pk], strict=True)
        ]
        for row in path
    ]
    turns = [
        turn(row, card=known(row.model, offered), pictures=own, newest=row is path[-1])
        for row, own in zip(path, tiles, strict=True)
    ]
    return {"turns": turns, "pictures": [each for own in tiles for each in own]}
