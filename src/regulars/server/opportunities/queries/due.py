"""Next steps whose day has come and proposals that end, on the day's lists; for the system."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.rules.detect import Work
from regulars.server.opportunities.models import Opportunity, Proposal

STEP = "opportunity_step"
BACK = timedelta(days=60)  # older ones stand on the page of opportunities
NEAR = timedelta(days=3)  # so long before its last day a proposal without an answer shows
NEXT, ENDS = "next", "ends"
# When such a reason still stands: its cycle is "next:12:2026-12-02", by the opportunity, or
# "ends:7:2026-12-02", by the proposal that waits for an answer.
STANDS = """where case split_part(t.cycle, ':', 1)
    when 'ends' then exists (select 1 from opportunities_proposal p
        join opportunities_opportunity e on e.id = p.opportunity_id
        where p.id = split_part(t.cycle, ':', 2)::bigint and p.state = 'sent'
          and e.state = 'open' and p.valid_until::text = split_part(t.cycle, ':', 3))
    else exists (select 1 from opportunities_opportunity e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open'
          and e.next_on::text = split_part(t.cycle, ':', 3)) end"""


def work(day: date) -> list[Work]:
    """Everybody's next steps whose day has come, and what was sent and is about to end."""
    return [*_steps(day), *_ending(day)]


def _steps(day: date) -> list[Work]:
    found = Opportunity.objects.open().filter(next_on__range=(day - BACK, day))
    return [
        Work(
            each.customer_id, f"{NEXT}:{each.pk}", each.next_on,
            f"{each.next_step}（{each}）", "next", lead=_lead(each),
        )
        for each in found.select_related("owner", "product", "bundle").order_by(
            "customer", "pk"
        )
        if each.next_on
    ]  # fmt: skip


def _ending(day: date) -> list[Work]:
    found = Proposal.objects.filter(
        state=Proposal.State.SENT, opportunity__state=Opportunity.State.OPEN,
        valid_until__range=(day - BACK, day + NEAR),
    )  # fmt: skip
    return [
        Work(
            each.customer_id, f"{ENDS}:{each.pk}", each.valid_until,
            f"方案“{each.title}”到这天为止，请客户决定，或者更新方案",
            "ends", lead=_lead(each.opportunity), since=each.valid_until - NEAR,
            step_en=f"last day of “{each.title}”: ask for the decision, or renew it",
        )
        for each in found.select_related("opportunity__owner").order_by("customer", "pk")
        if each.valid_until
    ]  # fmt: skip


def _lead(of: Opportunity) -> str:
    return str(of.owner) if of.owner and of.owner.is_active else ""
