"""What marks a message as begun asks again in the same statement: here, so that whoever sends
can mark its own row in one call with it."""

from django.db import migrations

BEGIN = """
create function regulars_decision_begin(decision bigint, moment timestamptz, enough text[])
returns boolean language plpgsql as $$
begin
  update channels_decision d set begun_at = moment
    from customers_customer c
   where d.id = decision and c.id = d.customer_id
     and d.allowed and d.begun_at is null and d.holds_until > moment
     and c.deceased_on is null and c.legal_block = '' and not c.do_not_contact
     and c.state not in ('merged', 'erased')
     and not d.channel = any (c.blocked_channels)
     and (d.purpose = 'service' or d.channel = 'visit'
          or coalesce(regulars_consent(c.id, d.purpose, d.channel, moment), 'unknown')
             = any (enough))
     and (d.purpose = 'service' or not exists
          (select 1 from channels_marketinghold m
            where m.customer_id = c.id and m.lifted_at is null));
  return found;
end $$;
"""
GONE = "drop function regulars_decision_begin(bigint, timestamptz, text[]);"


class Migration(migrations.Migration):
    dependencies = [("channels", "0015_marketing_waits")]
    operations = [migrations.RunSQL(BEGIN, GONE)]
