"""Turns and their pictures as templates show them: words, not codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from visionapp.catalogue.budget import Tier
from visionapp.catalogue.cards import Card, known
from visionapp.conversations.fitting import MANY
from visionapp.conversations.models import Turn, TurnPicture
from visionapp.conversations.pictures import held, smaller
from visionapp.markup.render import render
from visionapp.uploads.renditions import stored_for
from visionapp.web import words
from visionapp.web.labels import called, labels
from visionapp.web.pages.shown import tile

FEWER_HELP = {"claude.image_refused", "claude.too_large", "image.missing", "image.unprepared"}
"""Failures that go away when a picture, or some, are taken out of the thread."""

Shown = Mapping[str, Any]


def thread(path: Sequence[Turn], offered: Sequence[Card]) -> dict[str, Any]:
    """Return the turns of a path, and all its pictures in order, as its model is sent them."""
    names = labels(path)
    tier = _tier(path, known(path[-1].model, offered) if path else offered[0])
    tiers = held(path)
    tiles = [
        [
            _as_sent(shown, smaller(tier, tiers.get(shown.picture_id, tier)))
            | {"label": label, "called": called(label), "taken_out": shown.taken_out}
            for shown, label in zip(row.pictures.all(), names[row.pk], strict=True)
        ]
        for row in path
    ]
    pictures = [each for own in tiles for each in own]
    turns = [
        _turn(row, card=known(row.model, offered))
        | {
            "pictures": own,
            "warnings": _news(path, place),
            "can_retry": row is path[-1] and row.state in (Turn.State.FAILED, Turn.State.STOPPED),
            "without": _without(row, pictures) if row is path[-1] else [],
        }
        for place, (row, own) in enumerate(zip(path, tiles, strict=True))
    ]
    return {"turns": turns, "pictures": pictures}


def _tier(path: Sequence[Turn], card: Card) -> Tier:
    going = sum(not shown.taken_out for row in path for shown in row.pictures.all())
    return "many" if card.tier == "high" and going > MANY else card.tier


def _as_sent(shown: TurnPicture, tier: Tier) -> dict[str, Any]:
    """Return a picture with the facts of what is sent of it, and the tier of just these pixels."""
    image = stored_for(shown.picture, tier)
    return tile(shown.picture, tier) | {"sent_tier": image.tier if image else tier}


def _news(path: Sequence[Turn], place: int) -> list[str]:
    """Return what a turn has to say of its request that was not said at the one before."""
    told = words.request_warnings(path[place - 1].notices) if place else []
    said = words.request_warnings(path[place].notices)
    return [sentence for sentence in said if sentence not in told]


def _without(row: Turn, pictures: Sequence[Shown]) -> list[Shown]:
    """Return the pictures one of which should go before a failed turn is tried again."""
    if row.failure_code not in FEWER_HELP:
        return []
    there = {each["id"]: each for each in reversed(pictures) if not each["taken_out"]}
    first_shown = list(reversed(there.values()))
    refused = [each for each in first_shown if str(each["id"]) in row.refused_pictures]
    return refused if row.refused_pictures else first_shown


def _turn(row: Turn, *, card: Card) -> dict[str, Any]:
    """Return a turn; while it is active its words come by the stream, from the start."""
    usage = row.usage
    seconds = None
    if row.settled_at and row.started_at:
        seconds = (row.settled_at - row.started_at).total_seconds()
    failed = row.state == Turn.State.FAILED
    return {
        "id": row.pk,
        "question": row.question,
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
    }
