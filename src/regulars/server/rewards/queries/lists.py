"""Lists of coupons and gifts: the desk, the counter, the codes of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Job, Person
from regulars.server.core.rules import Permission
from regulars.server.rewards import rules
from regulars.server.rewards.models import (
    Batch,
    Coupon,
    Present,
    Redemption,
    RedemptionQuerySet,
)
from regulars.server.rewards.queries.customers import SOON
from regulars.server.rewards.queries.spans import Span
from regulars.server.rewards.queries.terms import OUT

PAGE = 50
MANY = "rewards.many"  # the job that gives a segment its coupons
# Codes of a batch: in one state; ever given to somebody; over in whatever way.
CODES = ("free", "issued", "redeemed", "expired", "void", "given", "over")
SHOWS = ("waiting", "approved", "handed", "late", "received", "refused", "ending")
ON_ITS_WAY = timedelta(days=14)  # longer than that somebody asks where it is


@dataclass(frozen=True)
class Desk:
    """What waits, counted."""

    waiting: int
    approved: int
    handed: int
    late: int
    received: int
    ending: int


def desk(viewer: Person, at: datetime) -> Desk:
    """Gifts to approve, to hand over, on their way, received this month; coupons that end."""
    found = Present.objects.visible_to(viewer)
    waiting, approved, handed = (
        found.filter(state=state).count() for state in ("waiting", "approved", "handed")
    )
    received = _received(found, core.local_date(at)).count()
    late = presents(viewer, "late", at).count()
    return Desk(waiting, approved, handed, late, received, ending(viewer, at).count())


def presents(viewer: Person, show: str, at: datetime) -> QuerySet[Present]:
    """Gifts in one state: those under way with the oldest first, the others newest first."""
    found = Present.objects.visible_to(viewer).select_related("customer", "gift", "place")
    found = found.select_related("asked_by", "handed_by")
    if show == "received":
        return _received(found, core.local_date(at)).order_by("-received_at", "-pk")
    if show == "refused":
        return found.filter(state__in=("refused", "withdrawn", "returned")).order_by("-pk")
    if show == "late":
        late = found.filter(state="handed", handed_at__lt=at - ON_ITS_WAY)
        return late.order_by("handed_at", "pk")
    return found.filter(state=show).order_by("asked_at", "pk")


def ending(viewer: Person, at: datetime) -> QuerySet[Coupon]:
    """Issued coupons whose last day is near, the soonest first."""
    today = core.local_date(at)
    found = Coupon.objects.visible_to(viewer).filter(
        state="issued", expires_on__range=(today, today + timedelta(days=SOON))
    )
    return found.select_related("customer", "batch__kind").order_by("expires_on", "pk")


def pressing(viewer: Person, at: datetime) -> int:
    """Gifts that wait for this person: to be approved by who leads, else to be handed over,
    or on their way too long.
    """
    found = Present.objects.visible_to(viewer)
    if viewer.may(Permission.SEE_TEAM):
        return found.filter(state="waiting").exclude(asked_by=viewer).count()
    late = Q(state="handed", handed_at__lt=at - ON_ITS_WAY)
    return found.filter(Q(state="approved") | late).count()


def taken_today(viewer: Person, at: datetime) -> list[Redemption]:
    """What was taken today where the viewer stands, the newest first: what may be taken back.

    Whose coupon it was is told to those who see the customer; the code stays with its paper.
    """
    with scope.beyond():
        found = _at_the_desk(viewer).standing().filter(on=core.local_date(at))
        return list(found.order_by("-pk")[:PAGE])


def redemption(viewer: Person, public_id: str) -> Redemption | None:
    """One that was taken where the viewer stands, or by the viewer."""
    with scope.beyond():
        return _at_the_desk(viewer).filter(public_id=public_id).first()


def codes(viewer: Person, batch_pk: int, show: str = "") -> QuerySet[Coupon]:
    """The codes of a batch that the viewer sees, what each cost; `show` is one of CODES."""
    found = Coupon.objects.visible_to(viewer).filter(batch=batch_pk)
    if show == "given":
        found = found.filter(OUT)
    elif show == "over":
        found = found.filter(state__in=("expired", "void"))
    elif show:
        found = found.filter(state=show)
    taken = Redemption.objects.standing().filter(coupon=OuterRef("pk"))
    found = found.annotate(cost=Subquery(taken.values("cost")[:1]))
    return found.select_related("customer").order_by("pk")


def errands(viewer: Person, batch: Batch) -> list[Job]:
    """The last times that a segment was given coupons of a batch."""
    found = Job.objects.filter(kind=MANY, subject=batch.public_id)
    return list(found.select_related("asked_by")[:3])


def errand(viewer: Person, public_id: str) -> Job | None:
    return Job.objects.filter(kind=MANY, public_id=public_id).first()


def coupons_after(
    viewer: Person, *, customer: str, state: str, after: str, most: int
) -> list[Coupon] | None:
    """Customers' coupons, the newest first; None for a cursor of another list."""
    found = Coupon.objects.visible_to(viewer).filter(customer__isnull=False)
    found = found.select_related("customer", "batch__kind").order_by("-issued_at", "-pk")
    if customer:
        found = found.filter(customer__public_id=customer)
    if state:
        found = found.filter(state=state)
    if after:
        last = found.filter(public_id=after).first()
        if last is None:
            return None
        same = Q(issued_at=last.issued_at, pk__lt=last.pk)
        found = found.filter(Q(issued_at__lt=last.issued_at) | same)
    return list(found[:most])


def presents_after(
    viewer: Person, *, customer: str, state: str, after: str, most: int
) -> list[Present] | None:
    """Customers' gifts, the newest first; None for a cursor of another list."""
    found = Present.objects.visible_to(viewer).order_by("-pk")
    found = found.select_related("customer", "gift", "place")
    if customer:
        found = found.filter(customer__public_id=customer)
    if state:
        found = found.filter(state=state)
    if after:
        last = found.filter(public_id=after).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(found[:most])


def _at_the_desk(viewer: Person) -> RedemptionQuerySet:
    """Whoever brings a coupon is at any counter: the place counts, not the customer's book."""
    found = Redemption.objects.select_related("coupon__batch__kind", "place", "person")
    if viewer.scope.everything:
        return found
    return found.filter(Q(person=viewer) | Q(place=viewer.org_unit))


def _received(found: QuerySet[Present], today: date) -> QuerySet[Present]:
    month = rules.month_of(today)
    start = Span(month.start, month.last).start
    return found.filter(state="received", received_at__gte=start)
