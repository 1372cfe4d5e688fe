from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_walls")]
    operations = [
        migrations.AddField(
            model_name="request", name="traces", field=models.JSONField(null=True)
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("traces__isnull", False)),
                fields=["id"],
                name="files_to_be_searched",
            ),
        ),
    ]
