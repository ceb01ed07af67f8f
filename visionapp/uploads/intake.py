"""Takes a file in: looked at, prepared and stored, or refused with nothing left behind."""

import hashlib
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import Error, transaction

from visionapp import preparation
from visionapp.catalogue.budget import Tier, visual_tokens
from visionapp.uploads.models import PreparedImage, Upload
from visionapp.uploads.names import clean_name
from visionapp.uploads.refusals import PictureTooLarge

MAX_BYTES = 40 * 1024 * 1024
"""A 48-megapixel photo takes about 25 MB at the best quality that phones offer."""

TIER_AT_INTAKE: Tier = "high"
"""All current models see pictures in this tier; another tier is made when first asked for."""


def accept(*, owner_id: int, file: TemporaryUploadedFile) -> Upload:
    """Store a picture and what models and pages need of it; its bytes are on disk already.

    Raises PictureTooLarge, and what :func:`visionapp.preparation.examine` refuses.
    """
    size = file.size or 0
    if size > MAX_BYTES:
        raise PictureTooLarge(
            f"A picture may have up to {MAX_BYTES // 2**20} MB; this one has "
            f"{size / 2**20:.0f} MB. Save it smaller and add it again."
        )
    examined = preparation.examine(Path(file.temporary_file_path()), TIER_AT_INTAKE)
    upload = Upload(
        owner_id=owner_id,
        name=clean_name(file.name or ""),
        format=examined.format,
        width=examined.width,
        height=examined.height,
        bytes=size,
        sha256=_sha256(file),
        warnings=list(examined.warnings),
        thumbnail_type=examined.thumbnail.media_type,
    )
    prepared = prepared_image(upload, TIER_AT_INTAKE, examined.prepared)
    _store(upload, prepared, file, examined)
    return upload


def prepared_image(upload: Upload, tier: Tier, made: preparation.Prepared) -> PreparedImage:
    """Return the row, not yet saved, that describes what was prepared."""
    return PreparedImage(
        upload=upload,
        tier=tier,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        bytes=len(made.data),
        tokens=visual_tokens(made.width, made.height),
    )


def _sha256(file: TemporaryUploadedFile) -> str:
    with Path(file.temporary_file_path()).open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _store(
    upload: Upload,
    prepared: PreparedImage,
    file: TemporaryUploadedFile,
    examined: preparation.Examined,
) -> None:
    """Write files first and rows second: a crash between leaves a spare file, never a bad row."""
    try:
        upload.original.save("original", file, save=False)
        upload.thumbnail.save("thumbnail", ContentFile(examined.thumbnail.data), save=False)
        prepared.file.save("prepared", ContentFile(examined.prepared.data), save=False)
        with transaction.atomic():
            upload.save(force_insert=True)
            prepared.save(force_insert=True)
    except (Error, OSError):
        for stored in (upload.original, upload.thumbnail, prepared.file):
            if stored:
                stored.delete(save=False)
        raise
