"""Changes of the company, its tree, people and books, and of long work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import (
    ApiKey,
    Book,
    CalendarDay,
    Company,
    Job,
    OrgUnit,
    Person,
    Tenure,
)
from regulars.server.core.rules import Permission, Role, may


class UsernameTaken(Refused):
    """Somebody else has that name."""


class CodeTaken(Refused):
    """Another place or book has that code."""


class LastAdministrator(Refused):
    """Without this person nobody could administer the system any more."""


class WeakPassword(BadInput):
    """The password is too easy to guess."""


class UnknownRole(BadInput):
    """There is no such role."""


@transaction.atomic
def set_up_company(
    *,
    name: str,
    kind: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    is_demo: bool = False,
) -> Company:
    """Create the company with its head office, or change its particulars."""
    company, _ = Company.objects.update_or_create(
        pk=1,
        defaults={
            "name": name,
            "name_en": name_en,
            "kind": kind,
            "time_zone": time_zone,
            "currency": currency,
            "is_demo": is_demo,
        },
    )
    if not OrgUnit.objects.exists():
        add_org_unit(code="HQ", name=name, name_en=name_en, kind="head_office", by=by, at=at)
    # A scripted import names both after the folder; the set-up gives them their name.
    OrgUnit.objects.filter(code="HQ", parent=None).update(name=name, name_en=name_en)
    audit.record("core.company.set_up", company, by=by, at=at)
    return company


@transaction.atomic
def change_settings(*, by: Actor, at: datetime, **changes: Any) -> Company:
    """Change fields of the company or entries of its settings."""
    company = Company.objects.select_for_update().get(pk=1)
    fields = {field.name for field in Company._meta.fields}
    for name, value in changes.items():
        if name in fields:
            setattr(company, name, value)
        else:
            company.settings[name] = value
    company.save()
    audit.record("core.settings.changed", company, by=by, at=at, fields=sorted(changes))
    return company


@transaction.atomic
def add_org_unit(
    *,
    code: str,
    name: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    kind: str = OrgUnit.Kind.BRANCH,
    parent: OrgUnit | None = None,
) -> OrgUnit:
    """Add a place to the tree, below `parent`.

    :raises CodeTaken: the code is in use.
    """
    if OrgUnit.objects.filter(code=code).exists():
        raise CodeTaken(f"Another place has the code {code!r}. Choose another one.")
    unit = OrgUnit.objects.create(
        code=code, name=name, name_en=name_en, kind=kind, parent=parent
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    audit.record("core.org_unit.added", unit, by=by, at=at)
    return unit


def add_person(
    *,
    username: str,
    name: str,
    role: str,
    org_unit: OrgUnit,
    by: Actor,
    at: datetime,
    password: str | None = None,
    name_en: str = "",
    email: str = "",
) -> Person:
    """Add somebody who works here; without a password they cannot sign in yet.

    :raises UsernameTaken: the name is in use.
    :raises UnknownRole: the role does not exist.
    :raises WeakPassword: the password is too short or too common.
    """
    if role not in set(Role):
        known = ", ".join(Role)
        raise UnknownRole(f"There is no role {role!r}. Choose one of: {known}.")
    # People sign in without regard to case, so "Mei" and "mei" are one name.
    if Person.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(f"The user name {username!r} is taken. Choose another one.")
    person = Person(
        username=username,
        name=name,
        name_en=name_en,
        email=email,
        role=role,
        org_unit=org_unit,
        created_at=at,
        password=_hashed(password),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            audit.record("core.person.added", person, by=by, at=at, role=role)
    except IntegrityError as error:
        raise UsernameTaken(
            f"The user name {username!r} is taken. Choose another one."
        ) from error
    return person


@transaction.atomic
def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password.

    :raises WeakPassword: it is too short or too common.
    """
    person.password = _hashed(password)
    person.save(update_fields=["password"])
    audit.record("core.person.password_set", person, by=by, at=at)


@transaction.atomic
def change_person(
    person: Person,
    *,
    by: Actor,
    at: datetime,
    name: str | None = None,
    name_en: str | None = None,
    email: str | None = None,
    role: str | None = None,
    org_unit: OrgUnit | None = None,
    is_active: bool | None = None,
    language: str | None = None,
) -> None:
    """Change somebody's names, role, place, access or language; the next request sees it.

    :raises LastAdministrator: nobody else could administer after that.
    """
    if role is not None or is_active is not None:
        _keep_an_administrator(person, role=role, is_active=is_active)
    changes = {
        "name": name,
        "name_en": name_en,
        "email": email,
        "role": role,
        "org_unit": org_unit,
        "is_active": is_active,
        "language": language,
    }
    named = [
        field
        for field, value in changes.items()
        if value is not None and value != getattr(person, field)
    ]
    if not named:
        return
    for field in named:
        setattr(person, field, changes[field])
    person.save(update_fields=named)
    audit.record("core.person.changed", person, by=by, at=at, fields=named)


@transaction.atomic
def add_book(
    *,
    code: str,
    name: str,
    org_unit: OrgUnit,
    by: Actor,
    at: datetime,
    owner: Person | None = None,
    backup: Person | None = None,
) -> Book:
    """Open a book of customers; one without an owner is the branch's pool.

    :raises CodeTaken: the code is in use.
    """
    if Book.objects.filter(code=code).exists():
        raise CodeTaken(f"Another book has the code {code!r}. Choose another one.")
    book = Book.objects.create(
        code=code, name=name, org_unit=org_unit, owner=owner, backup=backup
    )
    _appoint(book, at=at)
    audit.record("core.book.added", book, by=by, at=at)
    return book


