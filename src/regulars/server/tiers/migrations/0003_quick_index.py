"""An index without the run, which a partition has only one of: quicker to build."""

from django.db import migrations

DROP = "drop index tiers_assignment_tier;"
QUICK = """
create index tiers_assignment_tier on tiers_assignment (scheme_id, tier, value desc);
"""
SLOW = """
create index tiers_assignment_tier
  on tiers_assignment (tier_run_id, scheme_id, tier, value desc, customer_id);
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0002_walls")]
    operations = [migrations.RunSQL(DROP + QUICK, DROP + SLOW)]
