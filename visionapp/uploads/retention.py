"""Lets pictures go: rows first, files once that is committed."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from visionapp.uploads import files
from visionapp.uploads.models import Picture, PreparedImage, Upload


def delete(pictures: Iterable[Picture]) -> None:
    """Delete the pictures with every file made of them, and uploads that show in no other."""
    wanted = [picture.pk for picture in pictures]
    with transaction.atomic():
        # Locked and read anew, so that nothing more is being made of them meanwhile.
        going = list(Picture.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
        made = PreparedImage.objects.filter(picture__in=going)
        names = [str(picture.thumbnail) for picture in going]
        names += made.values_list("file", flat=True)
        Picture.objects.filter(pk__in=[picture.pk for picture in going]).delete()
        transaction.on_commit(partial(files.delete, names))
        delete_unshown({picture.upload_id for picture in going})


def delete_unshown(upload_ids: Iterable[UUID]) -> int:
    """Delete those of the uploads that no picture shows; return how many."""
    with transaction.atomic():
        # Locked, so that no part of them is being made meanwhile.
        locked = list(Upload.objects.select_for_update().filter(pk__in=upload_ids).order_by("pk"))
        shown = set(Picture.objects.filter(upload__in=locked).values_list("upload", flat=True))
        going = [upload for upload in locked if upload.pk not in shown]
        Upload.objects.filter(pk__in=[upload.pk for upload in going]).delete()
        transaction.on_commit(partial(files.delete, [str(upload.file) for upload in going]))
    return len(going)
