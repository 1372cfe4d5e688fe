"""Files of a case, behind the same wall as the case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from regulars.server.core import walls
from regulars.server.core.models import public_id


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0005_verdicts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=public_id, editable=False, max_length=12, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("ending", models.CharField(max_length=8)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="complaints.case")),
            ],
            options={
                "ordering": ["-added_at", "-pk"],
                "constraints": [models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="a_paper_is_not_empty")],
            },
        ),
        migrations.RunSQL(
            walls.by_hidden_parent("complaints_paper", "complaints_case", "case_id"),
            walls.undo("complaints_paper"),
        ),
    ]
