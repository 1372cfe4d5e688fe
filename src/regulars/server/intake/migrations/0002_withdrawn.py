from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Waiting for a mapping"),
                    ("checking", "Checking"),
                    ("checked", "Checked, not yet loaded"),
                    ("loading", "Loading"),
                    ("done", "Loaded"),
                    ("failed", "Failed"),
                    ("withdrawn", "Taken out again"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
