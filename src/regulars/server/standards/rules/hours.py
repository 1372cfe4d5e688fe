"""What a standard asks of people, in hours a month, against what they have. Pure.

Only what comes in a rhythm is counted. What waits for an occasion (a complaint, a visit on
event, a stage entered) is not: how often it comes is not known beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from regulars.server.standards.rules.lines import ORGANIZATION, Doer, Matrix, Purpose
from regulars.server.standards.rules.plans import Hours


@dataclass(frozen=True)
class Count:
    """How many customers of a tier a place has; `unit` is its path in the tree."""

    unit: str
    kind: str
    business_class: str
    level: int
    customers: int


@dataclass(frozen=True)
class Load:
    """What one role in one place is asked for, and what it has, in hours a month."""

    unit: str  # "" where nobody of the role is anywhere above
    doer: str
    asked: float
    there: float
    people: int
    by_purpose: Mapping[str, float] = field(default_factory=dict)
    by_level: Mapping[int, float] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Asked over there; None where nobody is there."""
        return self.asked / self.there if self.there else None

    @property
    def is_over(self) -> bool:
        return self.asked > self.there + 0.5  # half an hour a month is rounding


Staff = Mapping[tuple[str, str], int]  # (path of the place, role) -> people


def loads(
    matrix: Matrix, counts: Iterable[Count], staff: Staff, hours: Hours, *, workdays: float
) -> list[Load]:
    """Add up what the lines ask, where the people are who do it; the tightest first.

    Work of a role that a branch does not have falls to the nearest place above that has it.
    `workdays` are those of a usual month.
    """
    asked: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    carriers = _Carriers(staff)
    for count in counts:
        standard = matrix.standard(
            count.level, kind=count.kind, unit=count.unit, business_class=count.business_class
        )
        for line in standard.lines:
            if line.purpose == Purpose.GREETING and count.kind == ORGANIZATION:
                continue
            hours_a_month = line.times_a_month * line.minutes / 60 * count.customers
            if hours_a_month and line.by_people:
                where = carriers.of(count.unit, line.doer)
                asked[where, line.doer].add(line.purpose, count.level, hours_a_month)
    places = {*asked, *((unit, role) for unit, role in staff if role in set(Doer))}
    found = []
    for unit, doer in sorted(places):
        people = hours.remote_people if doer == Doer.REMOTE else staff.get((unit, doer), 0)
        total = asked.get((unit, doer), _Sum())
        there = hours.of(doer, people=people, workdays=workdays)
        found.append(
            Load(
                unit, doer, total.hours, there, people,
                dict(total.by_purpose), dict(total.by_level),
            )
        )  # fmt: skip
    return sorted(found, key=lambda load: (-_tightness(load), load.unit, load.doer))


def by_role(found: Iterable[Load]) -> list[Load]:
    """The same for the whole company, a row per role in the order of roles."""
    sums: dict[str, _Sum] = defaultdict(_Sum)
    there: dict[str, float] = defaultdict(float)
    people: dict[str, int] = defaultdict(int)
    for load in found:
        for purpose, hours in load.by_purpose.items():
            sums[load.doer].by_purpose[purpose] += hours
        for level, hours in load.by_level.items():
            sums[load.doer].by_level[level] += hours
        sums[load.doer].hours += load.asked
        there[load.doer] += load.there
        people[load.doer] += load.people
    return [
        Load(
            "", doer, sums[doer].hours, there[doer], people[doer],
            dict(sums[doer].by_purpose), dict(sums[doer].by_level),
        )
        for doer in Doer
        if doer in sums and (sums[doer].hours or there[doer])
    ]  # fmt: skip


class _Sum:
    """Hours as they are added up."""

    def __init__(self) -> None:
        self.hours = 0.0
        self.by_purpose: dict[str, float] = defaultdict(float)
        self.by_level: dict[int, float] = defaultdict(float)

    def add(self, purpose: str, level: int, hours: float) -> None:
        self.hours += hours
        self.by_purpose[purpose] += hours
        self.by_level[level] += hours


class _Carriers:
    """Finds who does the work of a place: the nearest people of the role, going up."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.known: dict[tuple[str, str], str] = {}

    def of(self, unit: str, doer: str) -> str:
        if doer == Doer.REMOTE:
            return ""  # one team for the company
        if (unit, doer) not in self.known:
            self.known[unit, doer] = next(
                (place for place in _upwards(unit) if self.staff.get((place, doer))), ""
            )
        return self.known[unit, doer]


def _upwards(path: str) -> Iterable[str]:
    """ "/1/4/17/" and then "/1/4/", "/1/"."""
    while len(path) > 1:
        yield path
        path = path[: path.rstrip("/").rfind("/") + 1]


def _tightness(load: Load) -> float:
    if load.share is None:
        return float("inf") if load.asked else -1.0
    return load.share
