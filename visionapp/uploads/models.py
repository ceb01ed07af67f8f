"""Uploads as people sent them, and the prepared images made from them."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models


def original_path(upload: "Upload", _name: str) -> str:
    """Return where the untouched file is kept; nothing of its given name is used."""
    return f"{upload.owner_id}/{upload.pk}.original"


def thumbnail_path(upload: "Upload", _name: str) -> str:
    """Return where the small picture for lists is kept."""
    return f"{upload.owner_id}/{upload.pk}.thumbnail"


def prepared_path(image: "PreparedImage", _name: str) -> str:
    """Return where the bytes are kept that models of one tier are sent."""
    return f"{image.upload.owner_id}/{image.upload_id}.prepared-{image.tier}"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Every look-up begins with whose it is."""

    def owned_by(self, user_id: int) -> Self:
        """Keep this person's uploads."""
        return self.filter(owner_id=user_id)


class Upload(models.Model):
    """A file as a person sent it, kept untouched, private to its owner.

    ``width`` and ``height`` are pixels of the upright picture.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    format = models.CharField(max_length=16)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    original = models.FileField(upload_to=original_path, max_length=200)
    thumbnail = models.FileField(upload_to=thumbnail_path, max_length=200)
    thumbnail_type = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        """Newest first."""

        indexes = (models.Index(fields=("owner", "-created_at"), name="upload_owner_newest"),)

    def __str__(self) -> str:
        """Return the name that its owner gave it."""
        return self.name


class PreparedImage(models.Model):
    """What models of one image tier are sent of an upload: stored once and re-sent identically."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="prepared_images")
    tier = models.CharField(max_length=16)
    media_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    tokens = models.PositiveIntegerField()
    file = models.FileField(upload_to=prepared_path, max_length=200)

    class Meta:
        """One a tier."""

        constraints = (
            models.UniqueConstraint(fields=("upload", "tier"), name="prepared_one_per_tier"),
        )

    def __str__(self) -> str:
        """Return which picture, for whom."""
        return f"{self.upload_id} for {self.tier}"
