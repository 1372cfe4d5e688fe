"""The rows behind each figure of the page of costs, all told alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Entry, Movement, Programme
from regulars.server.rewards.models import Coupon, Present, Redemption, Use
from regulars.server.rewards.queries.spans import Span
from regulars.server.rewards.queries.terms import places
from regulars.server.tiers.models import Assignment

WHATS = ("uses", "issued", "redeemed", "presents", "points", "all")
COSTING = ("uses", "redeemed", "presents", "points")  # all of them together: "all"
LEVEL = {
    "uses": "level", "issued": "level", "redeemed": "coupon__level", "presents": "level",
    "points": "level",
}  # fmt: skip
DAY = {"uses": "used_on", "redeemed": "on", "points": "day"}
NOBODYS = 9  # the level of paper that whoever brought it: of no customer, so of no tier


@dataclass(frozen=True)
class Spent:
    """One row: who got what when, and what it costs; None where it costs nothing yet."""

    what: str
    customer: Customer | None
    benefit: str
    note: str
    day: date
    level: int | None
    cost: Decimal | None
    present: str = ""  # where the page of a gift is


def behind(viewer: Person, what: str, level: int | None, span: Span) -> QuerySet[Any]:
    """The rows of one kind; level 0 is without a tier, None all of them."""
    found: QuerySet[Any] = _BY[what](viewer, span)
    if level is None:
        return found
    if level == NOBODYS:
        return (
            found.filter(coupon__customer__isnull=True) if what == "redeemed" else found.none()
        )
    if level:
        return found.filter(**{LEVEL[what]: level})
    found = found.filter(**{f"{LEVEL[what]}__isnull": True})
    return found.filter(coupon__customer__isnull=False) if what == "redeemed" else found


def rows(
    viewer: Person, what: str, level: int | None, span: Span, *, begin: int, most: int
) -> list[Spent]:
    """Some of the rows, the newest first; "all" mixes every kind that costs something."""
    if what != "all":
        found = behind(viewer, what, level, span)[begin : begin + most]
        return [_told(one, what) for one in found]
    parts = [_keys(viewer, each, level, span) for each in COSTING]
    mixed = parts[0].union(*parts[1:], all=True).order_by("-spent_on", "kind", "-id")
    keys = [(row["kind"], row["id"]) for row in mixed[begin : begin + most]]
    held: dict[tuple[str, int], Spent] = {}
    for kind in COSTING:
        wanted = [pk for each, pk in keys if each == kind]
        for one in behind(viewer, kind, level, span).filter(pk__in=wanted):
            held[kind, one.pk] = _told(one, kind)
    return [held[key] for key in keys]


def every(viewer: Person, what: str, level: int | None, span: Span) -> Iterator[Spent]:
    """Each row, however many there are."""
    for kind in COSTING if what == "all" else (what,):
        for one in behind(viewer, kind, level, span).iterator(chunk_size=2_000):
            yield _told(one, kind)


def heads() -> list[str]:
    """The head of such a list as a table."""
    return [
        _("Customer number"),
        pgettext("benefit", "Benefit"),
        _("Day"),
        _("Level of tier"),
        _("Cost"),
        pgettext("benefit", "State"),
    ]


def lines(found: Iterable[Spent]) -> Iterator[list[object]]:
    """Its rows: without names, and without codes that could be redeemed."""
    for one in found:
        number = one.customer.number if one.customer else ""
        cost = "" if one.cost is None else one.cost
        state = one.note if one.what in {"issued", "presents"} else ""
        yield [number, one.benefit, one.day, one.level or "", cost, state]


def _uses(viewer: Person, span: Span) -> QuerySet[Use]:
    found = Use.objects.visible_to(viewer).standing()
    found = found.filter(used_on__range=(span.first, span.last))
    return found.select_related("customer", "privilege").order_by("-used_on", "-pk")


def _issued(viewer: Person, span: Span) -> QuerySet[Coupon]:
    found = Coupon.objects.visible_to(viewer).filter(
        customer__isnull=False, issued_on__range=(span.first, span.last)
    )
    return found.select_related("customer", "batch__kind").order_by("-issued_on", "-pk")


def _redeemed(viewer: Person, span: Span) -> QuerySet[Redemption]:
    """What is nobody's, on paper, counts where it was brought: not at every branch."""
    found = Redemption.objects.standing().filter(
        coupon__in=Coupon.objects.visible_to(viewer), on__range=(span.first, span.last)
    )
    if not viewer.scope.everything:
        here = Q(place__in=[each.pk for each in places(viewer, own=True)])
        found = found.filter(Q(coupon__customer__isnull=False) | here)
    return found.select_related("coupon__customer", "coupon__batch__kind").order_by(
        "-on", "-pk"
    )


