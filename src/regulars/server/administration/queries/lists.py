"""Reads behind the administration's lists: people, places, books, days, jobs, trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from regulars.server.administration.queries import words
from regulars.server.core import queries as core
from regulars.server.core.models import (
    AuditEntry,
    Book,
    CalendarDay,
    Job,
    OrgUnit,
    Person,
)
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer

CUSTOMER = "customers.Customer"


@dataclass(frozen=True)
class Place:
    """One unit of the tree with what hangs below it."""

    unit: OrgUnit
    depth: int
    people: int
    books: int
    customers: int


@dataclass(frozen=True)
class Year:
    """What is known of a year's public holidays."""

    year: int
    free: int
    worked: int


@dataclass(frozen=True)
class Line:
    """One entry of the trail with the people in it named."""

    entry: AuditEntry
    actor: Person | None
    subject: Person | None
    customer: Customer | None = None

    @property
    def who(self) -> str:
        return str(self.actor) if self.actor else words.actor(self.entry.actor)

    @property
    def words(self) -> str:
        return words.action(self.entry.action) or self.entry.action

    @property
    def details(self) -> list[tuple[str, str]]:
        told = self.entry.details.items()
        return [(words.detail(name), _text(value)) for name, value in told if value != ""]


def people(
    viewer: Person, *, text: str = "", role: str = "", state: str = "active"
) -> QuerySet[Person]:
    """People by place and role; `state` is active, left or all."""
    found = core.people(viewer)
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(name_en__icontains=text) | Q(username__icontains=text)
        )
    if role:
        found = found.filter(role=role)
    if state in {"active", "left"}:
        found = found.filter(is_active=state == "active")
    return found


def person(viewer: Person, key: str) -> Person | None:
    return core.people(viewer).filter(public_id=key).first()


def org_units(viewer: Person) -> QuerySet[OrgUnit]:
    """Every place, for those who arrange them."""
    if not viewer.may(Permission.ADMINISTER):
        return OrgUnit.objects.none()
    return OrgUnit.objects.order_by("code")


def places(viewer: Person) -> list[Place]:
    """The tree from the top, each place with its own people, books and customers."""
    customers = _customers_by_book(viewer)
    counted: dict[int, tuple[int, int]] = {}
    for key, unit in Book.objects.order_by("pk").values_list("pk", "org_unit"):
        books, held = counted.get(unit, (0, 0))
        counted[unit] = (books + 1, held + customers.get(key, 0))
    staff = dict(
        Person.objects.filter(is_active=True)
        .order_by()
        .values_list("org_unit")
        .annotate(n=Count("pk"))
    )
    units = sorted(org_units(viewer), key=_tree_order)
    return [
        Place(
            unit,
            len(_tree_order(unit)) - 1,
            staff.get(unit.pk, 0),
            *counted.get(unit.pk, (0, 0)),
        )
        for unit in units
    ]


def books(
    viewer: Person, *, text: str = "", show: str = "all", branch: str = ""
) -> list[tuple[Book, int]]:
    """Books with their number of customers; `show` is all, pool or adrift."""
    found = core.books(viewer)
    if text:
        found = found.filter(
            Q(code__icontains=text)
            | Q(name__icontains=text)
            | Q(name_en__icontains=text)
            | Q(owner__name__icontains=text)
            | Q(owner__name_en__icontains=text)
        )
    if branch:
        found = found.filter(org_unit__code=branch)
    if show == "pool":
        found = found.filter(owner__isnull=True)
    elif show == "adrift":
        found = found.filter(owner__is_active=False)
    customers = _customers_by_book(viewer)
    return [(book, customers.get(book.pk, 0)) for book in found]


def book(viewer: Person, key: int) -> Book | None:
    return core.books(viewer).filter(pk=key).first()


def calendar_days(year: int) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(day__year=year).order_by("day")


def calendar_years() -> list[Year]:
    """Which years are loaded, and how many days of each sort they hold."""
    rows = (
        CalendarDay.objects.annotate(year=ExtractYear("day"))
        .values("year")
        .order_by("year")
        .annotate(
            free=Count("day", filter=Q(is_workday=False)),
            worked=Count("day", filter=Q(is_workday=True)),
        )
    )
    return [Year(row["year"], row["free"], row["worked"]) for row in rows]


def jobs(viewer: Person, *, state: str = "") -> QuerySet[Job]:
    found = core.jobs(viewer)
    return found.filter(state=state) if state in Job.State.values else found


def job_of(viewer: Person, key: str) -> Job | None:
    return core.jobs(viewer).filter(public_id=key).first()


def audit_lines(
    viewer: Person,
    *,
    subject: str = "",
    actor: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[Line]:
    """The trail, newest first; days are the company's, both ends included."""
    found = core.audit_entries(viewer)
    if ":" in subject:  # one record, and not core.Person:17 for core.Person:1
        found = found.filter(subject=subject)
    elif subject:
        found = found.filter(Q(subject__icontains=subject) | Q(action__icontains=subject))
    if actor:
        found = found.filter(actor=actor)
    if since:
        found = found.filter(happened_at__gte=_midnight(since))
    if until:
        found = found.filter(happened_at__lt=_midnight(until + timedelta(days=1)))
    if before:
        found = found.filter(pk__lt=before)
    entries = list(found[:most])
    known, customers = _named(entries), _customers(viewer, entries)
    return [
        Line(
            entry,
            known.get(_key(entry.actor, "person")),
            known.get(_key(entry.subject)),
            customers.get(_key(entry.subject, CUSTOMER)),
        )
        for entry in entries
    ]


def actors(viewer: Person) -> list[tuple[str, str]]:
    """Whom the trail can be filtered by: people, then the system's own parts."""
    if not viewer.may(Permission.SEE_AUDIT):
        return []
    known = [(f"person:{person.pk}", str(person)) for person in people(viewer, state="all")]
    return known + [(code, str(name)) for code, name in words.SYSTEMS.items()]


def _named(entries: list[AuditEntry]) -> dict[int | None, Person]:
    keys = {_key(entry.actor, "person") for entry in entries}
    keys |= {_key(entry.subject) for entry in entries}
    wanted = [key for key in keys if key is not None]
    return {person.pk: person for person in Person.objects.filter(pk__in=wanted)}


def _customers(viewer: Person, entries: list[AuditEntry]) -> dict[int | None, Customer]:
    wanted = [key for each in entries if (key := _key(each.subject, CUSTOMER)) is not None]
    found = Customer.objects.visible_to(viewer).filter(pk__in=wanted)
    return {customer.pk: customer for customer in found}


def _key(text: str, kind: str = "core.Person") -> int | None:
    found, _, number = text.partition(":")
    return int(number) if found == kind and number.isdecimal() else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, core.time_zone())


def _tree_order(unit: OrgUnit) -> tuple[int, ...]:
    return tuple(int(part) for part in unit.path.strip("/").split("/") if part)


def _customers_by_book(viewer: Person) -> dict[int, int]:
    seen = Customer.objects.visible_to(viewer).order_by()
    return dict(seen.values_list("book").annotate(n=Count("pk")))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
