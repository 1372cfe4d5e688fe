"""What a rule would have given: tried on what happened, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import reader
from regulars.server.loyalty.models import EarningRule, Programme
from regulars.server.loyalty.reader import Span

DAYS = 90
SHOWN = 8
MEMBERS = """
select f.fact_key, m.customer_id, m.joined_on from loyalty_membership m
join customers_customer c on c.id = m.customer_id
join customers_factkey f on f.customer_id = m.customer_id
where m.left_on is null and (%(all)s or c.book_id = any (%(books)s))"""


@dataclass(frozen=True)
class Preview:
    """A rule over the last days: how many would have got how much, and what that costs."""

    days: int
    members: int
    of: int
    times: int
    points: int
    cost: Decimal
    most: tuple[tuple[Customer, int], ...]

    @property
    def share(self) -> float:
        return self.members / self.of if self.of else 0.0


def preview(viewer: Person, rule: EarningRule, at: datetime, *, days: int = DAYS) -> Preview:
    """Try a rule on what the viewer's members did in the last days, as if it held then."""
    today = core.local_date(at)
    first = today - timedelta(days=days)
    scope = viewer.scope
    with connection.cursor() as db:
        db.execute(MEMBERS, {"all": scope.everything, "books": list(scope.books)})
        members = [(key, who, min(joined, first)) for key, who, joined in db.fetchall()]
    if not reader.hold(members):
        return Preview(days, 0, 0, 0, 0, Decimal(0), ())
    found = reader.earned(
        _as_if(rule, first), Span(None, first, today),
        scale=core.minor_units(), zone=str(core.time_zone()),
    )  # fmt: skip
    sums: dict[int, int] = {}
    for who, _source, _ref, _amount, points, _day in found:
        sums[who] = sums.get(who, 0) + int(points)
    best = sorted(sums, key=lambda who: (-sums[who], who))[:SHOWN]
    known = Customer.objects.visible_to(viewer).select_related("book").in_bulk(best)
    programme = Programme.objects.first()
    cost = programme.unit_cost if programme and rule.currency == "points" else Decimal(0)
    return Preview(
        days=days,
        members=len(sums),
        of=len({who for _key, who, _on in members}),
        times=len(found),
        points=sum(sums.values()),
        cost=cost * sum(sums.values()),
        most=tuple((known[who], sums[who]) for who in best if who in known),
    )


def _as_if(rule: EarningRule, first: date) -> EarningRule:
    """The same terms, in force since a day."""
    tried = EarningRule(
        kind=rule.kind, points=rule.points, per=rule.per, about=rule.about,
        currency=rule.currency, valid_from=first,
    )  # fmt: skip
    return tried
