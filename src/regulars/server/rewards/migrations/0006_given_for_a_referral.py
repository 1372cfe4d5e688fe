"""A coupon that thanks for a referral says so; those of before are known by their keys."""

from django.db import migrations, models

KNOWN = """
select set_config('app.scope', 'all', true);
update rewards_coupon set source = 'thanks' where source = 'hand' and key like 'referral:%';
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0005_given_out_and_come_back")]
    operations = [
        migrations.AlterField(
            "coupon",
            "source",
            models.CharField(
                blank=True,
                choices=[
                    ("hand", "By hand"),
                    ("api", "API"),
                    ("points", "For points"),
                    ("many", "To a segment"),
                    ("thanks", "For a referral"),
                ],
                max_length=6,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
