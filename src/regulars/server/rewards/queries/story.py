"""What a person may get a copy of beyond plain rows, and what the timeline tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.rewards.models import Coupon, Present, Redemption, Signature, Undoing, Use
from regulars.server.segments.queries import Told


def signed(customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """When they signed for gifts, and the name that was typed."""
    found = Signature.objects.filter(present__customer=customer_id).order_by("pk")
    rows = [
        {"at": one.at.isoformat(), "typed": one.typed, "drawn": bool(one.png)} for one in found
    ]
    return {str(_("Signatures for gifts")): rows}


def old_signatures(before: datetime) -> int:
    return Signature.objects.filter(at__lt=before).count()


def old_coupons(before: datetime) -> int:
    """Coupons that were over before a moment and still name their customer."""
    return Coupon.objects.over(before).count()


def taken_back(customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Redemptions that were undone, and why."""
    found = Undoing.objects.filter(redemption__coupon__customer=customer_id).order_by("pk")
    rows = [{"at": one.at.isoformat(), "reason": one.reason} for one in found]
    return {str(_("Redemptions taken back")): rows}


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Coupons issued and redeemed, gifts handed over, privileges used; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [
        *_coupons(viewer, customer), *_presents(viewer, customer), *_uses(viewer, customer),
    ]  # fmt: skip
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]


def _coupons(viewer: Person, customer: Customer) -> Iterator[Told]:
    rows = Coupon.objects.visible_to(viewer).filter(customer=customer)
    with scope.beyond():  # a file of another book may have paid, before it went into this one
        known = list(rows.select_related("batch__kind", "movement"))
    for one in known:
        named = {"what": one.batch.kind}
        if one.issued_at:
            yield Told(one.issued_at, "tag", _("Coupon given: %(what)s") % named, _paid(one))
    taken = Redemption.objects.filter(coupon__in=rows).select_related(
        "coupon__batch__kind", "undoing"
    )
    for each in taken:
        named = {"what": each.coupon.batch.kind}
        yield Told(each.at, "tag", _("Coupon redeemed: %(what)s") % named, "", "a")
        if each.is_undone:
            told = _("Redemption taken back: %(what)s") % named
            yield Told(each.undoing.at, "tag", told, each.undoing.reason)


def _paid(one: Coupon) -> str:
    """What it cost in points, where it did; the programme does not tell it again."""
    points = one.movement.answer.get("points") if one.movement else None
    return _("for %(n)s points") % {"n": points} if points else ""


def _presents(viewer: Person, customer: Customer) -> Iterator[Told]:
    rows = Present.objects.visible_to(viewer).filter(customer=customer)
    for one in rows.exclude(handed_at=None, points=None).select_related("gift"):
        if one.points:
            told = _("Gift asked for: %(what)s") % {"what": one.gift}
            yield Told(one.asked_at, "gift", told, _("for %(n)s points") % {"n": one.points})
        if one.handed_at:
            told = _("Gift handed over: %(what)s") % {"what": one.gift}
            yield Told(one.handed_at, "gift", told, one.get_occasion_display(), "a")
        if one.returned_at:
            told = _("Gift came back: %(what)s") % {"what": one.gift}
            yield Told(one.returned_at, "gift", told, one.returned_because)


def _uses(viewer: Person, customer: Customer) -> Iterator[Told]:
    rows = Use.objects.visible_to(viewer).standing().filter(customer=customer)
    for one in rows.select_related("privilege"):
        told = _("Privilege used: %(what)s") % {"what": one.privilege}
        yield Told(one.at, "star", told, one.note)
