"""Row security on what names customers."""

from django.db import migrations

from regulars.server.core import walls

TABLE = "outreach_confirmation"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]
    operations = [migrations.RunSQL(walls.by_customer(TABLE), walls.undo(TABLE))]
