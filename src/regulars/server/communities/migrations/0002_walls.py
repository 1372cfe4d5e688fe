"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = ("communities_member", "communities_asking")


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES
    ]
