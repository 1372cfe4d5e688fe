"""Two files of one customer had a row each: one of the rows stands for both."""

import django.db.models.deletion
from django.db import migrations, models

STATES = [
    ("proposed", "Proposed"),
    ("held_out", "Left out by lot"),
    ("invited", "Invited"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("waiting", "On the waiting list"),
    ("came", "Came"),
    ("missed", "Did not come"),
    ("cancelled", "Called off"),
    ("merged", "One file with another guest"),
]
MERGED = models.Q(state="merged")
CAME = models.Q(state="came", came_at__isnull=False)
NOT_YET = ~models.Q(state="came") & models.Q(came_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("salons", "0003_usual_kinds")]
    operations = [
        migrations.RemoveConstraint("guest", "nobody_is_twice_on_a_list_of_guests"),
        migrations.RemoveConstraint("guest", "who_came_did_so_at_a_moment"),
        migrations.AddField(
            "guest",
            "merged_into",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="salons.guest",
            ),
        ),
        migrations.AlterField(
            "guest",
            "state",
            models.CharField(choices=STATES, default="proposed", max_length=9),
        ),
        migrations.AddConstraint(
            "guest",
            models.UniqueConstraint(
                fields=["salon", "customer"],
                condition=~MERGED,
                name="nobody_is_twice_on_a_list_of_guests",
            ),
        ),
        migrations.AddConstraint(
            "guest",
            models.CheckConstraint(
                condition=MERGED | CAME | NOT_YET, name="who_came_did_so_at_a_moment"
            ),
        ),
    ]
