"""The benefits of the demo: a year of coupons, gifts and privileges, as people give them.

Who is of a good tier uses what the tier brings, now and then; coupons come with birthdays,
festivals and for points, and half of them are redeemed; gifts wait for managers, are handed
over and signed for. Everything goes through the actions that staff use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from regulars.base.errors import RegularsError
from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account
from regulars.server.rewards import actions
from regulars.server.rewards.models import Batch, Gift, Present, Privilege
from regulars.server.site.signing import drawn
from regulars.server.tiers.models import Assignment

DEMO = System("demo")
USES, COUPONS, GIFTS, BOUGHT = 160, 130, 70, 8  # of the year, in the company
Quotas = dict[int, int | None]
BANK: tuple[tuple[str, str, str, str, int, Quotas], ...] = (
    ("no_queue", "优先叫号", "No queue", "year", 2, {5: None, 4: None, 3: None}),
    (
        "fee_waiver",
        "转账手续费减免",
        "Transfer fees waived",
        "month",
        5,
        {5: None, 4: 10, 3: 5},
    ),
    ("home_service", "上门服务", "Service at home", "quarter", 60, {5: 3, 4: 1}),
    ("vip_room", "机场贵宾厅", "Airport lounge", "year", 120, {5: 6, 4: 2}),
    ("invitation", "专属沙龙邀请", "Invitation to a salon", "year", 200, {5: 4, 4: 2}),
    ("course", "理财小课堂", "Course on wealth", "quarter", 30, {5: 2, 4: 2, 3: 1}),
    ("one_decision", "授信一次审批", "One credit decision", "year", 80, {5: 2}),
)
SHOP: tuple[tuple[str, str, str, str, int, Quotas], ...] = (
    ("no_queue", "优先结账", "Till without a queue", "year", 1, {5: None, 4: None}),
    ("fee_waiver", "免运费", "Delivery for nothing", "month", 8, {5: None, 4: 4, 3: 2}),
    ("home_service", "送货上门安装", "Set up at home", "quarter", 50, {5: 2, 4: 1}),
    ("invitation", "新品品鉴会", "Invitation to a tasting", "year", 80, {5: 4, 4: 2}),
    ("course", "烘焙课", "Baking course", "quarter", 40, {5: 2, 4: 1, 3: 1}),
)
KINDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("生日洗车券", "Car wash for the birthday",
     {"what": "thing", "unit_cost": 25, "condition": "birthday", "days": 60}),
    ("生鲜满 100 减 20", "20 off fresh food",
     {"what": "value", "value": 20, "least": 100, "unit_cost": 12, "condition": "festival",
      "days": 30}),
    ("电影票兑换券", "Cinema ticket",
     {"what": "thing", "unit_cost": 35, "condition": "points", "points": 1200, "days": 90}),
    ("咖啡八折券", "Coffee, 20 percent off",
     {"what": "percent", "percent": 20, "unit_cost": 6, "condition": "event", "days": 45}),
)  # fmt: skip
THINGS = (
    ("G01", "明前绿茶一盒", "Green tea", 68, None),
    ("G02", "五常大米 5 公斤", "Rice, 5 kg", 45, 1500),
    ("G03", "真丝丝巾", "Silk scarf", 180, None),
    ("G04", "紫砂壶", "Teapot", 380, None),
    ("G05", "节气台历", "Calendar", 18, 600),
    ("G06", "保温杯", "Thermos flask", 75, 2400),
)
OCCASIONS = (
    ("birthday", "生日，电话里约好上门送。"),
    ("festival", "节日拜访随手礼。"),
    ("anniversary", "合作满五年。"),
    ("apology", "上次等候太久，表示歉意。"),
    ("surprise", "聊到孩子高考结束，送份小惊喜。"),
    ("life", "乔迁新居。"),
    ("thanks", "介绍了朋友来，感谢。"),
)


@dataclass(frozen=True)
class Served:
    """A customer of a good tier and whoever looks after them."""

    customer: Customer
    owner: Person
    level: int


def live(*, kind: str, today: date, at: datetime) -> None:
    """Begin a year ago and play it up to this morning."""
    start = add_months(today, -12).replace(day=1)
    by = Person.objects.filter(role="marketer").order_by("pk").first() or DEMO
    begun = _noon(start)
    privileges = _privileges(kind, by, begun)
    batches = _batches(by, begun)
    gifts = _shelves(by, begun)
    served = _served()
    if not served:
        return
    days = [start + timedelta(days=n) for n in range((today - start).days)]
    _uses(served, privileges, days)
    _coupons(served, batches, days)
    _gifts(served, gifts, days, today)
    actions.expire(by=DEMO, at=at)


def _privileges(kind: str, by: Person | System, at: datetime) -> list[Privilege]:
    return [
        actions.write_privilege(
            kind=what, name=name, name_en=name_en, period=period, unit_cost=Decimal(cost),
            quotas=quotas, by=by, at=at,
        )
        for what, name, name_en, period, cost, quotas in (BANK if kind == "bank" else SHOP)
    ]  # fmt: skip


def _batches(by: Person | System, at: datetime) -> list[Batch]:
    found = []
    for name, name_en, told in KINDS:
        terms: dict[str, Any] = {
            n: Decimal(v) if n in {"value", "percent", "least", "unit_cost"} else v
            for n, v in told.items()
        }
        made = actions.write_kind(name=name, name_en=name_en, **terms, by=by, at=at)
        named = f"{at.year + 1} 年度"
        found.append(
            actions.make_batch(made, name=named, size=400, per_customer=0, by=by, at=at)
        )
    return found


def _shelves(by: Person | System, at: datetime) -> list[Gift]:
    places = OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code")
    found = []
    for code, name, name_en, cost, points in THINGS:
        gift = actions.write_gift(
            code=code, name=name, name_en=name_en, unit_cost=Decimal(cost), points=points,
            condition="none", by=by, at=at,
        )  # fmt: skip
        for place in places:
            actions.arrive(gift, place, 12 + _throw(f"{code}/{place.code}", 20), by=by, at=at)
        found.append(gift)
    return found


def _served() -> list[Served]:
    """Customers of the better tiers with an owner, mixed by a throw."""
    standing = Assignment.objects.standing().filter(level__gte=3)
    levels = dict(standing.values_list("customer_id", "level"))
    rows = Customer.objects.filter(
        pk__in=levels, state=Customer.State.ACTIVE, deceased_on=None, book__owner__isnull=False
    ).select_related("book__owner", "book__org_unit")
    found = [Served(each, each.book.owner, levels[each.pk]) for each in rows if each.book.owner]
    return sorted(found, key=lambda one: (crc32(one.customer.number.encode()), one.customer.pk))


def _uses(served: Sequence[Served], privileges: list[Privilege], days: list[date]) -> None:
    """The better the tier the more it is used."""
    often = [one for one in served for _n in range(one.level * one.level - 8)]
    for n in range(USES):
        one = often[_throw(f"use/{n}", len(often))]
        brings = [p for p in privileges if str(one.level) in p.quotas]
        if not brings:
            continue
        chosen = brings[_throw(f"which/{n}", len(brings))]
        at = _at(days[_throw(f"day/{n}", len(days))], n)
        _try(
            actions.use, one.customer, chosen, key=f"demo:use:{n}", by=one.owner,
            place=one.customer.book.org_unit, at=at,
        )  # fmt: skip


def _coupons(served: Sequence[Served], batches: list[Batch], days: list[date]) -> None:
    """Given with birthdays and festivals, or for points; every second one is redeemed."""
    rich = _rich(served)
    for n in range(COUPONS):
        batch = batches[_throw(f"kind/{n}", len(batches))]
        among = rich if batch.kind.points else served
        if not among:
            continue
        one = among[_throw(f"who/{n}", len(among))]
        day = days[-1 - _throw(f"given/{n}", len(days))]
        give = actions.buy if batch.kind.points else actions.issue
        if batch.kind.points:
            day = days[-1]  # points are spent by today's balance
        made = _try(
            give, batch, one.customer, key=f"demo:coupon:{n}", by=one.owner, at=_at(day, n)
        )
        later = day + timedelta(days=2 + _throw(f"till/{n}", 40))
        if made and _throw(f"used/{n}", 2) and made.expires_on >= later <= days[-1]:
            _try(
                actions.redeem, made.code, key=f"demo:till:{n}", by=one.owner,
                place=one.customer.book.org_unit, amount=Decimal(120), at=_at(later, n),
            )  # fmt: skip


def _rich(served: Sequence[Served]) -> list[Served]:
    """Those who can pay with points."""
    found = Account.objects.filter(currency="points", active__gte=1_200)
    able = set(found.values_list("customer_id", flat=True))
    return [one for one in served if one.customer.pk in able]


def _in_the_fullest(served: Sequence[Served]) -> list[Served]:
    """Those of the fullest book and of the fullest branch: whom a visitor of the demo sees."""
    books = Counter(one.customer.book_id for one in served).most_common(1)
    places = Counter(one.customer.book.org_unit_id for one in served).most_common(1)
    (book, _n), (place, _m) = books[0], places[0]
    return [
        one
        for one in served
        if one.customer.book_id == book or one.customer.book.org_unit_id == place
    ]


def _gifts(served: Sequence[Served], gifts: list[Gift], days: list[date], today: date) -> None:
    """Asked for, approved, handed over, signed for; the last ones are still under way."""
    chiefs, seen = _chiefs(), _in_the_fullest(served)
    for n in range(GIFTS):
        among = seen if n >= GIFTS - 12 and n % 3 else served
        one = among[(n * 7 + _throw(f"gift/{n}", 5)) % len(among)]
        gift = gifts[_throw(f"thing/{n}", len(gifts))]
        occasion, reason = OCCASIONS[_throw(f"why/{n}", len(OCCASIONS))]
        recent = n >= GIFTS - 12
        # A third of them in the last weeks: the desk of this month is not empty.
        span = 15 if n % 3 == 0 else len(days) - 9
        ago = 1 + _throw(f"ago/{n}", 4) if recent else 6 + _throw(f"ago/{n}", span)
        day = today - timedelta(days=ago)
        made: Present | None = _try(
            actions.ask, one.customer, gift, place=one.customer.book.org_unit,
            occasion=occasion, reason=reason, key=f"demo:gift:{n}", by=one.owner,
            at=_at(day, n),
        )  # fmt: skip
        if made is not None:
            _goes_on(made, one, chiefs.get(one.customer.book.org_unit_id), day, n, recent)
    _for_points(served, [gift for gift in gifts if gift.points], today)


def _for_points(served: Sequence[Served], gifts: list[Gift], today: date) -> None:
    """Members fetch what points bought; one comes for it soon, one will not have it."""
    for n, one in enumerate(_rich(served)[:BOUGHT]):
        day = today - timedelta(days=2 + 3 * n)
        made: Present | None = _try(
            actions.ask, one.customer, gifts[n % len(gifts)], place=one.customer.book.org_unit,
            occasion=Present.Occasion.POINTS, reason="", key=f"demo:bought:{n}", by=one.owner,
            at=_at(day, n),
        )  # fmt: skip
        if made is None or n == 0:
            continue
        at = _at(day + timedelta(days=1), n)
        if n == 1:
            _try(actions.withdraw, made, by=one.owner, at=at)
            continue
        png = drawn(one.customer.number)
        _try(actions.hand_over, made, png=png, by=one.owner, at=at)


def _goes_on(
    made: Present, one: Served, chief: Person | None, day: date, n: int, recent: bool
) -> None:
    if made.state == Present.State.WAITING:
        if chief is None or recent:
            return
        if _throw(f"no/{n}", 6) == 0:
            _try(
                actions.refuse, made, note="本季已送过同类礼品。", by=chief, at=_at(day, n + 3)
            )
            return
        made = _try(actions.approve, made, by=chief, at=_at(day, n + 3)) or made
    if recent and n % 3:
        return
    png = b"" if recent else drawn(one.customer.number)
    _try(actions.hand_over, made, png=png, by=one.owner, at=_at(day + timedelta(days=1), n))


def _chiefs() -> dict[int, Person]:
    found = Person.objects.filter(role="manager", is_active=True).order_by("-pk")
    return {each.org_unit_id: each for each in found}


def _try(act: Any, *given: Any, **told: Any) -> Any:
    """What the rules refuse, the demo leaves: a quota used, a shelf that is empty."""
    try:
        return act(*given, **told)
    except RegularsError:
        return None


def _throw(words: str, sides: int) -> int:
    return crc32(f"treats/{words}".encode()) % max(1, sides)


def _at(day: date, n: int) -> datetime:
    return datetime.combine(day, time(9 + n % 8, n * 7 % 60), core.time_zone())


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), core.time_zone())
