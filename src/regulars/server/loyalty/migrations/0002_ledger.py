"""What Django's models do not express: the database itself keeps the ledger.

A lot that comes in is issued by an entry of its own; every entry moves the sums of its account
and its lot; nothing else may. Entries and movements stay as they were written.
"""

from django.db import migrations

from regulars.server.core import walls

KEEPING = """
alter table loyalty_account set (fillfactor = 50);
alter table loyalty_lot set (fillfactor = 70);

alter table loyalty_entry add constraint points_go_known_ways check (
  source || '>' || target in (
    'issued>pending', 'issued>active', 'pending>active', 'active>spent', 'spent>active',
    'active>expired', 'pending>expired', 'pending>reversed', 'active>reversed',
    'owed>reversed', 'active>owed', 'active>moved', 'moved>active', 'pending>moved',
    'moved>pending', 'owed>moved', 'moved>owed', 'active>adjusted', 'adjusted>owed'));
alter table loyalty_entry add constraint only_debt_has_no_lot check (
  lot_id is not null
  or source || '>' || target in ('owed>moved', 'moved>owed', 'adjusted>owed'));

create function loyalty_stays() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger loyalty_movement_stays before update or delete on loyalty_movement
  for each row execute function loyalty_stays();
create trigger loyalty_entry_stays before update or delete on loyalty_entry
  for each row execute function loyalty_stays();
create trigger loyalty_lot_stays before delete on loyalty_lot
  for each row execute function loyalty_stays();
create trigger loyalty_account_stays before delete on loyalty_account
  for each row execute function loyalty_stays();

-- Sums are moved by what entries do (a trigger within a trigger), by nobody's hand.
create function loyalty_by_entries_only() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'balances of % change by entries only', tg_table_name
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger loyalty_account_by_entries before update of pending, active, owed
  on loyalty_account for each row execute function loyalty_by_entries_only();
create trigger loyalty_lot_by_entries before update of points, pending, active, spent, expired,
  reversed, paid, moved, adjusted, short, rule_id, issued_on, expires_on
  on loyalty_lot for each row execute function loyalty_by_entries_only();

-- A lot of which nothing is left may follow its customer; what holds points goes by entries.
create function loyalty_empty_goes_along() returns trigger language plpgsql as $$
begin
  if new.account_id <> old.account_id and pg_trigger_depth() < 2
     and (old.pending <> 0 or old.active <> 0) then
    raise exception 'points go to another account by entries only'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger loyalty_lot_goes_along before update of account_id on loyalty_lot
  for each row execute function loyalty_empty_goes_along();

create function loyalty_account_opens_empty() returns trigger language plpgsql as $$
begin
  if new.pending <> 0 or new.active <> 0 or new.owed <> 0 then
    raise exception 'an account opens empty'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger loyalty_account_opens before insert on loyalty_account
  for each row execute function loyalty_account_opens_empty();

create function loyalty_issue() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if exists (select 1 from fresh where points <> pending + active
             or (pending > 0 and active > 0)
             or spent <> 0 or expired <> 0 or reversed <> 0 or paid <> 0 or moved <> 0
             or adjusted <> 0 or short <> 0) then
    raise exception 'a lot is issued whole: pending or active'
      using errcode = 'integrity_constraint_violation';
  end if;
  insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
  select f.movement_id, f.account_id, f.id, 'issued',
         case when f.pending > 0 then 'pending' else 'active' end, f.points, f.issued_on
  from fresh f
  where f.points > 0 order by f.account_id, f.id;
  return null;
end $$;
create trigger loyalty_lot_issues after insert on loyalty_lot
  referencing new table as fresh for each statement execute function loyalty_issue();

create function loyalty_book() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare meant bigint; done bigint;
begin
  -- Issued by its lot alone, which holds the points already.
  if pg_trigger_depth() < 2 and exists (select 1 from fresh where source = 'issued') then
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
    from fresh where lot_id is not null and source <> 'issued' group by lot_id) d
  where l.id = d.lot_id and coalesce(d.least, l.account_id) = l.account_id
    and coalesce(d.most, l.account_id) = l.account_id;
  get diagnostics done = row_count;
  select count(distinct lot_id) into meant from fresh where source <> 'issued';
  if done <> meant then
    raise exception 'a lot is moved within its own account'
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create trigger loyalty_entry_books after insert on loyalty_entry
  referencing new table as fresh for each statement execute function loyalty_book();
"""

