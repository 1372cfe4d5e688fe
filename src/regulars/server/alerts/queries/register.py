"""The register as one viewer sees it, grouped by the time left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from regulars.server.alerts.models import Alert, AlertQuerySet, Step
from regulars.server.alerts.queries import wording
from regulars.server.alerts.queries.line import lines
from regulars.server.alerts.rules import KINDS, Clock, Kind, Patience, next_up
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

PAGE = 50
MINE, PLACE = "mine", "place"


class Left(StrEnum):
    """How pressing an alert is."""

    LATE = "late"
    SOON = "soon"  # two hours of the clock on the wall
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True)
class Shown:
    """One alert as it stands on a page."""

    alert: Alert
    kind: Kind | None
    name: str
    words: str
    tier: TierMark | None
    next: Person | None  # who gets it when the clock runs out
    left: Left


@dataclass(frozen=True)
class Group:
    """Alerts with about the same time left, and how many there are of them in all."""

    left: Left
    total: int
    rows: tuple[Shown, ...]
    headed: bool  # whether the group begins here, or went on from the page before


@dataclass(frozen=True)
class Tallies:
    """What waits: with the viewer, in the viewer's place, and there with nobody."""

    mine: int
    place: int
    late: int
    top: int
    nobody: int


def patience() -> Patience:
    company = core.company()
    return Patience.of(company.settings if company else {})


def clock(at: datetime) -> Clock:
    """The company's clock of alerts as it stands at a moment."""
    return Clock(patience(), core.work_hours(), at)


def alert(viewer: Person, public_id: str) -> Alert | None:
    """One alert that the viewer sees."""
    return _seen(viewer).filter(public_id=public_id).first()


def live(viewer: Person, *, view: str = MINE, kind: str = "") -> AlertQuerySet:
    """Alerts that wait: those the viewer answers for, or all of the viewer's place."""
    found = _seen(viewer).live()
    if view != PLACE or not viewer.may(Permission.SEE_TEAM):
        found = found.filter(_answers(viewer))
    return found.filter(kind=kind) if kind in KINDS else found


def grouped(
    viewer: Person, at: datetime, *, view: str = MINE, kind: str = "", offset: int = 0
) -> tuple[list[Group], bool]:
    """One page of what waits, the least time first; of equal time the higher tier."""
    wanted = live(viewer, view=view, kind=kind)
    found = list(wanted.order_by("due_at", "-level", "pk")[offset : offset + PAGE + 1])
    totals = _totals(wanted, at)
    before = 0
    groups = []
    page = shown(viewer, found[:PAGE], at)
    for left in Left:
        rows = tuple(row for row in page if row.left is left)
        if rows:
            groups.append(Group(left, totals[left], rows, headed=offset <= before))
        before += totals[left]
    return groups, len(found) > PAGE


def closed(viewer: Person, at: datetime, *, view: str = MINE, offset: int = 0) -> list[Shown]:
    """What was closed, newest first; one more than a page where there is more."""
    found = _seen(viewer).filter(state=Alert.State.CLOSED)
    if view != PLACE or not viewer.may(Permission.SEE_TEAM):
        found = found.filter(_answers(viewer) | Q(closed_by=viewer))
    page = found.order_by("-closed_at", "-pk")[offset : offset + PAGE + 1]
    return shown(viewer, list(page), at)


def tallies(viewer: Person, at: datetime) -> Tallies:
    """How many wait with the viewer and in the viewer's place; how many of those are late."""
    place = viewer.may(Permission.SEE_TEAM)
    found = live(viewer, view=PLACE if place else MINE)
    counted = found.order_by().aggregate(
        mine=Count("pk", filter=_answers(viewer)),
        place=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=at)),
        top=Count("pk", filter=Q(level__gte=patience().same_day_from)),
        nobody=Count("pk", filter=Q(holder__isnull=True)),
    )
    return Tallies(**counted)


def pressing(viewer: Person, at: datetime) -> tuple[int, bool]:
    """What the navigation counts: alerts that the viewer holds, and whether one is late."""
    count, late = held(viewer, at)
    return count, late > 0


def listed(
    viewer: Person, *, view: str = MINE, after: str = "", most: int
) -> list[Alert] | None:
    """Alerts that wait, the least time first, from the one after an alert on.

    None where `after` is none that the viewer sees.
    """
    found = live(viewer, view=view)
    if after:
        last = alert(viewer, after)
        if last is None:
            return None
        even = Q(due_at=last.due_at)
        found = found.filter(
            Q(due_at__gt=last.due_at)
            | even & Q(level__lt=last.level)
            | even & Q(level=last.level, pk__gt=last.pk)
        )
    return list(found.order_by("due_at", "-level", "pk")[:most])


