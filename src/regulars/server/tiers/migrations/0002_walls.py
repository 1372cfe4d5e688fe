"""Row security and versioned tables, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

ASSIGNMENT = """
create table tiers_assignment (
  tier_run_id bigint not null,
  customer_id bigint not null,
  scheme_id bigint not null,
  tier varchar(24) not null,
  level smallint not null,
  measure numeric(18,2),
  next_at numeric(18,2),
  value numeric(18,2) not null,
  primary key (tier_run_id, customer_id, scheme_id)
) partition by list (tier_run_id);
create index tiers_assignment_tier
  on tiers_assignment (tier_run_id, scheme_id, tier, value desc, customer_id);
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(ASSIGNMENT, "drop table if exists tiers_assignment cascade"),
        migrations.RunSQL(walls.by_customer("tiers_assignment"), migrations.RunSQL.noop),
    ]
