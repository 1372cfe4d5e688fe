"""The reason that nobody confirmed a file takes the code that practice knows it by."""

from django.db import migrations

RENAME = """
select set_config('app.scope', 'all', true);
update care_task set trigger = 'profile_stale' where trigger = 'file_stale';
update core_company
   set settings = replace(settings::text, '"file_stale"', '"profile_stale"')::jsonb
 where settings::text like '%"file_stale"%';
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0008_visits")]
    operations = [migrations.RunSQL(RENAME, migrations.RunSQL.noop)]
