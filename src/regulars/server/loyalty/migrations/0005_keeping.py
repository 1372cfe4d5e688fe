"""The database keeps the ledger against the application itself, too.

What a file brings is issued by its lot, out of a place of its own. Balances, of accounts and
of lots, are written by the functions of the owner alone: the application's role has no right
to those columns (`site.database`), entries of issue are the owner's alone, and the functions
work for their own tables only. Movements are seen by whoever sees an account of theirs.
"""

from django.db import migrations

from regulars.server.core import walls

WAYS = """
alter table loyalty_entry drop constraint points_go_known_ways;
alter table loyalty_entry add constraint points_go_known_ways check (
  source || '>' || target in (
    'issued>pending', 'issued>active', 'pending>active', 'active>spent', 'spent>active',
    'active>expired', 'pending>expired', 'pending>reversed', 'active>reversed',
    'owed>reversed', 'active>owed', 'active>moved', 'moved>active', 'pending>moved',
    'moved>pending', 'owed>moved', 'moved>owed', 'active>adjusted', 'adjusted>owed',
    'opened>active'));

create or replace function loyalty_issue() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if tg_relid <> 'public.loyalty_lot'::regclass then
    raise exception 'points are issued by lots only'
      using errcode = 'integrity_constraint_violation';
  end if;
  if exists (select 1 from fresh where points <> pending + active
             or (pending > 0 and active > 0) or (opening_id is not null and pending > 0)
             or spent <> 0 or expired <> 0 or reversed <> 0 or paid <> 0 or moved <> 0
             or adjusted <> 0 or short <> 0) then
    raise exception 'a lot is issued whole: pending or active'
      using errcode = 'integrity_constraint_violation';
  end if;
  insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
  select f.movement_id, f.account_id, f.id,
         case when f.opening_id is null then 'issued' else 'opened' end,
         case when f.pending > 0 then 'pending' else 'active' end, f.points, f.issued_on
  from fresh f
  where f.points > 0 order by f.account_id, f.id;
  return null;
end $$;

create or replace function loyalty_book() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare meant bigint; done bigint;
begin
  if tg_relid <> 'public.loyalty_entry'::regclass then
    raise exception 'balances change by entries only'
      using errcode = 'integrity_constraint_violation';
  end if;
  -- Issued by its lot alone, which holds the points already.
  if pg_trigger_depth() < 2
     and exists (select 1 from fresh where source in ('issued', 'opened')) then
    raise exception 'points are issued by lots only'
      using errcode = 'integrity_constraint_violation';
  end if;
  update loyalty_account a
  set pending = a.pending + d.pending, active = a.active + d.active, owed = a.owed + d.owed
  from (
    select account_id,
      sum(case when target = 'pending' then points when source = 'pending' then -points
          else 0 end) as pending,
      sum(case when target = 'active' then points when source = 'active' then -points
          else 0 end) as active,
      sum(case when source = 'owed' then points when target = 'owed' then -points
          else 0 end) as owed
    from fresh group by account_id order by account_id) d
  where a.id = d.account_id;
  update loyalty_lot l
  set pending = l.pending + d.pending, active = l.active + d.active, spent = l.spent + d.spent,
      expired = l.expired + d.expired, reversed = l.reversed + d.reversed,
      paid = l.paid + d.paid, moved = l.moved + d.moved, adjusted = l.adjusted + d.adjusted,
      short = l.short + d.short, account_id = coalesce(d.home, l.account_id),
      -- What never ends goes on without an end.
      expires_on = case when l.expires_on is not null
        then greatest(l.expires_on, d.until) end
  from (
    select lot_id,
      sum(case when target = 'pending' then points when source = 'pending' then -points
          else 0 end) as pending,
      sum(case when target = 'active' then points when source = 'active' then -points
          else 0 end) as active,
      sum(case when target = 'spent' then points when source = 'spent' then -points
          else 0 end) as spent,
      sum(case when target = 'expired' then points else 0 end) as expired,
      sum(case when target = 'reversed' and source <> 'owed' then points else 0 end)
        as reversed,
      sum(case when target = 'owed' and source = 'active' then points else 0 end) as paid,
      sum(case when target = 'moved' and source <> 'owed' then points
               when source = 'moved' and target <> 'owed' then -points else 0 end) as moved,
      sum(case when target = 'adjusted' then points else 0 end) as adjusted,
      sum(case when source = 'owed' and target = 'reversed' then points else 0 end) as short,
      max(case when source = 'moved' then account_id end) as home,
      max(until) as until,
      min(case when source <> 'moved' and target <> 'moved' then account_id end) as least,
      max(case when source <> 'moved' and target <> 'moved' then account_id end) as most
    from fresh where lot_id is not null and source not in ('issued', 'opened')
    group by lot_id) d
  where l.id = d.lot_id and coalesce(d.least, l.account_id) = l.account_id
    and coalesce(d.most, l.account_id) = l.account_id;
  get diagnostics done = row_count;
  select count(distinct lot_id) into meant from fresh where source not in ('issued', 'opened');
  if done <> meant then
    raise exception 'a lot is moved within its own account'
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
"""
# A trigger of somebody's own is deep enough to pass for ours; nobody else passes for the owner.
ISSUED = (
    "create policy issued_by_lots on loyalty_entry as restrictive for insert "
    "with check (source not in ('issued', 'opened') or current_user = "
    "(select pg_get_userbyid(relowner) from pg_class "
    "where oid = 'public.loyalty_entry'::regclass));"
)
# Empty lots follow their customer in a merge. It asks for the wall itself: it is the owner's.
FOLLOWING = """
create function loyalty_follow(p_lots bigint[], p_from bigint, p_to bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare done bigint;
begin
  update loyalty_lot l set account_id = p_to
  where l.id = any (p_lots) and l.account_id = p_from and l.active = 0 and l.pending = 0
    and 2 = (select count(*) from loyalty_account a where a.id in (p_from, p_to)
             and (WALL))
    and 1 = (select count(distinct currency) from loyalty_account where id in (p_from, p_to));
  get diagnostics done = row_count;
  return done;
end $$;
""".replace("WALL", f"{walls.ALL} or exists (select 1 from customers_customer c "
        f"where c.id = a.customer_id and {walls.HELD})")
