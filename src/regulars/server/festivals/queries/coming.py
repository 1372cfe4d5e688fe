"""The festivals with their days, and those that lack a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from regulars.base.calendar import lunar_text
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.festivals import rules
from regulars.server.festivals.models import Festival, Plan

YEARS = 2


@dataclass(frozen=True)
class Coming:
    """One festival on one day."""

    festival: Festival
    on: date
    plan: Plan | None
    days: int  # from today

    @property
    def lunar(self) -> str:
        return lunar_text(self.on)

    @property
    def lacks(self) -> bool:
        """Somebody must decide: it is near and nothing is planned."""
        return self.plan is None and 0 <= self.days <= rules.NOTICE


def festivals(viewer: Person) -> QuerySet[Festival]:
    """The company's festivals, and those of places around the viewer's."""
    found = Festival.objects.select_related("place")
    return found if viewer.scope.everything else found.filter(_of(viewer))


def festival(viewer: Person, code: str) -> Festival | None:
    return festivals(viewer).filter(code=code).first()


def coming(
    viewer: Person, today: date, *, years: int = YEARS, every: bool = False
) -> list[Coming]:
    """What comes in the next years, with its plan; `every` with those switched off."""
    until = today.replace(day=1, year=today.year + years)
    kept = festivals(viewer) if every else festivals(viewer).filter(is_on=True)
    return _with_plans(list(kept), today, until)


def missing(viewer: Person, today: date) -> list[Coming]:
    """Festivals within three weeks of which nobody said what is done."""
    kept = list(festivals(viewer).filter(is_on=True))
    near = _with_plans(kept, today, today + timedelta(days=rules.NOTICE + 1))
    return [one for one in near if one.lacks]


def lacking(viewer: Person, today: date) -> int:
    """How many this viewer is to decide about: only who may plan is told."""
    if not viewer.may(Permission.EDIT_CONTENT):
        return 0
    return len(missing(viewer, today))


def day_of(found: Festival, year: int) -> list[date]:
    return rules.days(found.rule, year, core.missing_days())


def _with_plans(kept: list[Festival], start: date, stop: date) -> list[Coming]:
    days = sorted(_days(kept, start, stop), key=lambda each: (each[1], each[0].code))
    plans = Plan.objects.filter(festival__in=kept, on__range=(start, stop))
    known = {
        (each.festival_id, each.on): each for each in plans.select_related("owner", "festival")
    }
    return [Coming(one, on, known.get((one.pk, on)), (on - start).days) for one, on in days]


def _days(kept: Iterable[Festival], start: date, stop: date) -> Iterator[tuple[Festival, date]]:
    for one in kept:
        for year in range(start.year, stop.year + 1):
            yield from ((one, on) for on in day_of(one, year) if start <= on < stop)


def _of(viewer: Person) -> Q:
    """Festivals of everybody, and of the places in whose line the viewer stands."""
    above = [int(each) for each in viewer.org_unit.path.strip("/").split("/") if each]
    return (
        Q(place__isnull=True)
        | Q(place__in=above)
        | Q(place__path__startswith=viewer.org_unit.path)
    )
