"""What came of a case stays on its closing when it is opened again."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
select set_config('app.scope', 'all', true), set_config('app.person', '', true);
update complaints_event e set result = c.result, cause_id = c.cause_id
  from complaints_case c
 where c.id = e.case_id and e.what = 'closed' and e.round = c.rounds;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_papers")]
    operations = [
        migrations.AddField("event", "result", models.CharField(blank=True, choices=[("upheld", "Upheld"), ("partly", "Upheld in part"), ("not_upheld", "Not upheld"), ("withdrawn", "Withdrawn by the customer")], default="", max_length=10), preserve_default=False),
        migrations.AddField("event", "cause", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.entry")),
        migrations.AddIndex("event", models.Index(condition=models.Q(("what", "closed")), fields=["at"], name="closings_by_time")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
