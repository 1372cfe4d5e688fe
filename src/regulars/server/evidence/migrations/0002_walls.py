"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer("evidence_evidence"), walls.undo("evidence_evidence")),
    ]
