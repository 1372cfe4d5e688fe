from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    """A policy begins on a day; those of before were in force when they were made."""

    dependencies = [("channels", "0008_consents_in_bulk")]
    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="effective_on",
            field=models.DateField(default=date(2026, 1, 1)),
            preserve_default=False,
        ),
    ]