def held(viewer: Person, at: datetime) -> tuple[int, int]:
    """How many alerts wait with the viewer, and how many of them are late."""
    found = _seen(viewer).live().filter(holder=viewer).order_by()
    counted = found.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    return counted["all"], counted["late"]


def first_held(viewer: Person, at: datetime, *, most: int) -> list[Shown]:
    """The alerts that wait with the viewer, the least time first."""
    found = _seen(viewer).live().filter(holder=viewer).order_by("due_at", "-level", "pk")
    return shown(viewer, list(found[:most]), at)


def of_customer(viewer: Person, customer: Customer, at: datetime) -> list[Shown]:
    """What waits about one customer."""
    found = _seen(viewer).live().filter(customer=customer)
    return shown(viewer, list(found.order_by("due_at", "pk")), at)


def steps(viewer: Person, alert: Alert) -> list[Step]:
    """What happened to an alert, from the beginning."""
    found = Step.objects.filter(alert=alert, customer__in=Customer.objects.visible_to(viewer))
    return list(found.select_related("by", "to").order_by("pk"))


def standing(kinds: Iterable[str] = ()) -> list[tuple[str, str, int]]:
    """Key, kind and customer of everything that waits, for the system itself."""
    found = Alert.objects.live()
    if kinds := list(kinds):
        found = found.filter(kind__in=kinds)
    return list(found.order_by("pk").values_list("key", "kind", "customer_id"))


def closed_before(moment: datetime) -> AlertQuerySet:
    """Alerts of everybody that were closed before a moment."""
    return Alert.objects.filter(state=Alert.State.CLOSED, closed_at__lt=moment)


def holders_of(customer_id: int) -> list[tuple[int, int | None, int]]:
    """Which alerts wait about a customer, with whom, and how far up the line."""
    found = Alert.objects.live().filter(customer=customer_id).order_by("pk")
    return list(found.values_list("pk", "holder", "rung"))


def shown(viewer: Person, found: list[Alert], at: datetime) -> list[Shown]:
    """Put words, tier and the next person beside alerts that the viewer sees."""
    marks = tiers.tiers_of([each.customer_id for each in found])
    above = lines({each.customer.book_id for each in found}, day=core.local_date(at))
    nexts = {
        each.pk: post.person_id
        for each in found
        if (
            post := next_up(
                above.get(each.customer.book_id, ()),
                rung=each.rung,
                holder_id=each.holder_id,
            )
        )
    }
    people = Person.objects.in_bulk(list(set(nexts.values())))
    reader, tomorrow = wording.Reader.current(), _midnight(at)
    return [
        Shown(
            alert=each,
            kind=KINDS.get(each.kind),
            name=wording.name(each.kind),
            words=wording.words(each, reader),
            tier=marks.get(each.customer_id),
            next=people.get(nexts.get(each.pk, 0)),
            left=_left(each.due_at, at, tomorrow),
        )
        for each in found
    ]


def _seen(viewer: Person) -> AlertQuerySet:
    found = Alert.objects.visible_to(viewer)
    return found.select_related("holder", "closed_by", "customer__book__owner")


def _answers(viewer: Person) -> Q:
    """Those the viewer holds, and those of the viewer's own books that went up the line."""
    return Q(holder=viewer) | Q(customer__book__owner=viewer)


def _left(due: datetime, at: datetime, tomorrow: datetime) -> Left:
    if due < at:
        return Left.LATE
    if due < at + timedelta(hours=2):
        return Left.SOON
    return Left.TODAY if due < tomorrow else Left.LATER


def _totals(found: AlertQuerySet, at: datetime) -> dict[Left, int]:
    soon, tomorrow = at + timedelta(hours=2), _midnight(at)
    counted = found.order_by().aggregate(
        late=Count("pk", filter=Q(due_at__lt=at)),
        soon=Count("pk", filter=Q(due_at__gte=at, due_at__lt=soon)),
        today=Count("pk", filter=Q(due_at__gte=soon, due_at__lt=tomorrow)),
        all=Count("pk"),
    )
    later = counted["all"] - counted["late"] - counted["soon"] - counted["today"]
    return {
        Left.LATE: counted["late"],
        Left.SOON: counted["soon"],
        Left.TODAY: counted["today"],
        Left.LATER: later,
    }


def _midnight(at: datetime) -> datetime:
    local = at.astimezone(core.time_zone())
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (start + timedelta(days=1)).astimezone(at.tzinfo)
