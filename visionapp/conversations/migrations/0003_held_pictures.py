"""Pictures that an API found too large are sent smaller from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("conversations", "0002_pictures")]

    operations = [
        migrations.AddField("turnpicture", "held_to", models.CharField(blank=True, max_length=16)),
    ]
