"""A turn brings pictures rather than uploads; they can be taken out, and turns tell what was sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("uploads", "0002_pictures"),
        ("conversations", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField("turn", "uploads"),
        migrations.RemoveConstraint("turnpicture", "picture_once_a_turn"),
        migrations.RenameField("turnpicture", "upload", "picture"),
        migrations.AlterField(
            model_name="turnpicture",
            name="picture",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="turn_pictures", to="uploads.picture"),
        ),
        migrations.AddConstraint(
            model_name="turnpicture",
            constraint=models.UniqueConstraint(fields=("turn", "picture"), name="picture_once_a_turn"),
        ),
        migrations.AddField("turnpicture", "taken_out", models.BooleanField(default=False)),
        migrations.AddField("turn", "notices", models.JSONField(blank=True, default=list)),
        migrations.AddField("turn", "refused_pictures", models.JSONField(blank=True, default=list)),
    ]
