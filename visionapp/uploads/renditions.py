"""What a model of a given tier is sent of an upload: made on first use, then always the same."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile

from visionapp import preparation
from visionapp.catalogue.budget import Tier
from visionapp.uploads.intake import prepared_image
from visionapp.uploads.models import PreparedImage, Upload
from visionapp.uploads.refusals import PictureGone


def prepared_for(upload: Upload, tier: Tier) -> PreparedImage:
    """Return the stored prepared image, making it if this tier asks for the first time.

    Raises PictureGone if the upload is deleted, and what ``preparation.prepare`` refuses.
    """
    nearest = stored_for(upload, tier)
    if nearest is not None and nearest.tier == tier:
        return nearest
    with _as_file(upload) as path:
        made = preparation.prepare(path, tier)
    image = prepared_image(upload, tier, made)
    image.file.save("prepared", ContentFile(made.data), save=False)
    try:
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:
        # Somebody else made it at the same time: theirs counts, so that all send the same bytes.
        # No row at all: the upload was deleted.
        image.file.delete(save=False)
        theirs = PreparedImage.objects.filter(upload_id=upload.pk, tier=tier).first()
        if theirs is None:
            raise PictureGone from None
        return theirs
    return image


def stored_for(upload: Upload, tier: Tier) -> PreparedImage | None:
    """Return what is there for this tier, or else for another; nothing is made."""
    images = upload.prepared_images.all()
    return min(images, key=lambda image: (image.tier != tier, image.tier), default=None)


def bytes_of(image: PreparedImage) -> bytes:
    """Return what a model is sent; raises PictureGone if the upload is deleted."""
    with opened(image.file) as stored:
        data: bytes = stored.read()
    return data


def opened(file: FieldFile) -> FieldFile:
    """Open a stored file to be read; raises PictureGone if it is not there any more."""
    try:
        file.open("rb")
    except FileNotFoundError:
        raise PictureGone from None
    return file


@contextmanager
def _as_file(upload: Upload) -> Iterator[Path]:
    """Lend the original as a local file, whatever storage keeps it."""
    with tempfile.NamedTemporaryFile() as local, opened(upload.original) as stored:
        copyfileobj(stored, local)
        local.flush()
        yield Path(local.name)
