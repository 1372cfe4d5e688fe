"""Visits, for one viewer: those of a day, those ahead, those of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from regulars.server.alerts import queries as alerts
from regulars.server.care.models import Visit
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer

# So long a visit that was never written up stands on the list of its person.
OWED = timedelta(days=14)
RECENT = timedelta(days=90)


def visits(viewer: Person) -> QuerySet[Visit]:
    """Visits to customers whom the viewer may see."""
    seen = Customer.objects.visible_to(viewer)
    found = Visit.objects.visible_to(viewer).filter(customer__in=seen)
    return found.select_related("customer", "person", "beside")


def visit(viewer: Person, public_id: str) -> Visit | None:
    """One visit, or None for what the viewer may not see."""
    return visits(viewer).filter(public_id=public_id).first()


def visits_of_day(viewer: Person, at: datetime, *, book: Book | None = None) -> list[Visit]:
    """What stands on the day's list: the visits of today, and those not yet written up.

    One's own; of a colleague's book the visits to its customers.
    """
    today = core.local_date(at)
    whose = Q(customer__book=book) if book else _goes(viewer)
    found = visits(viewer).filter(whose, state=Visit.State.PLANNED)
    return list(found.filter(day__range=(today - OWED, today)).order_by("day", "hour", "pk"))


def visits_of(viewer: Person, start: date, stop: date) -> list[Visit]:
    """The viewer's own visits of `[start, stop)`, those that were called off too."""
    found = visits(viewer).filter(_goes(viewer), day__gte=start, day__lt=stop)
    return list(found.order_by("day", "hour", "pk"))


def visits_within(
    viewer: Person, books: Sequence[Book], start: date, stop: date
) -> list[Visit]:
    """Planned visits in `[start, stop)`: one's own, and those to customers of some books."""
    whose = _goes(viewer) | Q(customer__book__in=books)
    found = visits(viewer).filter(whose, state=Visit.State.PLANNED)
    return list(found.filter(day__gte=start, day__lt=stop).order_by("day", "hour", "pk"))


def visits_to(viewer: Person, customer: Customer) -> list[Visit]:
    """The visits to a customer that are still ahead, or not written up."""
    found = visits(viewer).filter(customer=customer, state=Visit.State.PLANNED)
    return list(found.order_by("day", "hour", "pk"))


def companions(viewer: Person, customer: Customer) -> QuerySet[Person]:
    """Who may come along to a customer: whoever answers for the book, and those above."""
    return alerts.may_hold(customer.book).exclude(pk=viewer.pk)


def _goes(viewer: Person) -> Q:
    """Visits that somebody makes, or comes along on."""
    return Q(person=viewer) | Q(beside=viewer)