# One call, one round trip: the account's row is locked for no longer than this takes. It asks
# for the wall itself, once, where the tables would ask with every statement.
SPENDING = (
    """
create function loyalty_spend(
  p_key text, p_print text, p_public text, p_account bigint, p_points bigint, p_ref text,
  p_by text, p_at timestamptz, p_day date
) returns table (outcome text, movement bigint, answer jsonb) language plpgsql security definer
  set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  kept loyalty_movement%rowtype;
  before_ bigint; owed_ bigint; m bigint; lots bigint[]; takes bigint[]; due boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('loyalty:' || p_key, 0));
  select * into kept from loyalty_movement where key = p_key;
  if found then
    if kept.print <> p_print then
      return query select 'another', kept.id, kept.answer; return;
    end if;
    return query select 'again', kept.id, kept.answer; return;
  end if;
  -- One condition on one row: whoever waits for it asks again of the balance that is left.
  select a.active, a.owed into before_, owed_ from loyalty_account a
    where a.id = p_account and a.currency = 'points' and a.active >= p_points
      and (WALL) for no key update;
  if not found then
    return query select 'short', null::bigint, null::jsonb; return;
  end if;
  select array_agg(l.id) filter (where l.takes), array_agg(l.take) filter (where l.takes),
         bool_or(l.is_due) into lots, takes, due
  from (
    select id, active > 0 and earlier < p_points as takes,
           least(active, p_points - earlier) as take,
           active > 0 and expires_on < p_day or pending > 0 and available_on <= p_day as is_due
    from (
      select id, active, pending, available_on, expires_on,
             sum(active) over (order by expires_on nulls last, id) - active as earlier
      from loyalty_lot where account_id = p_account and (active > 0 or pending > 0)) o) l;
  if due then  -- some are over their last day, or come only now: bring the account up first
    return query select 'due', null::bigint, null::jsonb; return;
  end if;
  m := nextval(pg_get_serial_sequence('loyalty_movement', 'id'));
  insert into loyalty_movement
    (id, public_id, what, key, print, answer, account_id, undoes_id, ref, by, at, day)
  values (m, p_public, 'redeem', p_key, p_print, jsonb_build_object(
      'movement', p_public, 'points', p_points, 'balance', before_ - p_points, 'owed', owed_),
    p_account, null, p_ref, p_by, p_at, p_day);
  insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
  select m, p_account, t.lot, 'active', 'spent', t.take, p_day
  from unnest(lots, takes) as t(lot, take);
  return query select 'done', m, jsonb_build_object(
      'movement', p_public, 'points', p_points, 'balance', before_ - p_points, 'owed', owed_);
end $$;
""".replace("WALL", f"{walls.ALL} or exists (select 1 from customers_customer c "
        f"where c.id = a.customer_id and {walls.HELD})")
)

# The books, seen as pairs; and whatever does not add up. Empty, or somebody broke the wall.
CHECKING = """
create view loyalty_posting with (security_invoker = true) as
  select id, movement_id, account_id, lot_id, source as place, -points as points, day
  from loyalty_entry
  union all
  select id, movement_id, account_id, lot_id, target, points, day from loyalty_entry;

create function loyalty_faults() returns table (fault text, record bigint)
language sql stable as $$
  select 'account', a.id from loyalty_account a left join (
    select account_id,
      sum(points) filter (where place = 'pending') as pending,
      sum(points) filter (where place = 'active') as active,
      -sum(points) filter (where place = 'owed') as owed
    from loyalty_posting group by account_id) p on p.account_id = a.id
  where a.pending <> coalesce(p.pending, 0) or a.active <> coalesce(p.active, 0)
     or a.owed <> coalesce(p.owed, 0)
  union all
  select 'lots', a.id from loyalty_account a left join (
    select account_id, sum(pending) as pending, sum(active) as active
    from loyalty_lot group by account_id) l on l.account_id = a.id
  where a.pending <> coalesce(l.pending, 0) or a.active <> coalesce(l.active, 0)
  union all
  select 'lot', l.id from loyalty_lot l left join (
    select lot_id, sum(points) filter (where place = 'active') as active,
      sum(points) filter (where place = 'pending') as pending,
      sum(points) filter (where place = 'spent') as spent,
      sum(points) filter (where place = 'expired') as expired
    from loyalty_posting group by lot_id) p on p.lot_id = l.id
  where l.active <> coalesce(p.active, 0) or l.pending <> coalesce(p.pending, 0)
     or l.spent <> coalesce(p.spent, 0) or l.expired <> coalesce(p.expired, 0)
  union all
  select 'sum', 0 from loyalty_posting having sum(points) <> 0
  union all
  select 'moved', 0 from loyalty_posting where place = 'moved' having sum(points) <> 0
$$;
"""
UNDO = """
drop function if exists loyalty_faults();
drop view if exists loyalty_posting;
drop function if exists loyalty_spend(
  text, text, text, bigint, bigint, text, text, timestamptz, date);
drop function if exists loyalty_book() cascade;
drop function if exists loyalty_issue() cascade;
drop function if exists loyalty_account_opens_empty() cascade;
drop function if exists loyalty_empty_goes_along() cascade;
drop function if exists loyalty_by_entries_only() cascade;
drop function if exists loyalty_stays() cascade;
alter table loyalty_entry drop constraint if exists points_go_known_ways;
alter table loyalty_entry drop constraint if exists only_debt_has_no_lot;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]
    operations = [
        migrations.RunSQL(KEEPING + SPENDING + CHECKING, UNDO),
        migrations.RunSQL(
            "create sequence loyalty_number", "drop sequence if exists loyalty_number"
        ),
    ]
