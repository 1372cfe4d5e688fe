"""What the points out there will cost: cohorts by month, breakage, liability."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.loyalty import rules
from regulars.server.loyalty.models import EarningRule, Programme

AGES = 36  # months after the issue that are looked at
BROUGHT = "-brought"  # ends the code of a cohort that came by file
SHOWN = (0, 1, 2, 3, 6, 9, 12, 18, 24)  # of which the triangle shows these
COHORTS = """
select date_trunc('month', l.issued_on)::date as month, l.opening_id is not null as brought,
       sum(l.points), sum(l.pending),
       sum(l.active), sum(l.spent), sum(l.expired), sum(l.reversed + l.adjusted + l.paid)
from loyalty_lot l join loyalty_account a on a.id = l.account_id and a.currency = 'points'
join customers_customer c on c.id = a.customer_id
where (%(all)s or c.book_id = any (%(books)s)) group by 1, 2 order by 1, 2 desc"""
SPENT = """
select date_trunc('month', l.issued_on)::date, l.opening_id is not null,
       (extract(year from e.day) - extract(year from l.issued_on)) * 12
       + extract(month from e.day) - extract(month from l.issued_on),
       sum(case when e.target = 'spent' then e.points else -e.points end)
from loyalty_entry e join loyalty_lot l on l.id = e.lot_id
join loyalty_account a on a.id = l.account_id and a.currency = 'points'
join customers_customer c on c.id = a.customer_id
where (e.target = 'spent' or e.source = 'spent')
  and (%(all)s or c.book_id = any (%(books)s)) group by 1, 2, 3 order by 1, 2, 3"""


@dataclass(frozen=True)
class Row:
    """One cohort: the points issued in a month, and what became of them.

    What a file brought along is a cohort of its own: nobody knows how old its points are, so
    it tells nothing of how others go on, and the breakage of all stands in for its own.
    """

    month: date
    is_brought: bool
    issued: int
    pending: int
    active: int
    spent: int
    expired: int
    other: int
    shares: tuple[Decimal, ...]  # redeemed until so many months after, of what was issued
    ultimate: Decimal | None
    liability: Decimal

    @property
    def code(self) -> str:
        return self.month.isoformat() + (BROUGHT if self.is_brought else "")

    @property
    def shown(self) -> list[Decimal | None]:
        """The shares at the ages of the triangle's columns."""
        return [self.shares[a] if a < len(self.shares) else None for a in SHOWN]


@dataclass(frozen=True)
class Worth:
    """The figures of the page of liability."""

    rows: tuple[Row, ...]
    breakage: Decimal
    is_assumed: bool
    unit_cost: Decimal
    active: int
    pending: int
    issued: int
    spent: int
    expired: int
    liability: Decimal
    life: int

    @property
    def cost(self) -> str:
        return rules.plain(self.unit_cost)

    @property
    def held(self) -> int:
        return self.active + self.pending

    @property
    def shown_ages(self) -> tuple[int, ...]:
        return SHOWN

    @property
    def reversed_rows(self) -> tuple[Row, ...]:
        """The newest first."""
        return self.rows[::-1]


def worth(viewer: Person, at: datetime) -> Worth | None:
    """Cohorts of the viewer's customers, and what their points will cost; None without a
    programme."""
    programme = Programme.objects.first()
    if programme is None:
        return None
    today = core.local_date(at)
    counted = _cohorts(viewer)
    spent = _spent(viewer)
    life = _life()
    cohorts = {
        (month, brought): rules.Cohort(
            month.isoformat(),
            int(sums[0]),
            int(sums[2]),
            _cumulated(spent[month, brought], month, today),
        )
        for month, brought, *sums in counted
    }
    earned = [key for key in cohorts if not key[1]]
    known = rules.development([cohorts[key] for key in earned], life=life)
    ultimates = dict(zip(earned, known.ultimate, strict=True))
    breakage = programme.assumed_breakage if known.breakage is None else known.breakage
    rows = []
    for month, brought, *sums in counted:
        cohort, ultimate = cohorts[month, brought], ultimates.get((month, brought))
        issued, pending, active, used, expired, other = (int(each) for each in sums)
        share = breakage if ultimate is None else 1 - ultimate
        rows.append(
            Row(
                month=month, is_brought=brought,
                issued=issued, pending=pending, active=active, spent=used,
                expired=expired, other=other,
                shares=tuple(Decimal(n) / issued for n in cohort.spent) if issued else (),
                ultimate=ultimate,
                liability=rules.liability(active + pending, share, programme.unit_cost),
            )
        )  # fmt: skip
    return Worth(
        rows=tuple(rows),
        breakage=breakage,
        is_assumed=known.breakage is None,
        unit_cost=programme.unit_cost,
        active=sum(row.active for row in rows),
        pending=sum(row.pending for row in rows),
        issued=sum(row.issued for row in rows),
        spent=sum(row.spent for row in rows),
        expired=sum(row.expired for row in rows),
        liability=sum((row.liability for row in rows), Decimal(0)),
        life=life,
    )


def _cohorts(viewer: Person) -> list[tuple[Any, ...]]:
    return [row for row in _asked(COHORTS, viewer) if row[2]]


def _spent(viewer: Person) -> dict[tuple[date, bool], dict[int, int]]:
    found: dict[tuple[date, bool], dict[int, int]] = defaultdict(dict)
    for month, brought, age, points in _asked(SPENT, viewer):
        found[month, brought][int(age)] = int(points)
    return found


def _asked(statement: str, viewer: Person) -> list[tuple[Any, ...]]:
    scope = viewer.scope
    with connection.cursor() as db:
        db.execute(statement, {"all": scope.everything, "books": list(scope.books)})
        return list(db.fetchall())


def _cumulated(by_age: dict[int, int], month: date, today: date) -> tuple[int, ...]:
    """Redeemed until the end of each month that is over.

    Not of the running one: on its first days it would look as if nobody redeemed any more.
    """
    age = (today.year - month.year) * 12 + today.month - month.month
    total, found = 0, []
    for each in range(min(age, AGES + 1)):
        total += by_age.get(each, 0)
        found.append(total)
    return tuple(found)


def _life() -> int:
    """Months after which points are over, by the terms; the longest terms count."""
    spans = [
        rule.span if rule.lasts == EarningRule.Lasts.MONTHS else (rule.span + 1) * 12
        for rule in EarningRule.objects.filter(
            currency="points", state=EarningRule.State.IN_FORCE
        ).exclude(lasts=EarningRule.Lasts.ALWAYS)
    ]
    return min(max(spans, default=24), AGES)


def example() -> rules.Allocation:
    """The worked example of the page: a sale of 800 with 2,000 points (IFRS 15)."""
    return rules.allocate(
        Decimal(800), points=2_000, worth=Decimal("0.012"), redeemed=Decimal("0.8")
    )
