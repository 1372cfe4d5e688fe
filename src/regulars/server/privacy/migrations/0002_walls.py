"""Row security of requests."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_customer("privacy_request"), walls.undo("privacy_request")
        ),
    ]
