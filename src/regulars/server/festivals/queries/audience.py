"""Whom a festival is for, and who of them is wished by whom."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from regulars.base.periods import add_months
from regulars.server.care.models import Task as CareTask
from regulars.server.care.queries import catalogue
from regulars.server.care.queries.morning.people import birthdays_within
from regulars.server.channels.queries.policy import levels_of
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.festivals import rules
from regulars.server.festivals.models import Festival, Plan, Wish
from regulars.server.festivals.rules import Split
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import NotReady
from regulars.server.segments.rules.tree import BadRule
from regulars.server.standards import queries as standards

log = logging.getLogger(__name__)
OLD = 60  # years


@dataclass(frozen=True)
class Audience:
    """A festival's customers by who wishes them, and whether its segment could be asked."""

    people: tuple[int, ...]
    split: Split
    asked: bool = True


def audience(plan: Plan, *, at: datetime) -> Audience:
    """Whom a plan is for, through its owner's eyes, and who wishes each of them."""
    try:
        people = members(plan.festival, plan.segment, plan.owner, on=plan.on, at=at)
    except (NotReady, BadRule) as error:
        log.warning("The segment of %s cannot be asked: %s", plan.key, error)
        return Audience((), Split((), (), (), ()), asked=False)
    levels = levels_of(people)
    return Audience(
        tuple(people),
        rules.split(
            people,
            levels=levels,
            by_manager=plan.levels if plan.way != Plan.Way.NONE else (),
            birthday=celebrating(plan.on, levels),
            had=_had(plan),
            carded=carded(plan.on),
            message=plan.way == Plan.Way.MESSAGE,
        ),
    )


def members(
    festival: Festival, segment: Segment | None, viewer: Person, *, on: date, at: datetime
) -> list[int]:
    """Active customers of a festival whom the viewer sees, ascending.

    :raises NotReady: the segment cannot be asked yet.
    :raises BadRule: it asks for what is not there any more.
    """
    found = of_festival(Customer.objects.visible_to(viewer), festival, on=on)
    if segment is None:
        found = found.filter(kind=Customer.Kind.PERSON)
        return list(found.order_by("pk").values_list("pk", flat=True))
    kept = set(segments.members(viewer, segment, at=at))
    return [pk for pk in found.order_by("pk").values_list("pk", flat=True) if pk in kept]


def of_festival(
    found: QuerySet[Customer], festival: Festival, *, on: date
) -> QuerySet[Customer]:
    """Keep those whom a festival is for: its place, women, people of sixty."""
    found = found.filter(state=Customer.State.ACTIVE, deceased_on__isnull=True)
    if festival.place is not None:
        found = found.filter(book__org_unit__path__startswith=festival.place.path)
    whom = Festival.Whom(festival.whom)
    if whom in (Festival.Whom.WOMEN, Festival.Whom.MEN):
        gender = "female" if whom == Festival.Whom.WOMEN else "male"
        return found.filter(gender=gender)
    if whom == Festival.Whom.ELDERLY:
        return found.filter(birth_date__lte=add_months(on, -12 * OLD))
    return found


def celebrating(on: date, levels: dict[int, int]) -> set[int]:
    """Who has their birthday on a day and gets a card for it, by the service standard."""
    if not any(each.code == "birthday" for each in catalogue().active()):
        return set()
    born = [each.customer_id for each in birthdays_within(on, 0)]
    matrix = standards.in_force(on).matrix
    rows = Customer.objects.filter(pk__in=born).values_list(
        "pk", "kind", "book__org_unit__path", "business_class"
    )
    known = levels | levels_of([pk for pk in born if pk not in levels])
    return {
        pk
        for pk, kind, unit, klass in rows
        if matrix.standard(
            known.get(pk, 0), kind=kind, unit=unit, business_class=klass
        ).birthday_from
        is not None
    }


def carded(on: date, among: Collection[int] | None = None) -> set[int]:
    """Who has, or had, a card for the festivals of a day."""
    found = CareTask.objects.filter(
        ~Q(state__in=[CareTask.State.GONE, CareTask.State.EXPIRED]), trigger="festival",
        happens_on=on,
    )  # fmt: skip
    if among is not None:
        found = found.filter(customer__in=list(among))
    return set(found.values_list("customer", flat=True))


def _had(plan: Plan) -> set[int]:
    """Who is wished by a message that day already, of this festival or of another."""
    return set(Wish.objects.filter(plan__on=plan.on).values_list("customer", flat=True))
