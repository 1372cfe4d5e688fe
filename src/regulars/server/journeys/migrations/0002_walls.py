"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = (
    "journeys_traveller",
    "journeys_happened",
    "journeys_errand",
    "journeys_inside",
)


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES
    ]
