"""What is promised, by the time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.promises.models import Promise, PromiseQuerySet

PAGE = 100  # of each group; the rest is behind the figures
MINE, PLACE = "mine", "place"


class When(StrEnum):
    """How pressing a promise is."""

    OWED = "owed"  # broken, and not made good
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True)
class Group:
    """Promises that are due at about the same time, and how many of them there are."""

    when: When
    total: int
    rows: tuple[Promise, ...]


@dataclass(frozen=True)
class Tallies:
    """How many are open, due today, and owed."""

    open: int
    today: int
    owed: int


@dataclass(frozen=True)
class Owing:
    """One promise as the morning run takes it up; for the system."""

    customer_id: int
    promise_id: int
    text: str
    due: datetime
    owner_id: int | None
    made_at: datetime
    is_broken: bool


def one(viewer: Person, public_id: str) -> Promise | None:
    """One promise that the viewer sees."""
    return _seen(viewer).filter(public_id=public_id).first()


def grouped(viewer: Person, at: datetime, *, view: str = MINE) -> list[Group]:
    """Everything that is owed or open, the least time first, in groups."""
    tomorrow, week = _midnight(at, 1), _midnight(at, 7)
    found = of(viewer, view)
    parts: dict[When, PromiseQuerySet] = {
        When.OWED: found.owed(),
        When.TODAY: found.open().filter(due_at__lt=tomorrow),
        When.WEEK: found.open().filter(due_at__gte=tomorrow, due_at__lt=week),
        When.LATER: found.open().filter(due_at__gte=week),
    }
    groups = []
    for when, part in parts.items():
        rows = tuple(part.order_by("due_at", "pk")[: PAGE + 1])
        total = len(rows) if len(rows) <= PAGE else part.count()
        if rows:
            groups.append(Group(when, total, rows[:PAGE]))
    return groups


def waiting(viewer: Person) -> list[Promise]:
    """The viewer's own promises that are open or owed, the least time first."""
    found = of(viewer, MINE)
    return list((found.open() | found.owed()).order_by("due_at", "pk"))


def listed(
    viewer: Person, *, every: bool = False, after: str = "", most: int
) -> list[Promise] | None:
    """The viewer's own promises, the least time first, from the one after a promise on.

    Those that are open or owed; with `every` the decided ones too. None where `after` is none
    of the viewer's.
    """
    found = of(viewer, MINE)
    if not every:
        found = found.open() | found.owed()
    if after:
        last = of(viewer, MINE).filter(public_id=after).first()
        if last is None:
            return None
        later = Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk)
        found = found.filter(later)
    return list(found.order_by("due_at", "pk")[:most])


def tallies(viewer: Person, at: datetime, *, view: str = MINE) -> Tallies:
    is_open = Q(state=Promise.State.OPEN)
    counted = (
        of(viewer, view)
        .order_by()
        .aggregate(
            open=Count("pk", filter=is_open),
            today=Count("pk", filter=is_open & Q(due_at__lt=_midnight(at, 1))),
            owed=Count("pk", filter=Q(state=Promise.State.BROKEN, done_at__isnull=True)),
        )
    )
    return Tallies(**counted)


def pressing(viewer: Person, at: datetime) -> tuple[int, bool]:
    """What the navigation counts: the own ones due today or owed, and whether one is owed."""
    waiting = Q(state=Promise.State.OPEN, due_at__lt=_midnight(at, 1))
    owed = Q(state=Promise.State.BROKEN, done_at__isnull=True)
    found = Promise.objects.visible_to(viewer).filter(waiting | owed, owner=viewer)
    counted = found.order_by().aggregate(all=Count("pk"), owed=Count("pk", filter=owed))
    return counted["all"], counted["owed"] > 0


def of_customer(viewer: Person, customer: Customer, *, most: int = 6) -> list[Promise]:
    """Promises to one customer: what is owed and open by its time, then the last decided."""
    found = _seen(viewer).filter(customer=customer)
    waiting = list((found.open() | found.owed()).order_by("due_at", "pk"))
    rest = found.exclude(pk__in=[each.pk for each in waiting]).order_by("-decided_at", "-pk")
    return waiting + list(rest[: max(most - len(waiting), 0)])


def of_contact(viewer: Person, touch: Touch) -> list[Promise]:
    """What was promised in one contact, and what became of it."""
    return list(_seen(viewer).filter(touch=touch).order_by("pk"))


def kept_of(viewer: Person, customer: Customer) -> tuple[int, int]:
    """How many promises to a customer were kept, of how many that were decided."""
    counted = (
        _seen(viewer)
        .filter(customer=customer)
        .order_by()
        .aggregate(
            kept=Count("pk", filter=Q(state=Promise.State.KEPT)),
            broken=Count("pk", filter=Q(state=Promise.State.BROKEN)),
        )
    )
    return counted["kept"], counted["kept"] + counted["broken"]


def due(day: date) -> list[Owing]:
    """What is to be done on a day or was before, and is not done; for the morning run."""
    end = datetime.combine(day + timedelta(days=1), time.min, core.time_zone())
    found = Promise.objects.filter(
        Q(state=Promise.State.OPEN) | Q(state=Promise.State.BROKEN, done_at__isnull=True),
        due_at__lt=end,
    )
    rows = found.order_by("customer", "due_at", "pk").values_list(
        "customer", "pk", "text", "due_at", "owner", "made_at", "state"
    )
    return [Owing(*row[:6], is_broken=row[6] == Promise.State.BROKEN) for row in rows]


def owners_of(customer_id: int) -> list[tuple[int, int | None]]:
    """Whose the promises to a customer are that wait or are owed."""
    found = Promise.objects.filter(customer=customer_id)
    return list((found.open() | found.owed()).order_by("pk").values_list("pk", "owner"))


def of(viewer: Person, view: str) -> PromiseQuerySet:
    """The own promises; for those who lead, all of their place."""
    found = _seen(viewer)
    if view == PLACE and viewer.may(Permission.SEE_TEAM):
        return found
    return found.filter(owner=viewer)


def _seen(viewer: Person) -> PromiseQuerySet:
    found = Promise.objects.visible_to(viewer)
    return found.select_related("owner", "made_by", "customer__book", "touch")


def _midnight(at: datetime, days: int) -> datetime:
    """The beginning of the day so many days after that of `at`, by the company's clock."""
    day = core.local_date(at) + timedelta(days=days)
    return datetime.combine(day, time.min, core.time_zone()).astimezone(UTC)