def _presents(viewer: Person, span: Span) -> QuerySet[Present]:
    found = (
        Present.objects.visible_to(viewer)
        .costing()
        .filter(handed_at__gte=span.start, handed_at__lt=span.stop)
    )
    return found.select_related("customer", "gift", "place").order_by("-handed_at", "-pk")


def _points(viewer: Person, span: Span) -> QuerySet[Movement]:
    """Points that were redeemed for anything but our coupons and gifts, less what came back.

    They cost what the programme says of one point; the tier is the one of now.
    """
    programme = Programme.objects.first()
    each = programme.unit_cost if programme else Decimal(0)
    spent = Entry.objects.filter(movement=OuterRef("pk"), target="spent").order_by()
    back = Entry.objects.filter(movement__undoes=OuterRef("pk"), source="spent").order_by()
    tier = Assignment.objects.standing().filter(customer=OuterRef("account__customer"))
    return (
        Movement.objects.filter(
            # The coupon or gift itself counts, and may be another book's by now.
            ~Q(key__startswith="coupon:"),
            ~Q(key__startswith="present:"),
            what=Movement.What.REDEEM,
            day__range=(span.first, span.last),
            account__in=Account.objects.visible_to(viewer),
        )
        .annotate(
            points=_sum(spent, "movement") - _sum(back, "movement__undoes"),
            level=Subquery(tier.values("level")[:1]),
        )
        .filter(points__gt=0)
        .annotate(
            cost=ExpressionWrapper(
                F("points") * Value(each), DecimalField(max_digits=14, decimal_places=2)
            )
        )
        .select_related("account__customer")
        .order_by("-day", "-pk")
    )


_BY: dict[str, Any] = {
    "uses": _uses, "issued": _issued, "redeemed": _redeemed, "presents": _presents,
    "points": _points,
}  # fmt: skip


def _sum(found: QuerySet[Entry], by: str) -> Any:
    total = found.values(by).annotate(sum=Sum("points")).values("sum")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def _keys(viewer: Person, what: str, level: int | None, span: Span) -> QuerySet[Any]:
    found = behind(viewer, what, level, span).order_by()
    kind = Value(what, output_field=CharField())
    day: Any = F(DAY[what]) if what in DAY else TruncDate("handed_at", tzinfo=core.time_zone())
    keys: QuerySet[Any] = found.values("id", kind=kind).annotate(spent_on=day)
    return keys


def _told(one: Any, what: str) -> Spent:
    if what == "uses":
        name, day = str(one.privilege), one.used_on
        return Spent(what, one.customer, name, one.note, day, one.level, one.cost)
    if what == "issued":
        name, state = str(one.batch.kind), one.get_state_display()
        return Spent(what, one.customer, name, state, one.issued_on, one.level, None)
    if what == "redeemed":
        coupon = one.coupon
        name = str(coupon.batch.kind)
        return Spent(what, coupon.customer, name, "", one.on, coupon.level, one.cost)
    if what == "points":
        name = ngettext("%(n)s point", "%(n)s points", one.points) % {"n": one.points}
        who = one.account.customer
        return Spent(what, who, name, one.ref, one.day, one.level, round(one.cost, 2))
    return Spent(
        what, one.customer, str(one.gift), one.get_state_display(),
        core.local_date(one.handed_at), one.level, one.cost, one.public_id,
    )  # fmt: skip
