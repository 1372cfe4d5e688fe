"""What a round was judged by stays on its event; what was waited is kept for the round."""

import datetime

from django.db import migrations, models

FILL = """
select set_config('app.scope', 'all', true), set_config('app.person', '', true);
update complaints_case set late_rounds =
    (case when closed_at > resolve_by then 1 else 0 end)
    + (case when rounds > 1 and first_closed_at > first_resolve_by then 1 else 0 end);
update complaints_event e
   set due = case when e.round = c.rounds then c.resolve_by else c.first_resolve_by end
  from complaints_case c
 where c.id = e.case_id and e.what = 'closed' and e.round in (1, c.rounds);
update complaints_event e
   set due = case when e.round = c.rounds then c.answer_by else c.first_answer_by end
  from complaints_case c
 where c.id = e.case_id and e.what = 'answered' and e.at in (c.answered_at, c.first_answered_at);
update complaints_event e set content = c.is_content
  from complaints_case c
 where c.id = e.case_id and e.what = 'called' and e.round = c.rounds and e.at = c.called_at;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_hidden_from_whom_it_names")]
    operations = [
        migrations.AddField("case", "waited", models.DurationField(default=datetime.timedelta)),
        migrations.AddField(
            "case", "late_rounds", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField("event", "due", models.DateTimeField(null=True)),
        migrations.AddField("event", "content", models.BooleanField(null=True)),
        migrations.AddField("event", "details", models.JSONField(default=dict)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
