from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_undoing")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("looking", "Being looked at"),
                    ("draft", "Waiting for a mapping"),
                    ("checking", "Checking"),
                    ("checked", "Checked, not yet loaded"),
                    ("loading", "Loading"),
                    ("done", "Loaded"),
                    ("failed", "Failed"),
                    ("undoing", "Being taken out"),
                    ("withdrawn", "Taken out again"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
