"""Festival cards: what plans lay on the day, and what is left to the company's usual ones.

A festival without a plan is greeted as the settings of the work say. One with a plan is
greeted as that plan says; whoever the plan's message goes to gets no card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from regulars.server.care.rules.detect import Row, Work
from regulars.server.channels.queries.policy import levels_of
from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.festivals.models import Festival, Plan, Wish
from regulars.server.festivals.queries.audience import audience, celebrating, of_festival
from regulars.server.festivals.rules import CARE

FESTIVAL = "festival"
AHEAD = 12  # days; the work itself says from which one on a card shows
ZH = {code: zh for zh, code in CARE.items()}
# A wish by message settles what lies on the list for the same day.
STANDS = """where not exists (select 1 from festivals_wish w
    join festivals_plan p on p.id = w.plan_id
    where w.customer_id = t.customer_id and p."on" = t.happens_on)"""


def not_planned(rows: Sequence[Row]) -> list[Row]:
    """Of the usual greetings those of festivals that are on, wished, and without a plan."""
    if not rows:
        return []
    days = {row.on for row in rows}
    kept = {
        each.code: each
        for each in Festival.objects.filter(code__in=CARE.values()).select_related("place")
    }
    planned = set(Plan.objects.filter(on__in=days).values_list("festival__code", "on"))
    left = [
        row
        for row in rows
        if _is_usual(kept.get(CARE.get(row.ref, "")))
        and (CARE.get(row.ref), row.on) not in planned
    ]
    left = _meant(left, kept)
    if not left:
        return []
    # Two festivals on one day: who is greeted for the planned one has no second card.
    also = _rows(Q(on__in={row.on for row in left}), min(days))
    return _once(left, {(row.customer_id, row.on) for row in also})


def of_plans(day: date) -> list[Row | Work]:
    """Cards of the plans whose day is near, for whom managers wish themselves."""
    return list(_rows(Q(on__range=(day, day + timedelta(days=AHEAD))), day))


def _rows(which: Q, day: date) -> Iterator[Row]:
    """Two plans of one day give a customer one card."""
    at = datetime.combine(day, time(8), core.time_zone())
    near = Plan.objects.filter(which, festival__is_on=True, festival__wish=True)
    near = near.exclude(state=Plan.State.SKIPPED).exclude(way=Plan.Way.NONE)
    about = ("festival__place", "segment", "owner__org_unit")
    seen: set[tuple[int, date]] = set()
    for plan in near.select_related(*about).order_by("on", "pk"):
        for who in audience(plan, at=at).split.manager:
            if (who, plan.on) not in seen:
                seen.add((who, plan.on))
                yield _row(plan, who)


def _meant(rows: Sequence[Row], kept: dict[str, Festival]) -> list[Row]:
    """Those of the customers whom a festival is for: its place, women, the elderly."""
    by_day: dict[tuple[str, date], set[int]] = {}
    for row in rows:
        by_day.setdefault((row.ref, row.on), set()).add(row.customer_id)
    fits = dict(by_day)
    for (zh, on), ids in by_day.items():
        if found := kept.get(CARE.get(zh, "")):
            meant = of_festival(Customer.objects.filter(pk__in=ids), found, on=on)
            fits[zh, on] = set(meant.values_list("pk", flat=True))
    return [row for row in rows if row.customer_id in fits[row.ref, row.on]]


def _is_usual(found: Festival | None) -> bool:
    return found is None or (found.is_on and found.wish)


def _once(rows: Sequence[Row], greeted: set[tuple[int, date]]) -> list[Row]:
    """Leave out who has a birthday that day, a message, a plan's card, or another card."""
    days = sorted({row.on for row in rows})
    levels = levels_of([row.customer_id for row in rows])
    wished = set(Wish.objects.filter(plan__on__in=days).values_list("customer", "plan__on"))
    wished |= {(who, on) for on in days for who in celebrating(on, levels)} | greeted
    kept = []
    for row in rows:
        if (row.customer_id, row.on) not in wished:
            wished.add((row.customer_id, row.on))
            kept.append(row)
    return kept


def _row(plan: Plan, who: int) -> Row:
    one = plan.festival
    names = {"event_zh": one.name, "event_en": one.name_en or one.name}
    return Row(who, ZH.get(one.code, one.code), plan.on, facts=names)
