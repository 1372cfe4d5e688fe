"""Indexes of one column, so that ten million scores are published within a minute.

A partition holds one run, and equal scores are few at the top of a list: run and customer in
an index made its building four times as long and no page quicker.
"""

from django.db import migrations

NAMES = ("value", "stage", "stake", "clv", "contribution", "p_alive")
DROP = "".join(f"drop index scoring_score_{name};" for name in NAMES)
QUICK = """
create index scoring_score_value on scoring_score (value desc);
create index scoring_score_stage on scoring_score (stage, value desc);
create index scoring_score_stake on scoring_score (stake desc);
create index scoring_score_clv on scoring_score (clv desc nulls last);
create index scoring_score_contribution on scoring_score (contribution desc nulls last);
create index scoring_score_p_alive on scoring_score (p_alive asc nulls last);
"""
SLOW = """
create index scoring_score_value on scoring_score (run_id, value desc, customer_id);
create index scoring_score_stage on scoring_score (run_id, stage, value desc);
create index scoring_score_stake on scoring_score (run_id, stake desc, customer_id);
create index scoring_score_clv on scoring_score (run_id, clv desc nulls last, customer_id);
create index scoring_score_contribution
  on scoring_score (run_id, contribution desc nulls last, customer_id);
create index scoring_score_p_alive
  on scoring_score (run_id, p_alive asc nulls last, customer_id desc);
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_declined_wall")]
    operations = [migrations.RunSQL(DROP + QUICK, DROP + SLOW)]
