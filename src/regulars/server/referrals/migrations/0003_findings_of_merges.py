"""A merge after the thanks is a finding; a proof may be missing for a while."""

from django.db import migrations, models

KINDS = [
    ("same_phone", "The same phone number"),
    ("same_email", "The same e-mail address"),
    ("same_id", "The same identity number"),
    ("household", "The same household"),
    ("address", "The same address"),
    ("device", "The same device"),
    ("ring", "The friend stands above who referred them"),
    ("burst", "Very many in a short time"),
    ("merged", "Two files became one after the thanks"),
]


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_walls")]
    operations = [
        migrations.AlterField("finding", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AddField("referral", "missing_since", models.DateTimeField(null=True)),
    ]
