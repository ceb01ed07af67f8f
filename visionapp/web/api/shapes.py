"""The JSON shapes that the API takes and gives."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from visionapp.catalogue.budget import Tier
from visionapp.catalogue.cards import Card
from visionapp.catalogue.tiles import tiles
from visionapp.conversations.models import Conversation, Turn
from visionapp.reply import Usage
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.web.words import picture_warnings, prepared_warnings, request_warnings

Money = Annotated[
    Decimal, PlainSerializer(lambda usd: format(usd.normalize(), "f"), return_type=str)
]
"""US dollars as a decimal string."""

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

Pixel = Annotated[int, Field(ge=0, lt=2**31)]

_HALVES = re.compile("[\ud800-\udfff]")


class Given(Schema):
    """A body that is sent; a key that does not exist is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    @field_validator("*")
    @classmethod
    def storable(cls, value: Any) -> Any:
        """Refuse halves of characters and NUL, which JSON can write and databases cannot."""
        if isinstance(value, str) and ("\0" in value or _HALVES.search(value)):
            raise PydanticCustomError("unstorable", "Text holds what is no character")
        return value


class Asked(Given):
    """What is asked, and how it is to be answered."""

    instruction: str = ""
    model: str = ""
    preset: str = ""
    system: str = ""
    max_tokens: int | None = None
    effort: str = ""
    answer_prefix: str = ""


class NewConversation(Asked):
    """A first question about pictures."""

    images: list[UUID]


class NewTurn(Asked):
    """A follow-up; without ``parent`` below the newest answered turn of the current path."""

    images: list[UUID] = Field(default_factory=list)
    parent: UUID | None = None


class ConversationChange(Given):
    """What of a conversation to change; what is left out stays."""

    title: Title | None = None
    archived: bool | None = None
    current_turn: UUID | None = None


class Link(Given):
    """A picture on the web."""

    url: str


class NewPart(Given):
    """What of a picture's file to make a picture of; what is left out is as in that picture."""

    frame: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = None
    name: Annotated[str, StringConstraints(max_length=255)] = ""


class PreparedShape(Schema):
    """What models of an image tier are sent of a picture; ``tokens`` is what it is billed as.

    ``text_height`` estimates the pixels of its smallest common text; null where none was found.
    """

    tier: str
    media_type: str
    width: int
    height: int
    bytes: int
    tokens: int
    text_height: float | None


class ListedImage(Schema):
    """A picture; width and height are pixels of it, held upright.

    It is a frame or page of its file, or the region ``box`` of one, in pixels of the whole frame.
    ``warning_codes`` are those of the first ``warnings``, which are about the picture itself.
    """

    id: UUID
    name: str
    format: str
    frame: int
    frames: int
    box: list[int] | None
    width: int
    height: int
    bytes: int
    sha256: str
    warnings: list[str]
    warning_codes: list[str]
    created_at: datetime


class Image(ListedImage):
    """A picture with what the default model is sent of it.

    ``tiles`` are overlapping regions of it that a model would see unshrunk.
    """

    prepared: PreparedShape
    tiles: list[tuple[int, int, int, int]]


class ImagePage(Schema):
    """A piece of the list of pictures, newest first; ``next_cursor`` is null at its end."""

    items: list[ListedImage]
    next_cursor: str | None


class FailureShape(Schema):
    """Why a turn failed."""

    code: str
    message: str
    retryable: bool


class UsageShape(Schema):
    """Tokens as the Messages API counts them."""

    input_tokens: int
    cache_read_input_tokens: int
    cache_creation_input_tokens: int
    output_tokens: int


class TurnShape(Schema):
    """One question and its answer.

    ``warnings`` tells how pictures had to be fitted into the request. Of ``images``, no model is
    sent ``images_taken_out`` any more. ``images_refused`` are those of the conversation for which
    the turn failed, as far as that is known.
    """

    id: UUID
    conversation: UUID
    parent: UUID | None
    question: str
    images: list[UUID]
    images_taken_out: list[UUID]
    images_refused: list[UUID]
    warnings: list[str]
    answer: str
    state: str
    stop_reason: str | None
    model: str
    attempt: int
    failure: FailureShape | None
    usage: UsageShape
    cost_usd: Money | None
    request_id: str | None
    created_at: datetime
    started_at: datetime | None
    first_text_at: datetime | None
    settled_at: datetime | None


