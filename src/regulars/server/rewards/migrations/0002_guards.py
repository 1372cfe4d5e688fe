"""What Django's models do not express: the database counts codes, quotas and stock itself.

Whatever a program forgets or two of them do at once: a batch issues no more than its size and
no more to one customer than was said, a coupon is taken once, a quota is never exceeded, stock
is the sum of its moves and never below zero, and terms that were written stay as they are.
"""

from django.db import migrations

COUPONS = """
create function rewards_stays() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger rewards_redemption_stays before update or delete on rewards_redemption
  for each row execute function rewards_stays();
create trigger rewards_stockmove_stays before update or delete on rewards_stockmove
  for each row execute function rewards_stays();
create trigger rewards_coupon_is_kept before delete on rewards_coupon
  for each row execute function rewards_stays();

-- Terms are followed by other terms, never written over; only their end is set.
create function rewards_terms_stay() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'valid_until' <> to_jsonb(old) - 'valid_until' then
    raise exception 'terms that were written stay; write the next version'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger rewards_couponkind_stays before update on rewards_couponkind
  for each row execute function rewards_terms_stay();
create trigger rewards_privilege_stays before update on rewards_privilege
  for each row execute function rewards_terms_stay();

create function rewards_batch_is_counted() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 and (new.made <> old.made or new.issued <> old.issued) then
    raise exception 'codes are counted by the database'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.size <> old.size or new.kind_id <> old.kind_id
     or new.per_customer <> old.per_customer or new.is_bearer <> old.is_bearer then
    raise exception 'what was promised of a batch stays'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger rewards_batch_is_counted before update on rewards_batch
  for each row execute function rewards_batch_is_counted();

create function rewards_codes_made() returns trigger language plpgsql as $$
begin
  if exists (select 1 from fresh where state <> 'free') then
    raise exception 'a code begins free' using errcode = 'integrity_constraint_violation';
  end if;
  update rewards_batch b set made = b.made + n.codes
  from (select batch_id, count(*) as codes from fresh group by batch_id) n
  where b.id = n.batch_id;
  return null;
end $$;
create trigger rewards_codes_made after insert on rewards_coupon
  referencing new table as fresh for each statement execute function rewards_codes_made();

create function rewards_coupon_goes_on() returns trigger language plpgsql as $$
declare most integer; bearer boolean; closed timestamptz; has integer;
begin
  if new.code <> old.code or new.batch_id <> old.batch_id then
    raise exception 'a code stays what it is' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state = old.state then return new; end if;
  if old.state in ('redeemed', 'expired', 'void') or new.state = 'free' then
    raise exception 'a coupon that is % stays so', old.state
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.state = 'redeemed' and pg_trigger_depth() < 2 then
    raise exception 'a coupon is redeemed by its redemption only'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.state = 'issued' then
    -- The row of the batch makes those who come at once wait for each other.
    update rewards_batch set issued = issued + 1 where id = new.batch_id
      returning per_customer, is_bearer, closed_at into most, bearer, closed;
    if bearer or closed is not null then
      raise exception 'nothing of this batch is issued'
        using errcode = 'integrity_constraint_violation';
    end if;
    if most > 0 then
      select count(*) into has from rewards_coupon
        where batch_id = new.batch_id and customer_id = new.customer_id and state <> 'void';
      if has >= most then
        raise exception 'customer % has % of this batch', new.customer_id, has
          using errcode = 'check_violation', constraint = 'no_more_to_one_customer';
      end if;
    end if;
  end if;
  return new;
end $$;
create trigger rewards_coupon_goes_on before update on rewards_coupon
  for each row execute function rewards_coupon_goes_on();

create function rewards_coupon_taken() returns trigger language plpgsql as $$
begin
  update rewards_coupon c set state = 'redeemed', ended_at = new.at
  from rewards_batch b
  where c.id = new.coupon_id and b.id = c.batch_id and c.expires_on >= new."on"
    and (c.state = 'issued' or c.state = 'free' and b.is_bearer);
  if not found then
    raise exception 'this coupon cannot be taken'
      using errcode = 'check_violation', constraint = 'a_coupon_is_taken_once';
  end if;
  return null;
end $$;
create trigger rewards_coupon_taken after insert on rewards_redemption
  for each row execute function rewards_coupon_taken();
"""
OTHERS = """
create function rewards_stock_moves() returns trigger language plpgsql as $$
begin
  insert into rewards_stock (gift_id, place_id, held) values (new.gift_id, new.place_id, 0)
    on conflict (gift_id, place_id) do nothing;
  update rewards_stock set held = held + new.change
    where gift_id = new.gift_id and place_id = new.place_id;
  return null;
end $$;
create trigger rewards_stock_moves after insert on rewards_stockmove
  for each row execute function rewards_stock_moves();

create function rewards_stock_by_moves_only() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'stock changes by its moves only'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger rewards_stock_by_moves before insert or update on rewards_stock
  for each row execute function rewards_stock_by_moves_only();

create function rewards_use_counts() returns trigger language plpgsql as $$
declare used integer;
begin
  if new.quota is null then return new; end if;
  perform pg_advisory_xact_lock(
    hashtextextended('use:' || new.customer_id || ':' || new.code, 0));
  select count(*) into used from rewards_use
    where customer_id = new.customer_id and code = new.code
      and period_start = new.period_start and undone_at is null;
  if used >= new.quota then
    raise exception 'used % of % times', used, new.quota
      using errcode = 'check_violation', constraint = 'a_quota_is_never_exceeded';
  end if;
  return new;
end $$;
create trigger rewards_use_counts before insert on rewards_use
  for each row execute function rewards_use_counts();

create function rewards_use_stays() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'undone_at' - 'undone_by_id' - 'customer_id' - 'note'
     <> to_jsonb(old) - 'undone_at' - 'undone_by_id' - 'customer_id' - 'note'
     or old.undone_at is not null and new.undone_at is distinct from old.undone_at then
    raise exception 'a use stays as it was written; it can be undone once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger rewards_use_stays before update on rewards_use
  for each row execute function rewards_use_stays();
"""
UNDO = "".join(
    f"drop function if exists rewards_{name}() cascade;"
    for name in (
        *("stays", "terms_stay", "batch_is_counted", "codes_made", "coupon_goes_on"),
        *("coupon_taken", "stock_moves", "stock_by_moves_only", "use_counts", "use_stays"),
    )
)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0001_initial")]
    operations = [migrations.RunSQL(COUPONS + OTHERS, UNDO)]
