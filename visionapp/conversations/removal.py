"""Deletes a conversation with everything that only it used."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.relay import log
from visionapp.uploads import retention
from visionapp.uploads.models import Picture, PictureQuerySet
from visionapp.uploads.refusals import PictureInUse

UNUSED_FOR = timedelta(days=7)
"""How long a picture is kept that no question shows."""
MOST_AT_ONCE = 200
"""Unused pictures deleted in one go, each in a transaction of its own."""


def delete_conversation(conversation: Conversation) -> None:
    """Delete the turns, their logs, and the pictures that no other conversation shows.

    With a part goes the whole that it was cut from, unless something else shows that: its file
    would be kept for it.
    """
    with transaction.atomic():
        _lock(conversation)
        turn_ids = list(
            Turn.objects.filter(conversation=conversation).values_list("pk", flat=True)
        )
        shown = Picture.objects.filter(turn_pictures__turn__conversation=conversation).distinct()
        shared = TurnPicture.objects.filter(picture__in=shown).exclude(
            turn__conversation=conversation
        )
        going = list(shown.exclude(pk__in=shared.values("picture")))
        # What came after the last question belongs to one that is being written.
        going += Picture.objects.filter(
            upload__in={picture.upload_id for picture in going},
            turn_pictures=None,
            created_at__lt=conversation.updated_at,
        )
        log.forget(turn_ids)
        conversation.delete()
        retention.delete(going)


def _lock(conversation: Conversation) -> None:
    """Lock what asking locks, in the same order: no question can come in between."""
    Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
    shown = TurnPicture.objects.filter(turn__conversation=conversation).values("picture")
    list(Picture.objects.select_for_update().filter(pk__in=shown).order_by("pk"))


def delete_picture(picture: Picture) -> None:
    """Delete a picture that no conversation shows; raises PictureInUse."""
    with transaction.atomic():
        Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if picture.turn_pictures.exists():
            raise PictureInUse
        retention.delete([picture])


def delete_unused() -> int:
    """Delete pictures that no question has shown since they came; return how many."""
    came_before = timezone.now() - UNUSED_FOR
    return _delete_unused(Picture.objects.filter(created_at__lt=came_before))


def delete_unused_of(owner_id: int) -> int:
    """Delete a person's pictures that no question shows, at most 200; return how many."""
    return _delete_unused(Picture.objects.owned_by(owner_id))


def _delete_unused(pictures: PictureQuerySet) -> int:
    unused = pictures.filter(turn_pictures=None)
    deleted = 0
    for picture in unused.order_by("created_at")[:MOST_AT_ONCE]:
        with suppress(PictureInUse):  # asked about just now
            delete_picture(picture)
            deleted += 1
    return deleted
