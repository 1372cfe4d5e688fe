"""Two files of one customer were members: one of the memberships stands for both."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0002_walls")]
    operations = [
        migrations.AddField(
            "member",
            "merged_into",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="communities.member",
            ),
        ),
    ]
