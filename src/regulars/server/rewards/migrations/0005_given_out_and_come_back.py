"""Paper that was printed; gifts that came back; from which level unused privileges are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0004_taken_back")]
    operations = [
        migrations.AddField("batch", "printed_at", models.DateTimeField(null=True)),
    ]
