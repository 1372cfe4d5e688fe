from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    """A stone leads to nobody: it needs no customer, and so no wall."""

    dependencies = [("customers", "0012_ties_in_order")]
    operations = [
        migrations.RunSQL(walls.undo("customers_tombstone"), migrations.RunSQL.noop),
        migrations.RemoveField(model_name="tombstone", name="customer"),
    ]
