"""Who refuses profiling leaves the published scores in the statement that says so."""

from django.db import migrations

LEAVE = """
create function scoring_leave() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare whose text := coalesce(current_setting('app.scope', true), '');
begin
  -- Every version loses the row, whoever writes the no; their own scope comes back.
  perform set_config('app.scope', 'all', true);
  delete from scoring_score where customer_id = new.id;
  perform set_config('app.scope', whose, true);
  return null;
end $$;
create trigger leave_the_scores after update of no_profiling on customers_customer
  for each row when (new.no_profiling and not old.no_profiling)
  execute function scoring_leave();
create index customers_refusing_profiling on customers_customer (id) where no_profiling;
"""
UNDO = """
drop index if exists customers_refusing_profiling;
drop trigger if exists leave_the_scores on customers_customer;
drop function if exists scoring_leave();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0005_quick_indexes"),
        ("customers", "0005_what_stops_and_who_lives_on"),
    ]
    operations = [migrations.RunSQL(LEAVE, UNDO)]
