"""The newest customers first, those of whom we do not know since when last: one walk."""

from django.db import migrations

INDEX = "create index customer_newest_first on customers_customer (since desc nulls last, id)"


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_search_by_book")]
    operations = [
        migrations.RunSQL(INDEX, "drop index if exists customer_newest_first"),
    ]