def _appoint(book: Book, *, at: datetime) -> None:
    """Write down who holds a book from now on, where that changed."""
    for role, person in ((Tenure.Role.OWNER, book.owner), (Tenure.Role.BACKUP, book.backup)):
        held = Tenure.objects.filter(book=book, role=role, until__isnull=True)
        current = held.first()
        if (current.person if current else None) == person:
            continue
        held.update(until=at)
        Tenure.objects.create(book=book, role=role, person=person, since=at)


@transaction.atomic
def assign_book(
    book: Book, *, owner: Person | None, backup: Person | None, by: Actor, at: datetime
) -> None:
    """Give a book another owner or backup."""
    book.owner, book.backup = owner, backup
    book.save(update_fields=["owner", "backup"])
    _appoint(book, at=at)
    audit.record(
        "core.book.assigned",
        book,
        by=by,
        at=at,
        owner=owner.pk if owner else None,
        backup=backup.pk if backup else None,
    )


@transaction.atomic
def close_book(book: Book, *, by: Actor, at: datetime) -> None:
    """Close a book that never held anybody; one with customers is protected by them."""
    audit.record("core.book.closed", book, by=by, at=at, code=book.code)
    book.delete()


@transaction.atomic
def remove_person(person: Person, *, by: Actor, at: datetime) -> None:
    """Take somebody off who never worked here; others are only switched off."""
    audit.record("core.person.removed", person, by=by, at=at, username=person.username)
    person.delete()


@transaction.atomic
def load_calendar(days: dict[date, tuple[bool, str, str]], *, by: Actor, at: datetime) -> None:
    """Store adjusted days (day -> worked?, Chinese name, English name); a known day stays."""
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=day, is_workday=worked, name=zh, name_en=en)
            for day, (worked, zh, en) in sorted(days.items())
        ],
        ignore_conflicts=True,
    )
    audit.record("core.calendar.loaded", "core.CalendarDay", by=by, at=at, days=len(days))


@transaction.atomic
def set_calendar_day(
    day: date, *, is_workday: bool, by: Actor, at: datetime, name: str = "", name_en: str = ""
) -> None:
    """Say that a day is worked or free, against the weekly rule."""
    CalendarDay.objects.update_or_create(
        day=day, defaults={"is_workday": is_workday, "name": name, "name_en": name_en}
    )
    audit.record("core.calendar.day_set", f"core.CalendarDay:{day}", by=by, at=at)


@transaction.atomic
def drop_calendar_day(day: date, *, by: Actor, at: datetime) -> None:
    """Let the weekly rule decide about a day again."""
    CalendarDay.objects.filter(day=day).delete()
    audit.record("core.calendar.day_dropped", f"core.CalendarDay:{day}", by=by, at=at)


@transaction.atomic
def ask_job(
    kind: str,
    *,
    at: datetime,
    asked_by: Person | ApiKey | None = None,
    subject: str = "",
    once_key: str | None = None,
) -> Job:
    """Note that long work is wanted; the caller defers the task that does it."""
    return Job.objects.create(
        kind=kind,
        subject=subject,
        asked_by=asked_by if isinstance(asked_by, Person) else None,
        asked_key=asked_by if isinstance(asked_by, ApiKey) else None,
        asked_at=at,
        once_key=once_key,
    )


def defer(task: str, *, job: Job, lock: str | None = None) -> None:
    """Queue the task that does a job, in this transaction: both exist, or neither.

    Inside a worker `task.defer` would use a connection of its own and could overtake us.
    The task is called with `job_id`, by which a job whose worker died is found again.
    """
    queue = JobManager(DjangoConnector())
    configure_task(name=task, job_manager=queue, lock=lock).defer(job_id=job.pk)


def start_job(job: Job, *, at: datetime) -> None:
    """Mark the work as running; a job taken up again after a crash starts over."""
    job.state, job.started_at, job.done, job.message = Job.State.RUNNING, at, 0, ""
    job.save(update_fields=["state", "started_at", "done", "message"])


def report_job(job: Job, *, step: str, done: int = 0, total: int | None = None) -> None:
    """Say how far the work is. Call it outside the work's own transaction."""
    Job.objects.filter(pk=job.pk).update(step=step[:120], done=done, total=total)


def end_job(
    job: Job, *, at: datetime, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    """Close the work, with its result or with the sentence that says what went wrong."""
    job.state = Job.State.FAILED if error else Job.State.DONE
    job.ended_at, job.result, job.message = at, result or {}, error
    job.save(update_fields=["state", "ended_at", "result", "message"])


def _keep_an_administrator(person: Person, *, role: str | None, is_active: bool | None) -> None:
    stays = (is_active is not False) and may(role or person.role, Permission.ADMINISTER)
    if stays or not person.may(Permission.ADMINISTER):
        return
    # Locked, so that two administrators cannot dismiss each other at the same moment.
    others = Person.objects.select_for_update().filter(is_active=True).exclude(pk=person.pk)
    if not any(other.may(Permission.ADMINISTER) for other in others.order_by("pk")):
        raise LastAdministrator(
            f"{person} is the only administrator. Make somebody else one first."
        )


def refresh_statistics(*tables: str) -> None:
    """Tell the planner about a large load, or its next plans are for an empty table."""
    with connection.cursor() as db:
        for table in tables:
            db.execute(f"analyze {connection.ops.quote_name(table)}")


def _hashed(password: str | None) -> str:
    if password is None:
        return make_password(None)
    try:
        validate_password(password)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    return make_password(password)
