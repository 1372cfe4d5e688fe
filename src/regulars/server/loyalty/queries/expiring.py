"""Points that end soon: for the customer's page, and for the morning's reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Lot, Membership

AHEAD = 60  # days
MARK = "points"  # begins the cycle of a reminder: "points@20261223:30"
# When a reminder still stands: there are points of that last day.
STANDS = f"""where t.cycle !~ '^{MARK}@[0-9]{{8}}:' or exists (
    select 1 from loyalty_lot l join loyalty_account a on a.id = l.account_id
    where a.customer_id = t.customer_id and a.currency = 'points' and l.active > 0
      and to_char(l.expires_on, 'YYYYMMDD')
          = substring(t.cycle from '^{MARK}@([0-9]{{8}}):'))"""


@dataclass(frozen=True)
class Expiring:
    """Points of one customer whose last day is the same."""

    customer_id: int
    on: date
    points: int


def expiring(first: date, last: date) -> list[Expiring]:
    """Everybody's points that end within some days; for the system."""
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
    return [
        Expiring(row["account__customer"], row["expires_on"], row["points"]) for row in found
    ]


def soon(viewer: Person, customer: Customer, day: date) -> list[Expiring]:
    """One customer's points that end within the next days, the soonest first."""
    own = Account.objects.visible_to(viewer).filter(customer=customer, currency=Currency.POINTS)
    found: Any = (
        Lot.objects.filter(
            account__in=own, active__gt=0,
            expires_on__range=(day, day + timedelta(days=AHEAD)),
        )
        .values("expires_on")
        .annotate(points=Sum("active"))
        .order_by("expires_on")
    )  # fmt: skip
    return [Expiring(customer.pk, row["expires_on"], row["points"]) for row in found]
