"""Row security, one level only, and terms that stay: what Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

ONE_LEVEL = """
create function referrals_one_level() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (
    select 1 from referrals_reward w join referrals_referral r on r.id = w.referral_id
    where (w.id = new.id or tg_table_name = 'referrals_referral')
      and r.id = case tg_table_name when 'referrals_referral' then new.id
                 else r.id end
      and w.customer_id is not null
      and w.customer_id is distinct from
          case w.side when 'referrer' then r.referrer_id else r.friend_id end
      and not exists (
        select 1 from customers_customer c
        where c.id = case w.side when 'referrer' then r.referrer_id else r.friend_id end
          and c.merged_into_id is not null)
  ) then
    raise exception 'a reward goes to who referred or to the friend, and to nobody else'
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger one_level after insert or update on referrals_reward
  deferrable initially deferred for each row execute function referrals_one_level();
create constraint trigger one_level after update of referrer_id, friend_id on referrals_referral
  deferrable initially deferred for each row execute function referrals_one_level();

create function referrals_terms_stay() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state = 'adopted' then
      raise exception 'adopted terms stay' using errcode = 'check_violation';
    end if;
    return old;
  end if;
  if old.state = 'adopted' and
     to_jsonb(old) - 'valid_until' is distinct from to_jsonb(new) - 'valid_until' then
    raise exception 'adopted terms stay' using errcode = 'check_violation';
  end if;
  if old.valid_until is not null and new.valid_until is distinct from old.valid_until then
    raise exception 'the end of terms stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger stay before update or delete on referrals_terms
  for each row execute function referrals_terms_stay();
"""
FREE = """
drop trigger stay on referrals_terms;
drop function referrals_terms_stay();
drop trigger one_level on referrals_referral;
drop trigger one_level on referrals_reward;
drop function referrals_one_level();
"""
PARTS = ("referrals_step", "referrals_finding")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_either("referrals_referral", "referrer_id", "friend_id"),
            walls.undo("referrals_referral"),
        ),
        *(
            migrations.RunSQL(walls.by_customer(table), walls.undo(table))
            for table in ("referrals_link", "referrals_reward")
        ),
        migrations.RunSQL(
            walls.by_parent("referrals_opening", "referrals_link", "link_id"),
            walls.undo("referrals_opening"),
        ),
        *(
            migrations.RunSQL(
                walls.by_parent(table, "referrals_referral", "referral_id"), walls.undo(table)
            )
            for table in PARTS
        ),
        migrations.RunSQL(ONE_LEVEL, FREE),
    ]
