"""A redemption is taken back by a row of its own; the coupon is good again.

One redemption of a coupon stands: whoever takes one finds it issued (or free, on paper), and
only an undoing, of the same day, makes it so again.
"""

import django.db.models.deletion
import regulars.server.core.models.names
from django.conf import settings
from django.db import migrations, models

from regulars.server.core import walls

UNDOING = """
create or replace function rewards_coupon_goes_on() returns trigger language plpgsql as $$
declare most integer; bearer boolean; closed timestamptz; has integer;
begin
  if new.code <> old.code or new.batch_id <> old.batch_id then
    raise exception 'a code stays what it is' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state = old.state then return new; end if;
  if old.state = 'redeemed' and pg_trigger_depth() >= 2
     and new.state = (case when new.customer_id is null then 'free' else 'issued' end)
     and not exists (
       select 1 from rewards_redemption r where r.coupon_id = old.id and not exists (
         select 1 from rewards_undoing u where u.redemption_id = r.id)) then
    return new;  -- taken back
  end if;
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

create function rewards_taken_back() returns trigger language plpgsql as $$
begin
  update rewards_coupon c set ended_at = null,
    state = case when c.customer_id is null then 'free' else 'issued' end
  from rewards_redemption r
  where r.id = new.redemption_id and r."on" = new."on" and c.id = r.coupon_id
    and c.state = 'redeemed';
  if not found then
    raise exception 'a redemption is taken back once, and on its own day'
      using errcode = 'check_violation', constraint = 'taken_back_the_same_day';
  end if;
  return null;
end $$;
create trigger rewards_taken_back after insert on rewards_undoing
  for each row execute function rewards_taken_back();

create function rewards_undoing_stays() returns trigger language plpgsql as $$
begin
  -- The reason alone is taken out, when its customer is forgotten.
  if tg_op = 'DELETE' or new.reason <> '—'
     or to_jsonb(new) - 'reason' <> to_jsonb(old) - 'reason' then
    raise exception 'rows of % are added, never changed', tg_table_name
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger rewards_undoing_stays before update or delete on rewards_undoing
  for each row execute function rewards_undoing_stays();
"""
BACK = """
drop function if exists rewards_taken_back() cascade;
drop function if exists rewards_undoing_stays() cascade;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_names_of_books"),
        ("rewards", "0003_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            "redemption",
            "coupon",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="redemptions",
                to="rewards.coupon",
            ),
        ),
        migrations.CreateModel(
            name="Undoing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=regulars.server.core.models.names.public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "redemption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undoing",
                        to="rewards.redemption",
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.RunSQL(UNDOING, BACK),
        migrations.RunSQL(
            walls.by_parent("rewards_undoing", "rewards_redemption", "redemption_id"),
            walls.undo("rewards_undoing"),
        ),
    ]
