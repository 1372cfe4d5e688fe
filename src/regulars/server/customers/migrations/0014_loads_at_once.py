"""A file of a million customers pays for every index, so those that others do the work of go.

The search index takes what is new in heaps: small ones from pages, large ones from loads,
which merge their own before they are done.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

SETTLE = """
create function regulars_search_settle() returns void
language plpgsql security definer
set search_path = public, pg_temp set maintenance_work_mem = '512MB' as $$
begin
  perform gin_clean_pending_list('customer_search_grams'::regclass);
end $$;
"""
# Django adds them for LIKE on unique columns; numbers are found by their search entries.
UNUSED = """
drop index if exists customers_customer_number_c63b3994_like;
drop index if exists customers_customer_public_id_3fc024ec_like;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_stones_of_nobody")]

    operations = [
        migrations.RunSQL(SETTLE, "drop function if exists regulars_search_settle()"),
        migrations.RunSQL(UNUSED, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "alter index customer_search_grams set (fastupdate = on)",
                    "alter index customer_search_grams set (fastupdate = off)",
                )
            ],
            [
                migrations.RemoveIndex("customersearch", "customer_search_grams"),
                migrations.AddIndex(
                    "customersearch",
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["grams"], name="customer_search_grams"
                    ),
                ),
            ],
        ),
        # Two checks a customer at the commit, of what is computed from the customer anyway.
        migrations.AlterField(
            "customersearch",
            "customer",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="+",
                serialize=False,
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            "customersearch",
            "book",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.book",
            ),
        ),
        # Found by customer_by_book and by customer_newest_first.
        migrations.AlterField(
            "customer",
            "book",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="customers",
                to="core.book",
            ),
        ),
        migrations.RemoveIndex("customer", "customer_by_since"),
    ]
