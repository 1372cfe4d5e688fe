"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer("channels_touch"), walls.undo("channels_touch")),
    ]
