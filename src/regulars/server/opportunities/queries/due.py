"""Next steps whose day has come, for the day's lists; for the system."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.rules.detect import Work
from regulars.server.opportunities.models import Opportunity

BACK = timedelta(days=60)  # older ones stand on the page of opportunities
# When such a reason still stands: its cycle is "next:12:2026-12-02".
STANDS = """where exists (select 1 from opportunities_opportunity e
    where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open'
      and e.next_on::text = split_part(t.cycle, ':', 3))"""


def work(day: date) -> list[Work]:
    """Everybody's next steps whose day has come."""
    found = Opportunity.objects.open().filter(next_on__range=(day - BACK, day))
    return [
        Work(
            each.customer_id, f"next:{each.pk}", each.next_on,
            f"{each.next_step}（{each}）", "next",
            lead=str(each.owner) if each.owner and each.owner.is_active else "",
        )
        for each in found.select_related("owner", "product", "bundle").order_by(
            "customer", "pk"
        )
        if each.next_on
    ]  # fmt: skip
