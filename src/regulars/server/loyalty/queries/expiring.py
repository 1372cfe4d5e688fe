"""Points that end soon: for the customer's page, and for the morning's reminders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Lot, Membership, Notice

AHEAD = 60  # days
MARK = "points"  # begins the cycle of a reminder: "points@20261223:30"
# When a reminder still stands: there are points of that last day.
# Or more of them than the customer was told of.
STANDS = f"""where t.cycle !~ '^{MARK}@[0-9]{{8}}:' or exists (
    select 1 from loyalty_lot l join loyalty_account a on a.id = l.account_id
    where a.customer_id = t.customer_id and a.currency = 'points' and l.active > 0
      and to_char(l.expires_on, 'YYYYMMDD')
          = substring(t.cycle from '^{MARK}@([0-9]{{8}}):')
    group by l.expires_on having sum(l.active) > coalesce((
      select max(n.points) from loyalty_notice n
      where n.customer_id = t.customer_id and n.ends_on = l.expires_on), 0))"""


@dataclass(frozen=True)
class Expiring:
    """Points of one customer whose last day is the same."""

    customer_id: int
    on: date
    points: int
    told: Notice | None = None  # the last time that the customer was told of that day

    @property
    def is_told(self) -> bool:
        return self.told is not None and self.told.points >= self.points


def expiring(first: date, last: date) -> list[Expiring]:
    """Everybody's points that end within some days, untold; for the system."""
    members = Membership.objects.standing().values("customer")
    found: Any = (
        Lot.objects.filter(
            account__currency=Currency.POINTS, active__gt=0, expires_on__range=(first, last),
            account__customer__in=members,
        )
        .values("account__customer", "expires_on")
        .annotate(points=Sum("active"))
        .order_by("account__customer", "expires_on")
    )  # fmt: skip
    told: dict[tuple[int, date], int] = {}
    rows = Notice.objects.filter(ends_on__range=(first, last)).values_list(
        "customer", "ends_on", "points"
    )
    for customer, on, points in rows:
        told[customer, on] = max(points, told.get((customer, on), 0))
    return [
        Expiring(row["account__customer"], row["expires_on"], row["points"])
        for row in found
        if row["points"] > told.get((row["account__customer"], row["expires_on"]), 0)
    ]


def untold(customer_id: int, day: date) -> list[Expiring]:
    """What of one customer's points ends soon, and nobody told them of."""
    own = Account.objects.filter(customer=customer_id, currency=Currency.POINTS)
    return [each for each in _of(own, customer_id, day) if not each.is_told]


def days_of(cycles: Iterable[str]) -> list[date]:
    """The last days that some reminders are about; none for those of another system."""
    found = (re.match(rf"{MARK}@(\d{{4}})(\d\d)(\d\d):", each) for each in cycles)
    return [date(int(met[1]), int(met[2]), int(met[3])) for met in found if met]


def soon(viewer: Person, customer: Customer, day: date) -> list[Expiring]:
    """One customer's points that end within the next days, the soonest first."""
    own = Account.objects.visible_to(viewer).filter(customer=customer, currency=Currency.POINTS)
    return _of(own, customer.pk, day)


def _of(own: Any, customer_id: int, day: date) -> list[Expiring]:
    found: Any = (
        Lot.objects.filter(
            account__in=own, active__gt=0,
            expires_on__range=(day, day + timedelta(days=AHEAD)),
        )
        .values("expires_on")
        .annotate(points=Sum("active"))
        .order_by("expires_on")
    )  # fmt: skip
    rows = Notice.objects.filter(customer=customer_id, ends_on__gte=day).select_related(
        "told_by"
    )
    told = {each.ends_on: each for each in rows.order_by("points", "pk")}  # the most comes last
    return [
        Expiring(customer_id, row["expires_on"], row["points"], told.get(row["expires_on"]))
        for row in found
    ]
