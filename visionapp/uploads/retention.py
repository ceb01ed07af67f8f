"""Lets uploads go: rows first, files once that is committed."""

import logging
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models.fields.files import FieldFile

from visionapp.uploads.models import Upload

logger = logging.getLogger(__name__)


def delete(uploads: Iterable[Upload]) -> None:
    """Delete the uploads with every file made from them."""
    for upload in uploads:
        files: list[FieldFile] = [upload.original, upload.thumbnail]
        files += [image.file for image in upload.prepared_images.all()]
        upload.delete()
        for file in files:
            transaction.on_commit(partial(_delete_file, file))


def _delete_file(file: FieldFile) -> None:
    try:
        file.storage.delete(str(file))
    except OSError as failure:
        # One file that cannot be deleted must not keep the others.
        logger.error("The file %s could not be deleted: %s", file, failure)  # noqa: TRY400