# What stands under a key, whoever may see it: one key is one request.
ASKED = """
create function loyalty_asked(p_key text) returns table (movement bigint, print text)
language sql stable security definer set search_path = public, pg_temp as
$$ select id, print from loyalty_movement where key = p_key $$;
"""
SEES = (
    "select 1 from loyalty_account o join customers_customer c on c.id = o.customer_id "
    f"where o.id = {{account}} and {walls.HELD}"
)
# A night's work is everybody's and says sums alone; a transfer is of both who are part of it.
MOVEMENT = (
    "alter table loyalty_movement enable row level security;"
    "alter table loyalty_movement force row level security;"
    f"create policy wall on loyalty_movement using (case when {walls.ALL} then true "
    "when loyalty_movement.account_id is null then true "
    f"when exists ({SEES.format(account='loyalty_movement.account_id')}) then true "
    "else exists (select 1 from loyalty_entry e where e.movement_id = loyalty_movement.id) end);"
    "create policy keeper on loyalty_movement to current_user using (true);"
)
UNDO = """
drop policy if exists keeper on loyalty_movement;
drop policy if exists issued_by_lots on loyalty_entry;
drop function if exists loyalty_follow(bigint[], bigint, bigint);
drop function if exists loyalty_asked(text);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0004_opening")]
    operations = [
        migrations.RunSQL(WAYS, migrations.RunSQL.noop),
        migrations.RunSQL(ISSUED + FOLLOWING + ASKED + MOVEMENT,
                          UNDO + walls.undo("loyalty_movement")),
    ]
