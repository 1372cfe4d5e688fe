"""Two triggers of organisations take the codes that practice knows them by."""

from django.db import migrations

RENAME = """
select set_config('app.scope', 'all', true);
update care_task set trigger = 'quote_expiring' where trigger = 'quote_ending';
update care_task set trigger = 'contract_renewal',
       cycle = 'terms-' || cycle || '@' || coalesce(to_char(happens_on, 'YYYYMMDD'), '') || ':30'
 where trigger = 'terms_ending';
update core_company
   set settings = replace(replace(settings::text, '"quote_ending"', '"quote_expiring"'),
                          '"terms_ending"', '"contract_renewal"')::jsonb
 where settings::text like '%"quote_ending"%' or settings::text like '%"terms_ending"%';
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0006_helpers"), ("core", "0001_initial")]
    operations = [migrations.RunSQL(RENAME, migrations.RunSQL.noop)]
