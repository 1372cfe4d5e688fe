"""Reads of what was learned outside our own books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.evidence.models import Evidence


@dataclass(frozen=True)
class Cell:
    """Notes of one rival and one reason."""

    competitor: str
    reason: str
    customers: int
    amount: Decimal


def of(viewer: Person, customer: Customer, *, on: date) -> QuerySet[Evidence]:
    """What counts of one customer on a day, newest first."""
    known = Evidence.objects.visible_to(viewer).counting_on(on).filter(customer=customer)
    return known.select_related("noted_by")


def one(viewer: Person, public_id: str) -> Evidence | None:
    """A standing note by its address, if the viewer may see it."""
    found = Evidence.objects.visible_to(viewer).standing().filter(public_id=public_id)
    return found.select_related("customer").first()


def competitors(viewer: Person, *, most: int = 200) -> list[str]:
    """Names of rivals as they were written, the commonest first."""
    named = Evidence.objects.visible_to(viewer).standing().exclude(competitor="")
    by_name = named.values("competitor").annotate(n=Count("pk")).order_by("-n", "competitor")
    return [row["competitor"] for row in by_name[:most]]


def cells(viewer: Person, kinds: Sequence[str], start: date, stop: date) -> list[Cell]:
    """Customers and money by rival and reason, of notes from start to stop, both included."""
    notes = _noted(viewer, kinds, start, stop).order_by()
    by = notes.values("competitor", "reason").annotate(
        customers=Count("customer", distinct=True), amount=Sum("amount")
    )
    return [
        Cell(row["competitor"], row["reason"], row["customers"], row["amount"] or Decimal(0))
        for row in by.order_by("-customers", "competitor", "reason")
    ]


def notes(
    viewer: Person,
    kinds: Sequence[str],
    start: date,
    stop: date,
    *,
    competitor: str | None = None,
    reason: str = "",
) -> QuerySet[Evidence]:
    """The notes behind a figure, newest first."""
    wanted = Q()
    if competitor is not None:
        wanted &= Q(competitor=competitor)
    if reason:
        wanted &= Q(reason=reason)
    found = _noted(viewer, kinds, start, stop).filter(wanted)
    return found.select_related("customer", "customer__book__owner", "noted_by")


def _noted(viewer: Person, kinds: Sequence[str], start: date, stop: date) -> QuerySet[Evidence]:
    standing = Evidence.objects.visible_to(viewer).standing()
    return standing.filter(kind__in=list(kinds), noted_on__gte=start, noted_on__lte=stop)
