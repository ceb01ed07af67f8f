"""Deletes a conversation with everything that only it used."""

from django.db import transaction

from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.relay import log
from visionapp.uploads import retention
from visionapp.uploads.models import Upload
from visionapp.uploads.refusals import PictureInUse


def delete_conversation(conversation: Conversation) -> None:
    """Delete the turns, their logs, and the uploads that no other conversation shows."""
    with transaction.atomic():
        _lock(conversation)
        turn_ids = list(
            Turn.objects.filter(conversation=conversation).values_list("pk", flat=True)
        )
        uploads = Upload.objects.filter(turns__conversation=conversation).distinct()
        shared = TurnPicture.objects.filter(upload__in=uploads).exclude(
            turn__conversation=conversation
        )
        going = list(
            uploads.exclude(pk__in=shared.values("upload")).prefetch_related("prepared_images")
        )
        log.forget(turn_ids)
        conversation.delete()
        retention.delete(going)


def _lock(conversation: Conversation) -> None:
    """Lock what asking locks, in the same order: no question can come in between."""
    Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
    shown = TurnPicture.objects.filter(turn__conversation=conversation).values("upload")
    list(Upload.objects.select_for_update().filter(pk__in=shown).order_by("pk"))


def delete_upload(upload: Upload) -> None:
    """Delete an upload that no conversation shows; raises PictureInUse."""
    with transaction.atomic():
        Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if upload.turns.exists():
            raise PictureInUse
        retention.delete([upload])
