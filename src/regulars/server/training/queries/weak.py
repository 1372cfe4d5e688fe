"""Each person's shares beside those of the others with customers of the same tiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Role
from regulars.server.tiers.models import Assignment
from regulars.server.training.models import Item
from regulars.server.training.queries.standings import items, staff
from regulars.server.training.rules.weak import Spot, spot

WINDOW = timedelta(days=180)
EVERY = 0  # all contacts, whatever the reason
GROUPS = {
    EVERY: _("All contacts"),
    1: _("Promises"),
    2: _("Prevent loss"),
    3: _("Maturities"),
    4: _("Growth"),
    5: _("Care"),
}
REACHED, INTERESTED = "reached", "interested"
MEASURES = {
    REACHED: _("Spoken with, of those tried"),
    INTERESTED: _("Interested or done, of those spoken with"),
}
GOOD = (Touch.Outcome.INTERESTED, Touch.Outcome.DONE)
LOOKED_AT = (Role.RM, Role.LOBBY_MANAGER)  # whose day consists of contacts

COMPANY = 3  # people to be compared with; a place with fewer looks at the one above it

Counts = dict[tuple[int, int], dict[int, tuple[int, int]]]  # (person, group) -> by tier


@dataclass(frozen=True)
class Cell:
    """One group of one person: how it compares, and what would help."""

    person: Person
    group: int
    spot: Spot
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Row:
    """One person, group by group."""

    person: Person
    cells: tuple[Cell, ...]


def places(viewer: Person) -> list[OrgUnit]:
    """The places whose people can be compared, by code."""
    people = staff(viewer).filter(role__in=LOOKED_AT)
    return list(OrgUnit.objects.filter(people__in=people).distinct().order_by("code"))


def ground(unit: OrgUnit) -> OrgUnit:
    """The place whose people are compared: this one, or above it until there are enough."""
    path = [int(part) for part in unit.path.split("/") if part]
    above = OrgUnit.objects.in_bulk(path)
    for pk in reversed(path):
        inside = Person.objects.filter(
            org_unit__path__startswith=above[pk].path, role__in=LOOKED_AT, is_active=True
        )
        if inside.count() > COMPANY:
            return above[pk]
    return above[path[0]]


def spots(viewer: Person, unit: OrgUnit, measure: str, *, at: datetime) -> list[Row]:
    """Those of a place whose day consists of contacts, each group beside the others'."""
    counts = _counts(ground(unit), measure, at)
    people = staff(viewer).filter(role__in=LOOKED_AT, org_unit=unit)
    helping = _helping(items())
    return [
        Row(one, tuple(_cell(one, group, counts, helping) for group in GROUPS))
        for one in people
    ]


def cell(viewer: Person, person: Person, group: int, measure: str, *, at: datetime) -> Cell:
    """One group of one person."""
    return _cell(
        person, group, _counts(ground(person.org_unit), measure, at), _helping(items())
    )


def _cell(person: Person, group: int, counts: Counts, helping: dict[int, list[Item]]) -> Cell:
    mine = counts.get((person.pk, group), {})
    others: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (other, of), levels in counts.items():
        if of == group and other != person.pk:
            for level, (n, hits) in levels.items():
                others[level] = (others[level][0] + n, others[level][1] + hits)
    fitting = tuple(one for one in helping.get(group, ()) if person.role in one.roles)
    return Cell(person, group, spot(mine, others), fitting)


def _helping(found: Iterable[Item]) -> dict[int, list[Item]]:
    by_group: dict[int, list[Item]] = defaultdict(list)
    for one in found:
        for group in one.groups:
            by_group[group].append(one)
    return by_group


def _counts(place: OrgUnit, measure: str, at: datetime) -> Counts:
    """Counts of everybody of a place. They name no customer, and pages show no other person's,
    so they may reach beyond the viewer's own customers."""
    counts: Counts = defaultdict(dict)
    with scope.beyond():
        rows = [*_of_contacts(place, measure, at), *_of_cards(place, measure, at)]
    for person, group, level, n, hits in rows:
        if n:
            counts[person, group][level] = (n, hits)
    return counts


def _of_contacts(place: OrgUnit, measure: str, at: datetime) -> Iterator[tuple[int, ...]]:
    found = Touch.objects.standing().filter(
        inbound=False, person__org_unit__path__startswith=place.path,
        at__gt=at - WINDOW, at__lte=at,
    )  # fmt: skip
    tried, hit = _measured(measure, "")
    rows = (
        _levelled(found)
        .values("person_id", "of_level")
        .annotate(n=Count("pk", filter=tried), hits=Count("pk", filter=tried & hit))
    )
    for row in rows.order_by("person_id", "of_level"):
        yield row["person_id"], EVERY, row["of_level"], row["n"], row["hits"]


def _of_cards(place: OrgUnit, measure: str, at: datetime) -> Iterator[tuple[int, ...]]:
    found = Card.objects.filter(
        state=Card.State.DONE, closed_by__org_unit__path__startswith=place.path,
        touch__reversed_at__isnull=True,
        touch__isnull=False, closed_at__gt=at - WINDOW, closed_at__lte=at,
    )  # fmt: skip
    tried, hit = _measured(measure, "touch__")
    rows = (
        _levelled(found)
        .values("closed_by_id", "priority", "of_level")
        .annotate(n=Count("pk", filter=tried), hits=Count("pk", filter=tried & hit))
    )
    for row in rows.order_by("closed_by_id", "priority", "of_level"):
        yield row["closed_by_id"], row["priority"], row["of_level"], row["n"], row["hits"]


def _measured(measure: str, prefix: str) -> tuple[Q, Q]:
    spoken = Q(**{f"{prefix}two_way": True})
    if measure == INTERESTED:
        return spoken, Q(**{f"{prefix}outcome__in": GOOD})
    return Q(pk__isnull=False), spoken


def _levelled(found: QuerySet[Any]) -> QuerySet[Any]:  # contacts or cards
    """With the tier that each customer has today; nought where there is none."""
    tier = Assignment.objects.standing().filter(customer_id=OuterRef("customer_id"))
    level = Coalesce(Subquery(tier.values("level")[:1]), Value(0), output_field=IntegerField())
    levelled: QuerySet[Any] = found.annotate(of_level=level)
    return levelled
