"""A row that names two customers holds them by id, as a merge does: none waits in a ring."""

from django.db import migrations

TABLES = (
    ("customers_relation", "customer_id", "other_id"),
    ("trade_contactperson", "customer_id", "person_id"),
)
BOTH = """
create function identity_both_stand() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
  perform 1 from customers_customer c
   where c.id in ((to_jsonb(new) ->> tg_argv[0])::bigint, (to_jsonb(new) ->> tg_argv[1])::bigint)
   order by c.id for key share;
  return new;
end $$;
"""
# Triggers fire by name: this one before those that look at one of the two (0003).
EACH = """
create trigger both_stand before insert on {table}
  for each row execute function identity_both_stand('{one}', '{other}');
"""
UNDO = "drop function if exists identity_both_stand() cascade;"


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_rows_of_the_standing")]
    operations = [
        migrations.RunSQL(
            BOTH + "".join(EACH.format(table=t, one=a, other=b) for t, a, b in TABLES), UNDO
        )
    ]
