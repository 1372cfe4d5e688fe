from datetime import date

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("care", "0002_walls"), ("channels", "0003_undo_and_next_dates")]
    operations = [
        migrations.AddField(
            model_name="card",
            name="over_capacity",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="card",
            name="snooze_reason",
            field=models.CharField(
                blank=True,
                max_length=12,
                default="",
                choices=[
                    ("asked", "The customer asked for it"),
                    ("away", "The customer is away"),
                    ("waiting", "Waiting for something"),
                    ("no_time", "No time today"),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="task",
            name="expires_on",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="task",
            name="stake",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=18),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                fields=["next_on"],
                condition=Q(next_on__isnull=False),
                name="cards_that_come_back",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                fields=["day"], condition=Q(state="open"), name="open_cards_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["expires_on"], condition=Q(state="open"), name="open_tasks_by_end"
            ),
        ),
    ]
