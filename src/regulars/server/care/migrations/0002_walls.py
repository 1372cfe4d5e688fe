"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer("care_card"), walls.undo("care_card")),
        migrations.RunSQL(walls.by_customer("care_task"), walls.undo("care_task")),
    ]
