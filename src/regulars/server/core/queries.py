"""Reads of the company, its tree, people, jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, QuerySet

from regulars.base import money
from regulars.base.calendar import MissingDays, WorkCalendar
from regulars.base.workhours import WorkHours
from regulars.server.core.models import (
    AuditEntry,
    Book,
    CalendarDay,
    Company,
    Job,
    OrgUnit,
    Person,
)
from regulars.server.core.remembered import once
from regulars.server.core.rules import Permission


def company() -> Company | None:
    """Return the company, or None before the set-up."""
    return once("company", lambda: Company.objects.filter(pk=1).first())


def settings_of_company() -> dict[str, Any]:
    """What the company set where the house has a usual answer; nothing before the set-up."""
    found = company()
    return found.settings if found else {}


def time_zone() -> ZoneInfo:
    found = company()
    return ZoneInfo(found.time_zone if found else "Asia/Shanghai")


def minor_units() -> int:
    """What facts count in: 100 to one unit of the company's money, 1 where it has no cents."""
    found = company()
    return money.scale(found.currency) if found else 100


def local_date(at: datetime) -> date:
    """The date on the company's calendar at a moment."""
    return at.astimezone(time_zone()).date()


def midnight(day: date) -> datetime:
    """The moment at which a day of the company begins."""
    return datetime(day.year, day.month, day.day, tzinfo=time_zone())


def work_calendar() -> WorkCalendar:
    """The company's working days: the adjusted ones on top of Monday to Friday."""
    days = CalendarDay.objects.values_list("day", "is_workday")
    return WorkCalendar(exceptions=dict(days))


def database_time() -> datetime:
    """The time by the database's clock: workers' clocks may disagree, and this one decides."""
    with connection.cursor() as db:
        db.execute("select clock_timestamp()")
        found: datetime = db.fetchone()[0]
        return found


def database_clock() -> Callable[[], datetime]:
    """A clock that was set by the database's and goes on by itself, for many looks at it."""
    base, began = database_time(), time.monotonic()
    return lambda: base + timedelta(seconds=time.monotonic() - began)


def missing_days() -> MissingDays:
    """What the company keeps where a year lacks a birthday's day."""
    found = company()
    return MissingDays(**(found.settings.get("missing_days", {}) if found else {}))


def work_hours() -> WorkHours:
    """The company's working hours on its working days, by its own clock."""
    found = company()
    settings = found.settings if found else {}
    return WorkHours.of(settings, calendar=work_calendar(), zone=time_zone())


def branches(viewer: Person) -> QuerySet[OrgUnit]:
    """Branches whose customers the viewer may see, by code."""
    units = OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code")
    if viewer.scope.everything:
        return units
    return units.filter(books__in=viewer.scope.books).distinct()


def books(viewer: Person) -> QuerySet[Book]:
    """Books the viewer may see, with owner and branch."""
    found = Book.objects.select_related("owner", "backup", "org_unit").order_by("code")
    return found if viewer.scope.everything else found.filter(pk__in=viewer.scope.books)


def people(viewer: Person) -> QuerySet[Person]:
    """People the viewer may see: everybody for administrators, else the own branch."""
    found = Person.objects.select_related("org_unit").annotate(book_count=Count("books"))
    if viewer.may(Permission.ADMINISTER) or viewer.may(Permission.SEE_AUDIT):
        return found.order_by("org_unit__code", "role", "username")
    return found.filter(org_unit__path__startswith=viewer.org_unit.path).order_by("username")


def audit_entries(viewer: Person) -> QuerySet[AuditEntry]:
    """The audit trail, newest first; nothing for those without the right."""
    if not viewer.may(Permission.SEE_AUDIT):
        return AuditEntry.objects.none()
    return AuditEntry.objects.order_by("-pk")


def jobs(viewer: Person) -> QuerySet[Job]:
    """Long work: all of it for those who keep the system, else what the viewer asked for."""
    found = Job.objects.select_related("asked_by").order_by("-pk")
    return found if viewer.may(Permission.SEE_JOBS) else found.filter(asked_by=viewer)


def job_by_pk(pk: int) -> Job | None:
    """The job that a task was asked to do; None when it is gone."""
    return Job.objects.filter(pk=pk).first()
