"""Who changed, in the order of pages: a load of a million leaves one moment on all of them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("segments", "0002_walls")]
    operations = [
        migrations.RunSQL(
            "drop index if exists customer_by_change;"
            "create index customer_by_change on customers_customer (updated_at, id)",
            "drop index if exists customer_by_change;"
            "create index customer_by_change on customers_customer (updated_at)",
        ),
    ]
