"""The database remembers what every change of a customer's file replaced.

Triggers, because changes come by many doors: forms, whole files, hand-overs, jobs. They
run once per statement, over all of its rows, and look at the columns that are there when
they run, so a later column is remembered without a word here.
"""

import django.db.models.deletion
from django.db import migrations, models

from regulars.server.core import walls

# What is not a value of the file: keys, the clocks, and what is computed from the rest.
REMEMBER = """
create function customers_remember() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare old_values text; old_row text; new_row text;
begin
  select string_agg(format('case when o.%1$I is distinct from n.%1$I '
           'then jsonb_build_object(%2$L, o.%1$I) else %3$L::jsonb end',
           attname, attname, '{}'), ' || ' order by attnum),
         string_agg(format('o.%I', attname), ', ' order by attnum),
         string_agg(format('n.%I', attname), ', ' order by attnum)
    into old_values, old_row, new_row
    from pg_attribute
   where attrelid = 'customers_customer'::regclass and attnum > 0 and not attisdropped
     and attname not in ('id', 'public_id', 'created_at', 'updated_at', 'provenance',
                         'completeness', 'confirmed_at');
  execute format(
    'insert into customers_history (customer_id, valid_from, valid_to, changes) '
    'select n.id, o.updated_at, greatest(o.updated_at, n.updated_at), %s '
    'from was o join became n on n.id = o.id '
    'where n.state <> %L and (%s) is distinct from (%s)',
    old_values, 'erased', old_row, new_row);
  -- Who was erased has no past here, whichever way the file was emptied.
  delete from customers_history h using became n, was o
   where n.state = 'erased' and o.id = n.id and h.customer_id = n.id;
  return null;
end $$;

create function customers_forget() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  delete from customers_history h using was o where h.customer_id = o.id;
  return null;
end $$;

create trigger remember after update on customers_customer
  referencing old table as was new table as became
  for each statement execute function customers_remember();
create trigger forget after delete on customers_customer
  referencing old table as was
  for each statement execute function customers_forget();
"""
UNDO = """
drop trigger if exists remember on customers_customer;
drop trigger if exists forget on customers_customer;
drop function if exists customers_remember();
drop function if exists customers_forget();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_what_stops_and_who_lives_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="History",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("changes", models.JSONField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "valid_to"], name="history_of_a_customer"),
                    models.Index(
                        condition=models.Q(("changes__has_key", "book_id")),
                        fields=["valid_to"],
                        name="history_of_books",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__lte", models.F("valid_to"))),
                        name="history_runs_forward",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            walls.by_customer("customers_history"), walls.undo("customers_history")
        ),
        migrations.RunSQL(REMEMBER, UNDO),
    ]
