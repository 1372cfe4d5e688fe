"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer("alerts_alert"), walls.undo("alerts_alert")),
        migrations.RunSQL(walls.by_customer("alerts_step"), walls.undo("alerts_step")),
    ]
