"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

SCORE = """
create table scoring_score (
  run_id bigint not null,
  customer_id bigint not null,
  value numeric(18,2) not null,
  stake numeric(18,2) not null,
  clv numeric(18,2),
  contribution numeric(18,2),
  p_alive double precision,
  stage varchar(12) not null,
  rfm varchar(3) not null,
  rfm_type varchar(20) not null,
  primary key (run_id, customer_id)
) partition by list (run_id);
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
    dependencies = [("scoring", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(SCORE, "drop table if exists scoring_score cascade"),
        migrations.RunSQL(walls.by_customer("scoring_score"), migrations.RunSQL.noop),
    ]
