"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLE = "topics_talk"


class Migration(migrations.Migration):
    dependencies = [("topics", "0001_initial"), ("customers", "0002_walls")]
    operations = [migrations.RunSQL(walls.by_customer(TABLE), walls.undo(TABLE))]
