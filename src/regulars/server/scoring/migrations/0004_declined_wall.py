"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_declined"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer("scoring_declined"), walls.undo("scoring_declined")),
    ]