class ConversationShape(Schema):
    """A conversation as it is listed."""

    id: UUID
    title: str
    archived: bool
    current_turn: UUID | None
    created_at: datetime
    updated_at: datetime


class WholeConversation(ConversationShape):
    """A conversation with all its turns, oldest first."""

    turns: list[TurnShape]


class ConversationPage(Schema):
    """A piece of the list, newest first; ``next_cursor`` is null at its end."""

    items: list[ConversationShape]
    next_cursor: str | None


class PriceShape(Schema):
    """US dollars per million tokens."""

    input: Money
    output: Money
    cache_write: Money
    cache_write_hour: Money
    cache_read: Money


class ModelShape(Schema):
    """A model card."""

    id: str
    name: str
    tier: str
    context_window: int
    max_output: int
    prices: PriceShape | None
    effort_levels: list[str]
    default_effort: str | None
    lifecycle: str
    retires_at: date | None
    default: bool
    demo: bool


class PresetShape(Schema):
    """A named instruction."""

    id: str
    name: str
    instruction: str


def image(picture: Picture, prepared: PreparedImage) -> dict[str, Any]:
    """Return a picture's record, with what the given prepared image is."""
    tier = cast("Tier", prepared.tier)
    return listed_image(picture) | {
        "warnings": [*picture_warnings(picture.warnings), *prepared_warnings(picture, prepared)],
        "prepared": prepared,
        "tiles": list(tiles(picture.width, picture.height, tier)),
    }


def listed_image(picture: Picture) -> dict[str, Any]:
    """Return a picture's record; expects its upload to be fetched along."""
    upload = picture.upload
    return {
        "id": picture.pk,
        "name": picture.name,
        "format": upload.format,
        "frame": picture.frame,
        "frames": upload.frames,
        "box": picture.box,
        "width": picture.width,
        "height": picture.height,
        "bytes": upload.bytes,
        "sha256": upload.sha256,
        "warnings": picture_warnings(picture.warnings),
        "warning_codes": picture.warnings,
        "created_at": picture.created_at,
    }


def turn(row: Turn) -> dict[str, Any]:
    """Return a turn's record; expects its pictures to be fetched along."""
    failed = row.state == Turn.State.FAILED
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "parent": row.parent_id,
        "question": row.question,
        "images": [shown.picture_id for shown in row.pictures.all()],
        "images_taken_out": [each.picture_id for each in row.pictures.all() if each.taken_out],
        "images_refused": row.refused_pictures,
        "warnings": request_warnings(row.notices),
        "answer": row.answer,
        "state": row.state,
        "stop_reason": row.stop_reason or None,
        "model": row.model,
        "attempt": row.attempt,
        "failure": failure(row) if failed else None,
        "usage": usage(row.usage),
        "cost_usd": row.cost_usd,
        "request_id": row.request_id or None,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "first_text_at": row.first_text_at,
        "settled_at": row.settled_at,
    }


def failure(row: Turn) -> dict[str, Any]:
    """Return why a turn failed."""
    return {
        "code": row.failure_code,
        "message": row.failure_message,
        "retryable": row.failure_retryable,
    }


def usage(spent: Usage) -> dict[str, int]:
    """Return tokens by kind."""
    return {
        "input_tokens": spent.input_tokens,
        "cache_read_input_tokens": spent.cache_read_input_tokens,
        "cache_creation_input_tokens": spent.cache_creation_input_tokens,
        "output_tokens": spent.output_tokens,
    }


def conversation(row: Conversation) -> dict[str, Any]:
    """Return a conversation as it is listed."""
    return {
        "id": row.pk,
        "title": row.title,
        "archived": row.archived,
        "current_turn": row.current_turn_id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def whole_conversation(row: Conversation, turns: Sequence[Turn]) -> dict[str, Any]:
    """Return a conversation with its turns."""
    return conversation(row) | {"turns": [turn(each) for each in turns]}


def model(card: Card, *, default: bool) -> dict[str, Any]:
    """Return a model card."""
    return {
        "id": card.id,
        "name": card.name,
        "tier": card.tier,
        "context_window": card.context_window,
        "max_output": card.max_output,
        "prices": card.prices,
        "effort_levels": list(card.effort_levels),
        "default_effort": card.default_effort,
        "lifecycle": card.lifecycle,
        "retires_at": card.retires_at,
        "default": default,
        "demo": card.is_demo,
    }
