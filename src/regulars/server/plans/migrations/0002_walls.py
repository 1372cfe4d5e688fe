"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = ("plans_plan", "plans_goal", "plans_step", "plans_review", "plans_bond")


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES
    ]
