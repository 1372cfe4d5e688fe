"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunSQL(walls.VERSIONS, walls.VERSIONS_UNDO),
    ]
