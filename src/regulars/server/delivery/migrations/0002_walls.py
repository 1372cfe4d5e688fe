"""Row security, and what no sender may undo: what Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = ("delivery_delivery", "delivery_heard")
# What went out stays so: words, person and mark of a message that was begun do not change.
STAYS = """
create function delivery_stays() returns trigger language plpgsql as $$
begin
  if old.begun_at is not null and old.state not in ('waiting', 'leased')
     and (new.text, new.subject, new.html, new.mailing_id)
         is distinct from (old.text, old.subject, old.html, old.mailing_id)
     and current_setting('app.custody', true) is distinct from 'on' then
    raise exception 'what went out is not rewritten' using errcode = 'check_violation';
  end if;
  if old.state in ('sent', 'delivered', 'bounced', 'created', 'limited')
     and new.state in ('waiting', 'leased', 'begun') then
    raise exception 'what went out does not go out again' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger stays before update on delivery_delivery
  for each row execute function delivery_stays();
"""
# The mark, in one call. The decision is held before the message, as in a merge, which moves
# both; and nothing is written before all that could say no was asked.
BEGIN = """
create function regulars_delivery_begin(
  delivery bigint, holder integer, moment timestamptz, enough text[]
) returns boolean language plpgsql as $$
declare asked bigint;
begin
  select decision_id into asked from delivery_delivery
   where id = delivery and worker = holder and state = 'leased';
  perform 1 from channels_decision where id = asked for no key update;
  perform 1 from delivery_delivery d
    join delivery_mailing m on m.id = d.mailing_id
    join delivery_line l on l.id = m.line_id
   where d.id = delivery and d.worker = holder and d.state = 'leased'
     and m.state = 'running' and l.state = 'on'
     and m.not_before <= moment and m.valid_until > moment
     for no key update of d;
  if not found or not regulars_decision_begin(asked, moment, enough) then
    return false;
  end if;
  update delivery_delivery set state = 'begun', begun_at = moment, attempts = attempts + 1
   where id = delivery;
  return true;
end $$;
"""
NO_BEGIN = "drop function regulars_delivery_begin(bigint, integer, timestamptz, text[]);"
GONE = "drop trigger stays on delivery_delivery; drop function delivery_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("channels", "0016_beginning_in_the_database"),
    ]
    operations = [
        *(
            migrations.RunSQL(walls.by_customer(table), walls.undo(table))
            for table in TABLES
        ),
        migrations.RunSQL(STAYS, GONE),
        migrations.RunSQL(BEGIN, NO_BEGIN),
        migrations.RunSQL(
            "insert into delivery_pulse (id, number) values (1, 0)", migrations.RunSQL.noop
        ),
    ]
