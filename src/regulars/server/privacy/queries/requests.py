"""What people asked for, and what an erasure would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from regulars.server.core import custody
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.privacy import rules
from regulars.server.privacy.models import Request, RequestQuerySet


@dataclass(frozen=True)
class Fate:
    """What an erasure would do to one sort of rows."""

    title: str
    rows: int
    deleted: bool
    because: str


def requests(viewer: Person, *, state: str = "") -> RequestQuerySet:
    """Requests of customers whom the viewer sees, the next due first."""
    if not viewer.may(Permission.HANDLE_RIGHTS):
        return Request.objects.none()
    found = Request.objects.visible_to(viewer).select_related("customer", "closed_by")
    return found.filter(state=state) if state else found


def one(viewer: Person, public_id: str) -> Request | None:
    found = requests(viewer).filter(public_id=public_id)
    return found.select_related("customer__book", "opened_by", "closed_by").first()


def requests_of(viewer: Person, customer: Customer) -> RequestQuerySet:
    """One customer's requests, for whoever may see the customer."""
    found = Request.objects.visible_to(viewer).filter(customer=customer)
    return found.order_by("-received_on", "-pk")


def counts(viewer: Person) -> dict[str, int]:
    found = requests(viewer).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(found)


def late_count(viewer: Person, today: date) -> int:
    return requests(viewer).waiting().filter(due_on__lt=today).count()


def soon(viewer: Person, today: date) -> int:
    """How many are due within the next working days, and not late yet."""
    last = core.work_calendar().add_workdays(today, rules.SOON)
    return requests(viewer).waiting().filter(due_on__range=(today, last)).count()


def due(today: date) -> RequestQuerySet:
    """Open requests that are late or due soon, for the system's own reminders."""
    last = core.work_calendar().add_workdays(today, rules.SOON)
    return Request.objects.waiting().filter(due_on__lte=last).order_by("due_on", "pk")


def fate(customer: Customer) -> list[Fate]:
    """Sort by sort, what an erasure would delete and what it would keep, and why."""
    found: dict[tuple[str, bool, str], int] = {}
    for rows in custody.all_rows():
        count = rows.of(customer.pk).count()
        if count:
            key = (str(rows.title), rows.erased == custody.DELETED, str(rows.because))
            found[key] = found.get(key, 0) + count
    return [
        Fate(title, count, deleted, "" if deleted else because)
        for (title, deleted, because), count in sorted(found.items())
    ]


def to_be_searched() -> RequestQuerySet:
    """Erasures after which the files were not searched yet, for the system itself."""
    return Request.objects.filter(traces__isnull=False).order_by("pk")


def answered_before(moment: datetime) -> RequestQuerySet:
    """What was answered before a moment, and needs nothing more."""
    return Request.objects.filter(closed_at__lt=moment, traces__isnull=True)


def old_requests(before: datetime) -> int:
    return answered_before(before).count()
