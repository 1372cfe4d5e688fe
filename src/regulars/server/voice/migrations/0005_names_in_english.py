"""Names of surveys and waves, as colleagues read them who read English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0004_improvements_for_complaints")]
    operations = [
        migrations.AddField(model, "name_en", models.CharField(blank=True, max_length=80))
        for model in ("survey", "wave")
    ]
