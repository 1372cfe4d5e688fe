"""What was on file before the ledger becomes its first entries."""

from django.db import migrations

TAKE_OVER = """
select set_config('app.scope', 'all', true), set_config('app.consents', 'file', true);
insert into channels_consent (customer_id, purpose, channel, said, source, evidence, actor,
                              at, recorded_at)
select c.id,
       case when w.key = 'profiling' then 'profiling' else 'marketing' end,
       case when w.key = 'profiling' then '' else w.key end,
       case when w.value = 'true'::jsonb then 'given' else 'refused' end,
       'before', left(coalesce(nullif(c.provenance->'consents'->>0, ''),
                               'on file before the ledger'), 300),
       'system:migration', c.updated_at, now()
from customers_customer c cross join lateral jsonb_each(c.consents) as w
where w.key in ('call', 'wecom', 'sms', 'email', 'profiling')
  and jsonb_typeof(w.value) = 'boolean'
order by c.id, w.key;
select set_config('app.consents', 'ledger', true);
update customers_customer set no_profiling = true
 where consents->'profiling' = 'false'::jsonb and not no_profiling;
select set_config('app.consents', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_ledger")]
    operations = [migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop)]
