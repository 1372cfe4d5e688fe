"""What one customer has: privileges left, coupons, gifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import queries as loyalty
from regulars.server.rewards import rules
from regulars.server.rewards.models import Coupon, Present, Privilege, Redemption, Use
from regulars.server.rewards.queries import terms
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

SOON = 7  # days before its end that a coupon is pointed at


@dataclass(frozen=True)
class Entitled:
    """One privilege of a customer's tier in the period of today."""

    privilege: Privilege
    quota: int | None
    used: int
    period: rules.Period

    @property
    def left(self) -> int | None:
        return rules.left(self.quota, self.used)

    @property
    def is_open(self) -> bool:
        return self.left is None or self.left > 0


@dataclass(frozen=True)
class View:
    """Everything that a customer has, and had in the last twelve months."""

    tier: TierMark | None
    privileges: tuple[Entitled, ...]
    coupons: tuple[Coupon, ...]
    presents: tuple[Present, ...]
    uses: tuple[Use, ...]
    cost: Decimal

    @property
    def is_empty(self) -> bool:
        return not (self.privileges or self.coupons or self.presents or self.uses)


def entitled(viewer: Person, customer: Customer, at: datetime) -> tuple[Entitled, ...]:
    """Privileges that the tier in force brings, with what is left of each."""
    tier = tiers.tier_of(viewer, customer)
    return _entitled(viewer, customer, tier, at)


def view(viewer: Person, customer: Customer, at: datetime) -> View:
    """Of one customer whom the viewer sees."""
    tier, today = tiers.tier_of(viewer, customer), core.local_date(at)
    since = today - timedelta(days=365)
    coupons = (
        Coupon.objects.visible_to(viewer)
        .filter(customer=customer)
        .select_related("batch__kind")
        .order_by("-issued_at", "-pk")
    )
    presents = Present.objects.visible_to(viewer).filter(customer=customer)
    presents = presents.select_related("gift", "place", "asked_by", "signature")
    uses = Use.objects.visible_to(viewer).filter(customer=customer, used_on__gte=since)
    seen = list(uses.select_related("privilege", "by"))
    taken, got = list(coupons), list(presents)
    cost = sum((one.cost for one in seen if one.undone_at is None), Decimal(0))
    paid = Redemption.objects.standing().filter(coupon__in=taken, on__gte=since)
    cost += sum((one.cost for one in paid), Decimal(0))
    gone = presents.costing().filter(asked_on__gte=since)
    cost += sum((one.cost for one in gone), Decimal(0))
    return View(
        tier, _entitled(viewer, customer, tier, at), tuple(taken), tuple(got), tuple(seen), cost
    )


def coupon(viewer: Person, public_id: str) -> Coupon | None:
    found = Coupon.objects.visible_to(viewer).select_related("batch__kind", "customer")
    return found.filter(public_id=public_id).first()


def present(viewer: Person, public_id: str) -> Present | None:
    found = Present.objects.visible_to(viewer).select_related(
        *("customer", "gift", "place", "asked_by", "decided_by", "handed_by", "signature")
    )
    return found.filter(public_id=public_id).first()


def use(viewer: Person, public_id: str) -> Use | None:
    found = Use.objects.visible_to(viewer).select_related("privilege", "customer")
    return found.filter(public_id=public_id).first()


def shelves_for(viewer: Person, customer: Customer) -> list[OrgUnit]:
    """Places where a gift for a customer may lie: the viewer's and that of the book."""
    own = {viewer.org_unit_id, customer.book.org_unit_id}
    found = {each.pk: each for each in terms.places(viewer)}
    places = [found[pk] for pk in found if pk in own]
    return places or [viewer.org_unit]


def points_of(viewer: Person, customer: Customer, at: datetime) -> int | None:
    """What a customer may pay with; None of who collects none."""
    found = loyalty.view(viewer, customer, at)
    return found.account.active if found else None


def _entitled(
    viewer: Person, customer: Customer, tier: TierMark | None, at: datetime
) -> tuple[Entitled, ...]:
    if tier is None:
        return ()
    today, level = core.local_date(at), str(tier.level)
    standing = [one for one in terms.privileges_at(today) if level in one.quotas]
    uses = Use.objects.visible_to(viewer).standing().filter(customer=customer)
    counted = uses.values("code", "period_start").annotate(n=Count("pk"))
    used = {(row["code"], row["period_start"]): row["n"] for row in counted}
    found = []
    for one in standing:
        period = rules.period(one.period, today)
        found.append(
            Entitled(one, one.quotas[level], used.get((one.code, period.start), 0), period)
        )
    return tuple(found)
