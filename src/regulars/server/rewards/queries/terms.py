"""Terms: kinds of coupons, batches, privileges, gifts and their shelves, the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.rewards import rules
from regulars.server.rewards.models import (
    Batch,
    Coupon,
    CouponKind,
    Gift,
    Policy,
    Present,
    Privilege,
    Redemption,
    Stock,
    StockMove,
)
from regulars.server.tiers import queries as tiers

# Codes that are out: given to somebody, or printed for whoever brings them.
OUT = Q(issued_at__isnull=False) | Q(batch__is_bearer=True, batch__printed_at__isnull=False)
GONE = ("handed", "received")


@dataclass(frozen=True)
class Shelf:
    """One place, and how many of a gift lie there."""

    place: OrgUnit
    held: int


@dataclass(frozen=True)
class Shelved:
    """One gift with its shelves that the viewer may see."""

    gift: Gift
    shelves: tuple[Shelf, ...]
    given: int  # to customers whom the viewer sees, from those shelves

    @property
    def held(self) -> int:
        return sum(shelf.held for shelf in self.shelves)


@dataclass(frozen=True)
class Given:
    """What one level of tiers has of a privilege."""

    level: int
    name: str
    quota: int | None
    has: bool


def policy() -> Policy:
    """What the company set; until then what is usual."""
    return Policy.objects.filter(pk=1).first() or Policy(pk=1)


def kinds(viewer: Person) -> QuerySet[CouponKind]:
    """Every version of every kind, the newest first within a kind."""
    batches = Batch.objects.order_by("-pk")
    return CouponKind.objects.prefetch_related(Prefetch("batches", batches))


def kind(viewer: Person, public_id: str) -> CouponKind | None:
    return CouponKind.objects.filter(public_id=public_id).first()


def holds(terms: CouponKind | Privilege, day: date) -> bool:
    """Whether terms are in force on a day."""
    begun = terms.valid_from <= day
    return begun and (terms.valid_until is None or terms.valid_until > day)


def batches(viewer: Person) -> QuerySet[Batch]:
    """Batches with how many of their codes the viewer sees, and what became of these.

    Every figure counts the rows that it opens: codes that are nobody's, and those of the
    viewer's customers.
    """
    seen = Coupon.objects.visible_to(viewer)
    taken = Redemption.objects.standing().filter(coupon__batch=OuterRef("pk")).order_by()
    taken = taken.filter(coupon__in=seen)
    cost = taken.values("coupon__batch").annotate(sum=Sum("cost")).values("sum")
    return Batch.objects.select_related("kind").annotate(
        codes=_coupons(seen),
        given=_coupons(seen.filter(OUT)),
        redeemed=_coupons(seen.filter(state="redeemed")),
        over=_coupons(seen.filter(state__in=("expired", "void"))),
        cost=Coalesce(Subquery(cost), Decimal(0)),
    )


def _coupons(found: QuerySet[Coupon]) -> Any:
    """How many of a batch's coupons are among those."""
    own = found.filter(batch=OuterRef("pk")).order_by().values("batch")
    counted = own.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def batch(viewer: Person, public_id: str) -> Batch | None:
    return batches(viewer).filter(public_id=public_id).first()


def offered(viewer: Person, at: datetime) -> list[Batch]:
    """Batches of which something may be issued to a customer now."""
    today = core.local_date(at)
    found = Batch.objects.select_related("kind").filter(
        Q(kind__until__isnull=True) | Q(kind__until__gte=today),
        closed_at__isnull=True, is_bearer=False,
    )  # fmt: skip
    return [each for each in found.order_by("name", "pk") if each.issued < each.made]


def privileges(viewer: Person) -> QuerySet[Privilege]:
    """Every version, the newest first within a privilege."""
    return Privilege.objects.order_by("code", "-version")


def privilege(viewer: Person, public_id: str) -> Privilege | None:
    return Privilege.objects.filter(public_id=public_id).first()


def privileges_at(day: date) -> list[Privilege]:
    """Those in force on a day."""
    found = Privilege.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day
    )
    return list(found.order_by("kind", "name", "pk"))


def levels_of(found: Privilege | None) -> list[Given]:
    """All levels of tiers, best first, with what each has of a privilege."""
    names, quotas = tiers.names_of_levels(), found.quotas if found else {}
    return [
        Given(level, names.get(level, str(level)), quotas.get(str(level)), str(level) in quotas)
        for level in rules.LEVELS
        if level in names or str(level) in quotas
    ]


def gifts(viewer: Person) -> QuerySet[Gift]:
    return Gift.objects.order_by("-is_offered", "code")


def gift(viewer: Person, public_id: str) -> Gift | None:
    return Gift.objects.filter(public_id=public_id).first()


def places(viewer: Person, *, own: bool = False) -> list[OrgUnit]:
    """Places whose shelves the viewer sees: the `own` one and those below it."""
    found = OrgUnit.objects.order_by("path")
    if viewer.scope.everything or (viewer.may(Permission.EDIT_LOYALTY) and not own):
        return list(found)
    return list(found.filter(path__startswith=viewer.org_unit.path))


def place(viewer: Person, pk: int) -> OrgUnit | None:
    return next((each for each in places(viewer) if each.pk == pk), None)


def shelved(viewer: Person) -> list[Shelved]:
    """Every gift with the shelves that the viewer sees."""
    seen = {each.pk: each for each in places(viewer)}
    held: dict[int, list[Shelf]] = {}
    stock = Stock.objects.filter(place__in=seen).order_by("place__path")
    for row in stock:
        held.setdefault(row.gift_id, []).append(Shelf(seen[row.place_id], row.held))
    own = given(viewer, seen.values()).filter(gift=OuterRef("pk")).order_by().values("gift")
    counted = own.annotate(n=Count("pk")).values("n")
    found = gifts(viewer).annotate(
        given=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )
    return [Shelved(each, tuple(held.get(each.pk, ())), each.given) for each in found]


def given(viewer: Person, places: Iterable[OrgUnit]) -> QuerySet[Present]:
    """Gifts that were handed over from some places, on their way or received, newest first."""
    found = Present.objects.visible_to(viewer).filter(state__in=GONE, place__in=list(places))
    found = found.select_related("customer", "gift", "place", "asked_by")
    return found.order_by("-handed_at", "-pk")


def shelves(viewer: Person, found: Gift) -> list[Shelf]:
    """Where a gift lies, of the places that the viewer sees."""
    seen = {each.pk: each for each in places(viewer)}
    stock = Stock.objects.filter(gift=found, place__in=seen).order_by("place__path")
    return [Shelf(seen[row.place_id], row.held) for row in stock]


def moves(viewer: Person, found: Gift, *, most: int = 50) -> list[StockMove]:
    """What came and went on the shelves that the viewer sees, the newest first."""
    seen = StockMove.objects.filter(gift=found, place__in=[p.pk for p in places(viewer)])
    return list(seen.select_related("place", "present")[:most])


def lying(viewer: Person, found: Iterable[OrgUnit]) -> list[tuple[Gift, OrgUnit, int]]:
    """Gifts that are offered and lie at some places now."""
    stock = Stock.objects.filter(place__in=list(found), held__gt=0, gift__is_offered=True)
    rows = stock.select_related("gift", "place").order_by("gift__unit_cost", "gift", "place")
    return [(row.gift, row.place, row.held) for row in rows]
