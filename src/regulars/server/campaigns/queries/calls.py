"""Calls and visits of campaigns, on the lists of whoever looks after the customers."""

from __future__ import annotations

from datetime import date

from regulars.server.campaigns.models import Attempt, Campaign
from regulars.server.care.rules.detect import Work
from regulars.server.core import queries as core

# When such a task still stands: its cycle is "call:12:2026-12-02".
STANDS = """from campaigns_attempt e
    join campaigns_step s on s.id = e.step_id
    join campaigns_campaign c on c.id = s.campaign_id and c.state = 'running'
    where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'going'
      and e.due_on::text = split_part(t.cycle, ':', 3)"""


def work(day: date) -> list[Work]:
    """Every open call of a running campaign, from the day on which it was laid."""
    found = Attempt.objects.filter(
        state=Attempt.State.GOING, sending__isnull=True, due_on__isnull=False,
        step__campaign__state=Campaign.State.RUNNING,
    )  # fmt: skip
    rows = found.select_related("step__campaign").order_by("customer", "pk")
    return [
        Work(
            each.customer_id, f"call:{each.pk}", each.due_on,
            each.step.campaign.name, "call", since=core.local_date(each.begun_at),
            step_en=each.step.campaign.name_en, words=each.words,
            number=each.step.campaign.name, ref=each.step.campaign.public_id,
        )
        for each in rows.iterator(chunk_size=5_000)
        if each.due_on
    ]  # fmt: skip
