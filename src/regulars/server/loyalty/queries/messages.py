"""What a message may say of a member's points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, Sum

from regulars.server.content.rules.message_fields import Field, Situation
from regulars.server.content.rules.shape import Words
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Lot
from regulars.server.loyalty.queries.expiring import AHEAD

ENDING = Words("60 天内到期的积分", "Points that end within 60 days")
FIRST = Words("最早到期日", "Day the first end")
MESSAGE_FIELDS = (
    Field("points.balance", Words("可用积分", "Points they have"), 1_280, "number"),
    Field("points.expiring", ENDING, 300, "number"),
    Field("points.expires_on", FIRST, date(2026, 12, 31), "date"),
)


def points_of(customers: Sequence[Customer], asked: Situation) -> dict[int, dict[str, Any]]:
    """The points of members; who has none that end has no day."""
    ids = [one.pk for one in customers]
    own = Account.objects.filter(customer__in=ids, currency=Currency.POINTS).order_by()
    found: dict[int, dict[str, Any]] = {
        pk: {"points.balance": active} for pk, active in own.values_list("customer", "active")
    }
    until = asked.today + timedelta(days=AHEAD)
    lots = Lot.objects.filter(
        account__customer__in=ids, account__currency=Currency.POINTS, active__gt=0,
        expires_on__range=(asked.today, until),
    )  # fmt: skip
    ending = lots.order_by().values("account__customer")
    for row in ending.annotate(sum=Sum("active"), first=Min("expires_on")):
        values = {"points.expiring": row["sum"], "points.expires_on": row["first"]}
        found.setdefault(row["account__customer"], {}).update(values)
    return found
