"""Row security of arrivals."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("reception", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_customer("reception_arrival"), walls.undo("reception_arrival")
        ),
    ]
