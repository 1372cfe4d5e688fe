"""What was put off keeps the day it was due on first, and coverage counts by that one."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0011_taken_back")]

    operations = [
        migrations.AddField("task", "first_due_on", models.DateField(null=True)),
        migrations.RemoveIndex("task", "tasks_by_deadline"),
        migrations.AddIndex(
            "task",
            models.Index(
                django.db.models.functions.comparison.Coalesce("first_due_on", "due_on"),
                name="tasks_by_deadline",
            ),
        ),
    ]
