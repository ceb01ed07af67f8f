"""Uploads as people sent them, the pictures in them, and what is prepared of those."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models

from visionapp.catalogue.budget import Box
from visionapp.preparation import View


def upload_path(upload: "Upload", _name: str) -> str:
    """Return where the untouched file is kept; nothing of its given name is used."""
    return f"{upload.owner_id}/{upload.pk}.original"


def thumbnail_path(picture: "Picture", _name: str) -> str:
    """Return where the small picture for lists is kept."""
    return f"{picture.owner_id}/{picture.pk}.thumbnail"


def prepared_path(image: "PreparedImage", _name: str) -> str:
    """Return where the bytes are kept that models of one tier are sent."""
    return f"{image.picture.owner_id}/{image.picture_id}.prepared-{image.tier}"


class Upload(models.Model):
    """A file as a person sent it, kept untouched: the same bytes once a person.

    ``frames`` is the number of pages or frames that can be chosen from; 1 for a still picture.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    format = models.CharField(max_length=16)
    frames = models.PositiveIntegerField(default=1)
    file = models.FileField(upload_to=upload_path, max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The same bytes are kept once for each person."""

        constraints = (
            models.UniqueConstraint(fields=("owner", "sha256"), name="upload_once_per_owner"),
        )
        indexes = (models.Index(fields=("owner", "bytes"), name="upload_owner_bytes"),)

    def __str__(self) -> str:
        """Return what kind of file it is."""
        return f"{self.format}, {self.bytes} bytes"


class PictureQuerySet(models.QuerySet["Picture"]):
    """Every look-up begins with whose it is."""

    def owned_by(self, user_id: int) -> Self:
        """Keep this person's pictures."""
        return self.filter(owner_id=user_id)


class Picture(models.Model):
    """What can be asked about: one frame or page of an upload, whole or a region of it.

    ``width`` and ``height`` are pixels of just that, held upright; ``box`` is the region in pixels
    of the upright frame, or null for all of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=255)
    frame = models.PositiveIntegerField(default=0)
    box = models.JSONField(null=True, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    warnings = models.JSONField(default=list)
    thumbnail = models.FileField(upload_to=thumbnail_path, max_length=200)
    thumbnail_type = models.CharField(max_length=32)
    made_bytes = models.PositiveBigIntegerField(default=0)
    """Of the files made from it: the thumbnail and all prepared images."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        """Listed newest first, and added up."""

        indexes = (
            models.Index(fields=("owner", "-created_at"), name="picture_owner_newest"),
            models.Index(fields=("owner", "made_bytes"), name="picture_owner_made"),
        )

    def __str__(self) -> str:
        """Return the name that its owner gave it."""
        return self.name

    @property
    def region(self) -> Box | None:
        """Return the box as a tuple; None for the whole frame."""
        if self.box is None:
            return None
        left, top, right, bottom = self.box
        return left, top, right, bottom

    @property
    def view(self) -> View:
        """Return what of the upload it shows."""
        return View(frame=self.frame, box=self.region)


class PreparedImage(models.Model):
    """What models of one image tier are sent of a picture: stored once and re-sent identically."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="prepared_images")
    tier = models.CharField(max_length=16)
    media_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    tokens = models.PositiveIntegerField()
    text_height = models.FloatField(null=True, blank=True)
    """Pixels of the smallest common text in it, as estimated; null where none was found."""
    file = models.FileField(upload_to=prepared_path, max_length=200)

    class Meta:
        """One a tier."""

        constraints = (
            models.UniqueConstraint(fields=("picture", "tier"), name="prepared_one_per_tier"),
        )

    def __str__(self) -> str:
        """Return which picture, for whom."""
        return f"{self.picture_id} for {self.tier}"
