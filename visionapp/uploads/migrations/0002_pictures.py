"""What was an upload becomes a picture of an upload, so that one file can be shown in parts."""

import uuid
from contextlib import suppress

import django.db.models.deletion
import visionapp.uploads.models
from django.conf import settings
from django.db import migrations, models


def keep_each_file_once(apps, editor):
    """Give each picture the upload with its bytes; a second copy of a file becomes an orphan.

    An upload keeps the id after which its file is named.
    """
    database = editor.connection.alias
    uploads = apps.get_model("uploads", "Upload").objects.using(database)
    pictures = apps.get_model("uploads", "Picture").objects.using(database)
    upload_of = {}
    for picture in pictures.order_by("created_at").iterator():
        key = (picture.owner_id, picture.sha256)
        if key not in upload_of:
            upload_of[key] = uploads.create(
                id=picture.id,
                owner_id=picture.owner_id,
                sha256=picture.sha256,
                bytes=picture.bytes,
                format=picture.format,
                file=picture.original,
            ).pk
        made_bytes = sum(picture.prepared_images.values_list("bytes", flat=True))
        with suppress(OSError):
            made_bytes += picture.thumbnail.size
        rows = pictures.filter(pk=picture.pk)
        rows.update(upload_id=upload_of[key], made_bytes=made_bytes)


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("uploads", "0001_initial"),
        # What refers to an upload must exist to be led to the picture.
        ("conversations", "0001_initial"),
    ]

    operations = [
        migrations.RenameModel("Upload", "Picture"),
        # A constraint is not told of a field's new name.
        migrations.RemoveConstraint("preparedimage", "prepared_one_per_tier"),
        migrations.RenameField("PreparedImage", "upload", "picture"),
        migrations.AddConstraint(
            model_name="preparedimage",
            constraint=models.UniqueConstraint(fields=("picture", "tier"), name="prepared_one_per_tier"),
        ),
        migrations.RenameIndex("Picture", "picture_owner_newest", old_name="upload_owner_newest"),
        # The index by owner keeps the name of its former table, which the new one wants; those below do.
        migrations.AlterField(
            model_name="picture",
            name="owner",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("bytes", models.PositiveBigIntegerField()),
                ("format", models.CharField(max_length=16)),
                ("frames", models.PositiveIntegerField(default=1)),
                ("file", models.FileField(max_length=200, upload_to=visionapp.uploads.models.upload_path)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("owner", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(fields=("owner", "sha256"), name="upload_once_per_owner"),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["owner", "bytes"], name="upload_owner_bytes"),
        ),
        migrations.AddField("picture", "made_bytes", models.PositiveBigIntegerField(default=0)),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(fields=["owner", "made_bytes"], name="picture_owner_made"),
        ),
        migrations.AddField(
            model_name="picture",
            name="upload",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="uploads.upload"),
        ),
        migrations.RunPython(keep_each_file_once),
        migrations.AlterField(
            model_name="picture",
            name="upload",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="uploads.upload"),
        ),
        migrations.RemoveField("picture", "bytes"),
        migrations.RemoveField("picture", "format"),
        migrations.RemoveField("picture", "original"),
        migrations.RemoveField("picture", "sha256"),
        migrations.AddField("picture", "frame", models.PositiveIntegerField(default=0)),
        migrations.AddField("picture", "box", models.JSONField(blank=True, null=True)),
        migrations.AddField("preparedimage", "text_height", models.FloatField(blank=True, null=True)),
    ]
