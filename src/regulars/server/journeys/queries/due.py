"""What journeys lay on a day for people; for the system."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.rules.detect import Work
from regulars.server.journeys.models import Errand, Journey

STEP = "journey_step"
BACK = timedelta(days=60)
# When such a task still stands: its cycle is "errand:12:2026-12-02".
STANDS = """where exists (select 1 from journeys_errand e
    join journeys_traveller r on r.id = e.traveller_id
    join journeys_journey y on y.id = r.journey_id and y.state <> 'stopped'
    where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open')"""


def work(day: date) -> list[Work]:
    """Every open task of a journey, with the words that its writer gave."""
    found = Errand.objects.filter(state=Errand.State.OPEN, on__range=(day - BACK, day))
    live = found.exclude(traveller__journey__state=Journey.State.STOPPED)
    return [
        Work(each.customer_id, f"errand:{each.pk}", each.on, each.text, each.script)
        for each in live.order_by("customer", "pk")
    ]
