"""Turns and pictures as templates show them: words, not codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from visionapp.catalogue.cards import Card
from visionapp.conversations import offers
from visionapp.conversations.asking import MAX_PICTURES
from visionapp.conversations.models import Turn
from visionapp.markup.render import render
from visionapp.uploads.intake import MAX_BYTES
from visionapp.uploads.models import Upload
from visionapp.web import words
from visionapp.web.body_limit import UPLOAD_PATH
from visionapp.web.labels import labels
from visionapp.web.pictures import MEDIA_TYPES

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


def picker(chosen: str = "") -> dict[str, Any]:
    """Return the models on offer and which one is chosen."""
    cards = offers.offered()
    ids = {card.id for card in cards}
    return {
        "models": [model(card) for card in cards],
        "chosen_model": chosen if chosen in ids else cards[0].id,
        "limits": LIMITS,
    }


def tile(upload: Upload) -> dict[str, Any]:
    """Return a picture with what a model is sent of it; its prepared images are fetched along."""
    shape = {
        "id": upload.pk,
        "name": upload.name,
        "width": upload.width,
        "height": upload.height,
        "bytes": upload.bytes,
        "warnings": words.picture_warnings(upload.warnings),
    }
    for image in upload.prepared_images.all():
        shape |= {
            "tokens": image.tokens,
            "prepared_width": image.width,
            "prepared_height": image.height,
        }
    return shape


def turn(
    row: Turn,
    *,
    cards: Mapping[str, Card],
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
        "model_name": (cards.get(row.model) or offers.known(row.model)).name,
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


def thread(path: Sequence[Turn]) -> dict[str, Any]:
    """Return the turns of a path, and all its pictures in order."""
    cards = {card.id: card for card in offers.offered()}
    names = labels(path)
    tiles = [
        [
            tile(picture.upload) | {"label": label}
            for picture, label in zip(row.pictures.all(), names[row.pk], strict=True)
        ]
        for row in path
    ]
    turns = [
        turn(row, cards=cards, pictures=own, newest=row is path[-1])
        for row, own in zip(path, tiles, strict=True)
    ]
    return {"turns": turns, "pictures": [each for own in tiles for each in own]}
