"""Row security, and what was sent stays as it was sent: which Django does not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = tuple(
    f"opportunities_{name}"
    for name in (
        "opportunity", "move", "passed", "proposal", "part", "strategy", "phase", "stance",
        "obstacle",
    )
)
MARKS = "opportunities_forecastmark"
# Whose it is may change (two customers become one); what it says may not.
FROZEN = """
create function opportunities_frozen_part() returns trigger language plpgsql as $$
declare sent boolean;
begin
  select p.state <> 'draft' into sent from opportunities_proposal p
    where p.id = coalesce(new.proposal_id, old.proposal_id);
  if sent and (tg_op = 'INSERT' or to_jsonb(new) - 'customer_id' <> to_jsonb(old) - 'customer_id')
  then raise exception 'a sent proposal stays as it is' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger frozen before insert or update on opportunities_part
  for each row execute function opportunities_frozen_part();

create function opportunities_frozen_proposal() returns trigger language plpgsql as $$
begin
  if old.state <> 'draft' and
     (new.title, new.opening, new.closing, new.valid_until, new.version, new.sent_at)
     is distinct from
     (old.title, old.opening, old.closing, old.valid_until, old.version, old.sent_at)
  then raise exception 'a sent proposal stays as it is' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger frozen before update on opportunities_proposal
  for each row execute function opportunities_frozen_proposal();
"""
UNDO = """
drop trigger if exists frozen on opportunities_part;
drop trigger if exists frozen on opportunities_proposal;
drop function if exists opportunities_frozen_part();
drop function if exists opportunities_frozen_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0001_initial"),
        ("customers", "0002_walls"),
        ("plans", "0002_walls"),
    ]
    operations = [
        *(migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES),
        migrations.RunSQL(walls.by_book(MARKS), walls.undo(MARKS)),
        migrations.RunSQL(FROZEN, UNDO),
    ]
