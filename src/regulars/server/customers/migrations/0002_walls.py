"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

SEARCH = """
create function regulars_search(wanted text[], most integer) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if current_setting('app.scope', true) = 'all' then
    return query select s.customer_id from customers_customersearch s
      where s.grams @> wanted::varchar[] limit most;
  else
    return query select s.customer_id from customers_customersearch s
      where s.book_id = any (nullif(current_setting('app.books', true), '')::bigint[])
        and s.grams @> wanted::varchar[] limit most;
  end if;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("core", "0002_versions")]
    operations = [
        migrations.RunSQL(walls.by_book("customers_customer", "book_id"), walls.undo("customers_customer")),
        migrations.RunSQL(walls.by_customer("customers_factkey"), walls.undo("customers_factkey")),
        migrations.RunSQL(walls.by_customer("customers_relation"), walls.undo("customers_relation")),
        # The search function applies the scope itself, because a condition on grams is not
        # leakproof and could not use its index behind the wall; hence no FORCE here.
        migrations.RunSQL(
            walls.by_book("customers_customersearch")
            + "alter table customers_customersearch no force row level security;",
            walls.undo("customers_customersearch"),
        ),
        migrations.RunSQL(SEARCH, "drop function if exists regulars_search(text[], integer)"),
    ]
