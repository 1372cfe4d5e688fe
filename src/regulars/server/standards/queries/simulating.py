"""What a standard asks of the people of each place, beside what they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.server.core.models import OrgUnit, Person
from regulars.server.standards import rules
from regulars.server.standards.queries.counting import counts, staff, workdays_a_month
from regulars.server.standards.queries.versions import unit_names
from regulars.server.standards.rules import Content, Load


@dataclass(frozen=True)
class Row:
    """One role in one place, now and under the content that is tried."""

    unit: OrgUnit | None
    load: Load
    asked_now: float

    @property
    def change(self) -> float:
        return self.load.asked - self.asked_now


@dataclass(frozen=True)
class Simulation:
    """The whole answer: roles over all places, and every place, the tightest first."""

    roles: tuple[Row, ...]
    places: tuple[Row, ...]
    customers: int
    workdays: float  # of a usual month

    @property
    def tight(self) -> tuple[Row, ...]:
        """Where more is asked than is there."""
        return tuple(row for row in self.places if row.load.is_over)


def simulate(viewer: Person, content: Content, *, now: Content, day: date) -> Simulation:
    """Reckon a content on the viewer's customers of today, beside what is in force."""
    counted, people, workdays = counts(viewer, day=day), staff(viewer), workdays_a_month(day)
    then = _within(
        viewer, rules.loads(content.matrix, counted, people, content.hours, workdays=workdays)
    )
    today = _within(
        viewer, rules.loads(now.matrix, counted, people, now.hours, workdays=workdays)
    )
    asked = {(load.unit, load.doer): load.asked for load in today}
    asked_by_role = {load.doer: load.asked for load in rules.by_role(today)}
    units = unit_names()
    return Simulation(
        roles=tuple(
            Row(None, load, asked_by_role.get(load.doer, 0.0)) for load in rules.by_role(then)
        ),
        places=tuple(
            Row(units.get(load.unit), load, asked.get((load.unit, load.doer), 0.0))
            for load in then
            if load.asked or load.people
        ),
        customers=sum(count.customers for count in counted),
        workdays=workdays,
    )


def _within(viewer: Person, found: list[Load]) -> list[Load]:
    """Leave out those above the viewer's place: they work for others too."""
    if viewer.scope.everything:
        return found
    return [load for load in found if load.unit.startswith(viewer.org_unit.path)]
