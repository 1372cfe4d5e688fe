"""Paper that was printed; gifts that came back; from which level unused privileges are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0004_taken_back")]
    operations = [
        migrations.AddField("batch", "printed_at", models.DateTimeField(null=True)),
        migrations.AddField("present", "returned_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "present", "returned_because", models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField("present", "is_lost", models.BooleanField(default=False)),
        migrations.AddField(
            "policy",
            "unused_from",
            models.PositiveSmallIntegerField(
                choices=[(5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")], default=5
            ),
        ),
        migrations.AlterField(
            "present",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waits for approval"),
                    ("approved", "To hand over"),
                    ("handed", "On its way"),
                    ("received", "Received"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                    ("returned", "Came back"),
                ],
                max_length=9,
            ),
        ),
    ]
