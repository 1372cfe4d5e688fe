"""What is written of a customer lands with whoever the customer is by then.

Somebody notes a contact while the file goes into another, or is erased: the row waits for
that, and then goes to the file that stayed, or is refused. Only tables into which rows come
one by one; whole files of customers and of consents look after it themselves.
"""

from django.db import migrations

TABLES = (
    ("channels_touch", "customer_id"),
    ("customers_document", "customer_id"),
    ("customers_lifeevent", "customer_id"),
    ("customers_member", "customer_id"),
    ("customers_preference", "customer_id"),
    ("customers_relation", "customer_id"),
    ("customers_relation", "other_id"),
    ("evidence_evidence", "customer_id"),
    ("reception_arrival", "customer_id"),
    ("trade_businessprofile", "customer_id"),
    ("trade_contactperson", "customer_id"),
    ("trade_contactperson", "person_id"),
    ("trade_invoice", "customer_id"),
    ("trade_quote", "customer_id"),
    ("trade_quoteline", "customer_id"),
    ("trade_terms", "customer_id"),
)
STANDING = """
create function identity_standing() returns trigger language plpgsql
set search_path = public, pg_temp as $$
declare
  named bigint := (to_jsonb(new) ->> tg_argv[0])::bigint;
  who bigint := named; found record;
begin
  loop
    -- The lock waits for a merge or an erasure that is going on, and sees what came of it.
    select c.state, c.merged_into_id into found from customers_customer c
     where c.id = who for key share;
    exit when found.merged_into_id is null;
    who := found.merged_into_id;
  end loop;
  if found.state = 'erased' then
    raise exception 'The customer was erased. Nothing is written of them any more.'
      using errcode = 'restrict_violation';
  end if;
  if who is distinct from named then
    new := jsonb_populate_record(new, jsonb_build_object(tg_argv[0], who));
  end if;
  return new;
end $$;
"""
EACH = """
create trigger {column}_stands before insert on {table}
  for each row execute function identity_standing('{column}');
"""
UNDO = "drop function if exists identity_standing() cascade;"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_walls"),
        ("channels", "0002_walls"),
        ("customers", "0009_lives"),
        ("evidence", "0002_walls"),
        ("reception", "0002_walls"),
        ("trade", "0002_walls"),
    ]
    operations = [
        migrations.RunSQL(
            STANDING + "".join(EACH.format(table=t, column=c) for t, c in TABLES), UNDO
        )
    ]
