"""How much comes to each customer: what they had, and what is laid down for the next days.

Had: messages that went out and contacts, as the caps count them. To come: messages that wait
in the outbox, cards and visits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from regulars.server.channels.queries import company_policy
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.festivals import rules

WEEK, MONTH = 7, 28
SPANS = {"week": WEEK, "month": MONTH, "ahead": WEEK}
HAD = """
select customer_id from channels_touch
where reversed_at is null and not inbound and purpose <> 'service'
  and at >= %(since)s and at <= %(now)s
union all
select customer_id from channels_decision
where allowed and touch_id is null and purpose <> 'service' and begun_at is not null
  and at >= %(since)s and at <= %(now)s"""
AHEAD = """
select d.customer_id from delivery_delivery d join delivery_mailing m on m.id = d.mailing_id
where d.state = 'waiting' and m.state in ('running', 'paused')
  and greatest(d.due_at, m.not_before) < %(until)s
union all
select customer_id from care_card where state = 'open' and day < %(last)s
union all
select customer_id from care_visit
where state = 'planned' and day >= %(today)s and day < %(last)s"""
COUNTED = """
select e.customer_id, count(*) from ({each}) e
join customers_customer c on c.id = e.customer_id and c.state = 'active'
  and (%(all)s or c.book_id = any (%(books)s))
group by e.customer_id"""


@dataclass(frozen=True)
class Load:
    """How many customers have 0, 1, 2, 3 and more, by span; and the caps they fall under."""

    spans: dict[str, dict[str, int]]
    customers: int
    week_cap: int
    month_cap: int


def load(viewer: Person, at: datetime) -> Load:
    """The distribution over the viewer's customers."""
    everybody = _customers(viewer).count()
    caps = company_policy(on=core.local_date(at)).caps
    spans = {span: rules.burden(_counts(viewer, span, at), everybody) for span in SPANS}
    return Load(spans, everybody, caps.week, caps.month)


def behind(viewer: Person, span: str, n: str, at: datetime) -> QuerySet[Customer]:
    """The customers who have so many in a span; "3" is three and more."""
    counts = _counts(viewer, span, at)
    found = _customers(viewer).select_related("book__owner").order_by("number")
    if n == "0":
        return found.exclude(pk__in=list(counts))
    return found.filter(pk__in=[who for who, many in counts.items() if str(min(many, 3)) == n])


def _customers(viewer: Person) -> QuerySet[Customer]:
    return Customer.objects.visible_to(viewer).filter(state=Customer.State.ACTIVE)


def _counts(viewer: Person, span: str, at: datetime) -> dict[int, int]:
    today, days = core.local_date(at), SPANS[span]
    told: dict[str, Any] = {
        "since": at - timedelta(days=days), "now": at, "until": at + timedelta(days=days),
        "today": today, "last": today + timedelta(days=days),
        "all": viewer.scope.everything, "books": list(viewer.scope.books),
    }  # fmt: skip
    with connection.cursor() as db:
        db.execute(COUNTED.format(each=AHEAD if span == "ahead" else HAD), told)
        return dict(db.fetchall())
