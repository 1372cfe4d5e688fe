"""What successors tell the customers they take over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [
        migrations.AddField(
            "handover",
            "message",
            models.CharField(blank=True, db_default="", max_length=500),
        )
    ]
