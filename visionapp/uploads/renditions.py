"""What a model of a given tier is sent of a picture: made on first use, then always the same."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile

from visionapp import preparation
from visionapp.catalogue.budget import Tier, visual_tokens
from visionapp.preparation import Prepared, View
from visionapp.uploads.models import Picture, PreparedImage, Upload
from visionapp.uploads.refusals import PictureGone


def prepared_for(picture: Picture, tier: Tier) -> PreparedImage:
    """Return the stored prepared image, making it if this tier asks for the first time.

    Raises PictureGone if the picture is deleted, and what ``preparation.prepare`` refuses.
    """
    nearest = stored_for(picture, tier)
    if nearest is not None and nearest.tier == tier:
        return nearest
    with as_file(picture.upload) as path:
        made = preparation.prepare(path, tier, picture.view)
    image = prepared_image(picture, tier, made)
    image.file.save("prepared", ContentFile(made.data), save=False)
    try:
        with transaction.atomic():
            image.save(force_insert=True)
            mine = Picture.objects.filter(pk=picture.pk)
            mine.update(made_bytes=F("made_bytes") + image.bytes)
    except IntegrityError:
        # Somebody else made it at the same time: theirs counts, so that all send the same bytes.
        # No row at all: the picture was deleted.
        image.file.delete(save=False)
        theirs = PreparedImage.objects.filter(picture_id=picture.pk, tier=tier).first()
        if theirs is None:
            raise PictureGone from None
        return theirs
    return image


def prepared_image(picture: Picture, tier: Tier, made: Prepared) -> PreparedImage:
    """Return the row, not yet saved, that describes what was prepared."""
    return PreparedImage(
        picture=picture,
        tier=tier,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        bytes=len(made.data),
        tokens=visual_tokens(made.width, made.height),
        text_height=made.text_height,
    )


def stored_for(picture: Picture, tier: Tier) -> PreparedImage | None:
    """Return what is there for this tier, or else for another; nothing is made."""
    images = picture.prepared_images.all()
    return min(images, key=lambda image: (image.tier != tier, image.tier), default=None)


def preview_of(upload: Upload, frame: int) -> Prepared:
    """Return a small picture of any frame or page, to choose by; nothing is stored.

    Raises FrameMissing, PictureGone and what ``preparation.preview`` refuses.
    """
    with as_file(upload) as path:
        return preparation.preview(path, View(frame))


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
def as_file(upload: Upload) -> Iterator[Path]:
    """Lend the original as a local file, copied from a storage elsewhere; raises PictureGone."""
    with opened(upload.file) as stored, ExitStack() as lent:
        try:
            path = stored.path
        except NotImplementedError:
            local = lent.enter_context(tempfile.NamedTemporaryFile())
            copyfileobj(stored, local)
            local.flush()
            path = local.name
        yield Path(path)
