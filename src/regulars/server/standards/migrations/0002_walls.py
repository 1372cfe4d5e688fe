"""Row security of what names a customer."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_customer("standards_steering"), walls.undo("standards_steering")
        )
    ]
