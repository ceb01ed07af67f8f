"""Finds things together with their owner: what is somebody else's is not there."""

from typing import TypeVar
from uuid import UUID

from django.db import models

from visionapp.conversations.models import Conversation, Turn
from visionapp.errors import Missing
from visionapp.uploads.models import Picture

Model = TypeVar("Model", bound=models.Model)


def conversation_of(user_id: int, pk: UUID) -> Conversation:
    """Return this person's conversation; raises Missing."""
    return _only(Conversation.objects.owned_by(user_id).select_related("current_turn"), pk)


def turn_of(user_id: int, pk: UUID) -> Turn:
    """Return a turn of one of this person's conversations; raises Missing."""
    return _only(Turn.objects.owned_by(user_id).select_related("conversation"), pk)


def picture_of(user_id: int, pk: UUID) -> Picture:
    """Return this person's picture with its upload and prepared images; raises Missing."""
    mine = Picture.objects.owned_by(user_id).select_related("upload")
    return _only(mine.prefetch_related("prepared_images"), pk)


def _only(mine: "models.QuerySet[Model]", pk: UUID) -> Model:
    found = mine.filter(pk=pk).first()
    if found is None:
        raise Missing
    return found
