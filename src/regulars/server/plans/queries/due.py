"""What plans lay on a day: steps, reviews, and plans that were asked for; for the system."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.rules.catalogue import Priority
from regulars.server.care.rules.detect import Work
from regulars.server.core import queries as core
from regulars.server.plans.models import Plan, Step

# A step is agreed on; to look at a plan, or to draw one up, is our own wish.
OWN = Priority.GROWTH
BACK = timedelta(days=60)  # older ones stand on the page of plans
# When such a task still stands: its cycle is "step:12:2026-12-02".
STANDS = """where case split_part(t.cycle, ':', 1)
    when 'step' then exists (select 1 from plans_step e
        join plans_plan p on p.id = e.plan_id and p.state = 'in_force'
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open'
          and e.due_on::text = split_part(t.cycle, ':', 3))
    when 'review' then exists (select 1 from plans_plan e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'in_force'
          and e.next_review_on::text = split_part(t.cycle, ':', 3))
    else exists (select 1 from plans_plan e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'draft'
          and e.asked_for::text = split_part(t.cycle, ':', 3)) end"""


def work(day: date) -> list[Work]:
    """Everybody's steps and reviews whose day has come, and plans asked for."""
    return [*_steps(day), *_reviews(day), *_asked(day)]


def _steps(day: date) -> list[Work]:
    found = Step.objects.filter(
        state=Step.State.OPEN, plan__state=Plan.State.IN_FORCE, due_on__range=(day - BACK, day)
    )
    return [
        Work(
            each.customer_id, f"step:{each.pk}", each.due_on, each.text, "step",
            lead=str(each.who) if each.who and each.who.is_active else "",
        )
        for each in found.select_related("who").order_by("customer", "pk")
    ]  # fmt: skip


def _reviews(day: date) -> list[Work]:
    found = Plan.objects.filter(
        state=Plan.State.IN_FORCE, next_review_on__range=(day - BACK, day)
    )
    return [
        Work(
            plan.customer_id,
            f"review:{plan.pk}",
            plan.next_review_on,
            what="review",
            weaker=OWN,
        )
        for plan in found.order_by("customer", "pk")
        if plan.next_review_on
    ]


def _asked(day: date) -> list[Work]:
    """From the day on which somebody asked: a plan is not drawn up on its last day."""
    found = Plan.objects.filter(state=Plan.State.DRAFT, asked_for__gte=day - BACK)
    return [
        Work(
            plan.customer_id, f"asked:{plan.pk}", plan.asked_for, what="asked",
            since=core.local_date(plan.made_at), weaker=OWN,
        )
        for plan in found.order_by("customer", "pk")
        if plan.asked_for
    ]  # fmt: skip
