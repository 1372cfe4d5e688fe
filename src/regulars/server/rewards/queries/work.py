"""What benefits lay on the day: gifts to hand over, privileges unused, coupons that end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import override

from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.detect import Row, Work
from regulars.server.rewards import rules
from regulars.server.rewards.models import Coupon, CouponKind, Present, Privilege, Use
from regulars.server.rewards.queries import terms
from regulars.server.tiers.models import Assignment

GIFT, UNUSED, COUPON = (
    TRIGGERS[code].code for code in ("gift_waiting", "privilege_unused", "coupon_expiring")
)
WEEK = timedelta(days=7)
BACK = timedelta(days=60)  # older ones stand on the page of gifts
# So many days before the end of a period its unused privileges are spoken of; a month is
# too short to remind anybody of.
AHEAD = {"quarter": 14, "year": 45}
# Cycles: "gift:12:2026-12-02", "privilege:2026-12-31", "coupon-12@20261202:7".
GIFT_STANDS = """where exists (select 1 from rewards_present e
    where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'approved')"""
UNUSED_STANDS = """where not exists (select 1 from rewards_use e
    where e.customer_id = t.customer_id and e.undone_at is null and e.at >= t.made_at)"""
COUPON_STANDS = """where t.cycle !~ '^coupon-[0-9]+@' or exists (
    select 1 from rewards_coupon e where e.state = 'issued'
      and e.id = substring(t.cycle from '^coupon-([0-9]+)@')::bigint)"""


def gifts(day: date) -> list[Work]:
    """Approved gifts that nobody handed over yet; a week is time for it."""
    found = Present.objects.filter(
        state=Present.State.APPROVED, decided_on__range=(day - BACK, day)
    )
    return [
        _handing(each, each.decided_on)
        for each in found.select_related("gift").order_by("customer", "pk")
        if each.decided_on
    ]


def unused(day: date) -> list[Work]:
    """Customers of the better tiers whose privileges end soon, none used in the period."""
    held = terms.privileges_at(day)
    levels = [each for each in rules.LEVELS if each >= terms.policy().unused_from]
    return [work for level in levels for work in _unused_of(level, held, day)]


def coupons(day: date) -> list[Row]:
    """Everybody's coupons that end within a week."""
    found = Coupon.objects.filter(
        state=Coupon.State.ISSUED, expires_on__range=(day, day + WEEK), customer__isnull=False
    )
    rows = found.select_related("batch__kind").order_by("customer", "expires_on", "pk")
    return [
        Row(one.customer_id, f"coupon-{one.pk}", one.expires_on, facts=_named(one.batch.kind))
        for one in rows
        if one.customer_id is not None and one.expires_on is not None
    ]


def _unused_of(level: int, held: Sequence[Privilege], day: date) -> list[Work]:
    """Those of one level; what it has without limit ends for nobody."""
    ends: dict[date, list[Privilege]] = {}
    for one in held:
        last = rules.period(one.period, day).last
        near = day + timedelta(days=AHEAD.get(one.period, -1)) >= last
        if near and one.quotas.get(str(level)) and one.unit_cost > 0:
            ends.setdefault(last, []).append(one)
    codes = {one.code for some in ends.values() for one in some}
    standing = Assignment.objects.standing().filter(level=level)
    found = []
    for last, some in sorted(ends.items()):
        start = min(rules.period(one.period, day).start for one in some)
        used = Use.objects.standing().filter(code__in=codes, used_on__gte=start)
        waiting = standing.exclude(customer__in=used.values("customer")).order_by("customer")
        zh = "、".join(one.name for one in some[:3])
        en = ", ".join(one.name_en or one.name for one in some[:3])
        found += [
            Work(pk, "privilege", last, zh, step_en=en, since=day, happened=last)
            for pk in waiting.values_list("customer_id", flat=True)
        ]
    return found


def _handing(one: Present, decided: date) -> Work:
    """Hand over a gift, named with its occasion in Chinese and in English."""
    with override("zh-hans"):
        zh = f"{one.gift.name}（{one.get_occasion_display()}）"
    with override("en"):
        en = f"{one.gift.name_en or one.gift.name} ({one.get_occasion_display()})"
    return Work(
        one.customer_id, f"gift:{one.pk}", decided + WEEK, zh,
        step_en=en, what="gift", since=decided,
    )  # fmt: skip


def not_ours(rows: Sequence[Row]) -> list[Row]:
    """Of coupons that files tell of, those that are not in our register."""
    codes = {rules.plain(row.ref) for row in rows if row.ref}
    ours = set(Coupon.objects.filter(code__in=codes).values_list("code", flat=True))
    return [row for row in rows if not row.ref or rules.plain(row.ref) not in ours]


def _named(kind: CouponKind) -> dict[str, str]:
    return {"coupon_zh": kind.name, "coupon_en": kind.name_en or kind.name}
