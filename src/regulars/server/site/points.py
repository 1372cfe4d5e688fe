"""The loyalty programme of the demo: two years of points out of what its customers did.

The months are lived through in their order: points are earned from the facts of each month,
some are redeemed for what a bank's mall has, some of that is given back, the oldest end.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.db import connection

from regulars.base.periods import add_months
from regulars.server.core import actions as core
from regulars.server.core import queries as company
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, EarningRule, Membership

DEMO = System("demo")
TABLES = ("loyalty_account", "loyalty_lot", "loyalty_entry", "loyalty_movement",
          "loyalty_membership")  # fmt: skip
MEMBERS = 7  # one person in so many collects
GOODS = (
    ("茶具一套", 3_000),
    ("话费 30 元", 900),
    ("食用油 5 升", 1_600),
    ("停车券 10 元", 300),
)
REDEEM = 6  # one member in so many redeems in a month
MOST = 40  # redemptions of one month
WISHES = (5_000, 5_500)  # asked for this week; such amounts wait for a second person
SPEND: dict[str, Any] = {"kind": "amount", "points": 1, "per": 2, "span": 18}
DINE = SPEND | {"about": {"categories": ["dining"]}}
DEALS: dict[str, Any] = {
    "kind": "deals",
    "points": 200,
    "about": {"deals": 6, "months": 1},
    "span": 18,
}
GROW: dict[str, Any] = {"kind": "amount", "points": 1, "per": 1, "span": 12}
TERMS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("消费积分", "Spending", "points", SPEND),
    ("餐饮多倍", "Dining twice", "points", DINE),
    ("月月有礼", "Six deals in a month", "points", DEALS),
    ("成长值", "Spending", "tier", GROW),
)
LEVELS = (
    {"code": "silver", "name": "银穗", "name_en": "Silver ear", "from": 2_000},
    {"code": "gold", "name": "金穗", "name_en": "Golden ear", "from": 8_000},
    {"code": "black", "name": "黑金", "name_en": "Black ear", "from": 20_000},
)


def live(*, today: date, at: datetime) -> None:
    """Begin the programme two years ago, and play it up to this morning."""
    start = add_months(today, -24).replace(day=1)
    by = Person.objects.filter(role="marketer").order_by("pk").first() or DEMO
    begun = _noon(start)
    _set_up(start, by=by, at=begun)
    _join(start, at=begun)
    month, months = add_months(start, 1), 0
    while month <= today:
        _month(month, at=_noon(month))
        if months in (0, 3, 12):  # what grows from nothing is planned for anew
            core.refresh_statistics(*TABLES)
        # Quarter by quarter at first, then every other month, and each of the last ones.
        step = 3 if months < 12 else 2 if months < 20 else 1
        month, months = add_months(month, step), months + step
    loyalty.earn_from_facts(by=DEMO, at=at, dated=True)
    _asked_for(at=at)
    core.refresh_statistics(*TABLES)


def _set_up(start: date, *, by: Person | System, at: datetime) -> None:
    loyalty.set_up(
        name="金穗积分", name_en="Golden Ear", prefix="600", began_on=start,
        unit_cost=Decimal("0.008"), approval_from=5_000, by=by, at=at,
    )  # fmt: skip
    for name, name_en, currency, terms in TERMS:
        rule: EarningRule = loyalty.draft(
            name=name, name_en=name_en, currency=currency, lasts="months", valid_from=start,
            by=by, at=at, **{"about": {}, "per": None, "pending_days": 7} | terms,
        )  # fmt: skip
        loyalty.adopt(rule, by=by, at=at)
    loyalty.set_levels(list(LEVELS), months=12, valid_from=start, by=by, at=at)


def _join(start: date, *, at: datetime) -> None:
    """Persons join over the first months, some later; who came later, later."""
    found = Customer.objects.filter(kind="person", state="active").order_by("pk")
    joining = []
    for pk, number, since in found.values_list("pk", "number", "since"):
        dice = crc32(f"join/{number}".encode())
        if dice % MEMBERS == 0:
            on = start + timedelta(days=dice // 7 % 200)
            joining.append((pk, max(on, since) if since else on))
    today = company.local_date(at)
    loyalty.join_many(
        ((pk, max(on, today)) for pk, on in joining), by=DEMO, at=at,
        source=Membership.Source.PAGE,
    )  # fmt: skip


def _month(month: date, *, at: datetime) -> None:
    """What a month brought, and who redeemed at its end; a few bring back what they took."""
    loyalty.earn_from_facts(by=DEMO, at=at, until=month, dated=True)
    with connection.cursor() as db:
        db.execute(
            "select a.customer_id, a.active from loyalty_account a "
            "where a.currency = 'points' and a.active >= 300 order by a.id"
        )
        rich = list(db.fetchall())
    willing = [each for each in rich if crc32(f"{month}/{each[0]}".encode()) % REDEEM == 0]
    chosen = sorted(willing, key=lambda each: -each[1])[:MOST]
    known = Customer.objects.in_bulk([who for who, _active in chosen])
    for who, active in chosen:
        dice = crc32(f"goods/{month}/{who}".encode())
        words, price = next(
            (each for each in GOODS[dice % 4 :] + GOODS if each[1] <= active), GOODS[-1]
        )
        key = f"demo:{month}:{who}"
        times = max(1, min(9, active // price))
        words = f"{words} × {times}" if times > 1 else words
        points = price * times
        spent = loyalty.redeem(known[who], points=points, key=key, ref=words, by=DEMO, at=at)
        if dice % 25 == 0:
            loyalty.give_back(spent.movement, key=f"{key}:back", by=DEMO, at=at)


def _asked_for(*, at: datetime) -> None:
    """Two wishes of this week wait for a second person."""
    best = Account.objects.filter(currency="points", active__gte=WISHES[0]).order_by("-active")
    chosen = best.filter(customer__book__owner__isnull=False).select_related(
        "customer__book__owner"
    )
    for n, (account, points) in enumerate(zip(chosen[:2], WISHES, strict=False)):
        owner = account.customer.book.owner
        assert owner is not None
        loyalty.ask(
            account.customer, "redeem", points_=min(points, account.active),
            key=f"demo:wish:{n}", reason="换茶具一套，客户下周来取。", by=owner,
            at=at - timedelta(hours=2),
        )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), company.time_zone())
