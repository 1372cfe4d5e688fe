"""Lines of the standard, and which of them hold for one customer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

TOP, HIGH, MIDDLE, MASS, NEGATIVE = 5, 4, 3, 2, 1
LEVELS = (TOP, HIGH, MIDDLE, MASS, NEGATIVE)
# Customers without a tier are looked after like the mass.
UNTIERED = MASS
PERSON, ORGANIZATION, EVERYBODY = "person", "organization", ""
CHANNELS = ("call", "wecom", "visit", "sms", "email", "app", "counter")


class Purpose(StrEnum):
    """What a line is for."""

    CONTACT = "contact"  # two-way
    VISIT = "visit"
    REVIEW = "review"
    GREETING = "greeting"  # the birthday
    COMPLAINT = "complaint"  # until it is acknowledged


class Doer(StrEnum):
    """Who does it: a role, the remote team, or nobody in person."""

    RM = "rm"
    MANAGER = "manager"
    LEADER = "leader"
    LOBBY_MANAGER = "lobby_manager"
    REMOTE = "remote"
    MACHINE = "machine"


class Rhythm(StrEnum):
    """How often. The ends of calendar periods are deadlines; `EVENT` waits for an occasion."""

    DAYS = "days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    EVENT = "event"
    NEVER = "never"


# Whose visits are not those of the book's owner.
RANKS = (Doer.MANAGER, Doer.LEADER)

# Kind of customer, path of the place, business class, level, purpose: one cell of the page for
# one group of customers.
Group = tuple[str, str, str, int, str]
MONTHS: Mapping[str, int] = {
    Rhythm.MONTH: 1,
    Rhythm.QUARTER: 3,
    Rhythm.HALF_YEAR: 6,
    Rhythm.YEAR: 12,
}
PERIOD_MARKS: Mapping[int, str] = {1: "-{n:02}", 3: "-Q{n}", 6: "-H{n}", 12: ""}
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Period:
    """A stretch of the calendar in which something is to be done once: "2026-Q4"."""

    code: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Line:
    """What one role does for the customers of one tier.

    Attributes
    ----------
    kind, unit, business_class
        For whom: a kind of customer ("" for everybody), the place whose subtree it holds in
        (its path in the tree, "" for the company), a business class ("" for all).
    days
        Of the rhythm `DAYS`.
    minutes
        Of one time, with preparation and notes.
    lead_from, lead_until
        A birthday is prepared from so many days before it until so many before it.
    hours, workdays
        Within which a complaint is acknowledged, in hours of work or in working days.
    """

    level: int
    purpose: str
    doer: str = Doer.RM
    rhythm: str = Rhythm.EVENT
    days: int | None = None
    minutes: int = 0
    channels: tuple[str, ...] = ()
    manner: str = ""
    lead_from: int | None = None
    lead_until: int | None = None
    hours: int | None = None
    workdays: int | None = None
    kind: str = EVERYBODY
    unit: str = ""
    business_class: str = ""

    @property
    def interval(self) -> int | None:
        """Days from one time to the next, rounded; None without a rhythm."""
        if self.rhythm == Rhythm.DAYS:
            return self.days
        months = MONTHS.get(self.rhythm)
        return None if months is None else int(months * DAYS_A_YEAR / 12)

    @property
    def times_a_month(self) -> float:
        """How often it comes in a usual month; 0 where only occasions call for it."""
        if self.rhythm == Rhythm.DAYS and self.days:
            return DAYS_A_YEAR / 12 / self.days
        months = MONTHS.get(self.rhythm)
        return 1 / months if months else 0.0

    @property
    def by_people(self) -> bool:
        return self.doer != Doer.MACHINE

    @property
    def group(self) -> Group:
        """What an edit replaces at once."""
        return self.kind, self.unit, self.business_class, self.level, self.purpose

    def period(self, day: date) -> Period | None:
        """The period of a calendar rhythm that a day lies in; None for other rhythms."""
        months = MONTHS.get(self.rhythm)
        if months is None:
            return None
        n = (day.month - 1) // months
        end = (n + 1) * months  # months since January
        last = date(day.year + end // 12, end % 12 + 1, 1) - timedelta(days=1)
        code = f"{day.year}{PERIOD_MARKS[months].format(n=n + 1)}"
        return Period(code, date(day.year, n * months + 1, 1), last)

    def due_after(self, last: date) -> date | None:
        """The day by which the next time is due, after one on `last`.

        With a calendar rhythm that is the end of the period after the one of `last`.
        """
        if self.rhythm == Rhythm.DAYS and self.days:
            return last + timedelta(days=self.days)
        months = MONTHS.get(self.rhythm)
        if months is None:
            return None
        month = (last.month - 1) // months * months + 2 * months  # months since January
        return date(last.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Standard:
    """How one customer's tier is looked after: the lines that hold there."""

    level: int
    lines: tuple[Line, ...]

    def of(self, purpose: str) -> tuple[Line, ...]:
        """The lines of a purpose, the most frequent first."""
        found = [line for line in self.lines if line.purpose == purpose]
        return tuple(sorted(found, key=lambda line: (line.interval or 10**6, line.doer)))

    @cached_property
    def contact_every(self) -> int | None:
        """Days between two-way contacts of people; None: by machines or occasions only."""
        return self.contact.interval if self.contact else None

    @cached_property
    def contact(self) -> Line | None:
        """The most frequent two-way contact of people."""
        often = (n for n in self.of(Purpose.CONTACT) if n.by_people and n.interval)
        return next(often, None)

    @property
    def birthday_from(self) -> int | None:
        """Days before a birthday from which it is prepared; None: not at all."""
        leads = [line.lead_from for line in self.of(Purpose.GREETING)]
        return max((lead for lead in leads if lead is not None), default=None)

    @property
    def birthday_until(self) -> int | None:
        """Days before a birthday by which that is done."""
        leads = [line.lead_until for line in self.of(Purpose.GREETING)]
        return min((lead for lead in leads if lead is not None), default=None)

    @property
    def acknowledge(self) -> Line | None:
        """Within which time a complaint is acknowledged, and by whom."""
        return next(iter(self.of(Purpose.COMPLAINT)), None)


@dataclass(frozen=True)
class Matrix:
    """All lines of a version, and the way to those of one customer."""

    lines: tuple[Line, ...]
    _found: dict[tuple[int, str, str, str], Standard] = field(
        default_factory=dict, compare=False, repr=False
    )

    def standard(
        self, level: int, *, kind: str = PERSON, unit: str = "", business_class: str = ""
    ) -> Standard:
        """How a customer is looked after. `unit` is the path of the customer's place.

        Purpose by purpose the nearest place that says something wins; within a place what is
        said of the business class wins over what is said of everybody.
        """
        if level not in LEVELS:
            level = UNTIERED
        asked = (level, kind, self.nearest(unit), business_class)
        if asked not in self._found:
            self._found[asked] = Standard(level, tuple(self._lines(*asked)))
        return self._found[asked]

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Paths of the places that say something of their own, the nearest first."""
        return tuple(sorted({n.unit for n in self.lines if n.unit}, key=lambda u: (-len(u), u)))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of customers that lines are written for, persons first."""
        known = (EVERYBODY, PERSON, ORGANIZATION)
        return tuple(kind for kind in known if any(n.kind == kind for n in self.lines))

    @property
    def longest_lead(self) -> int:
        """Days before a birthday at which the earliest tier begins."""
        return max((line.lead_from or 0 for line in self.lines), default=0)

    def with_cell(self, lines: Iterable[Line], *, group: Group) -> Matrix:
        """The same with other lines in one cell of one group of customers."""
        others = (line for line in self.lines if line.group != group)
        return Matrix((*others, *lines))

    def nearest(self, unit: str) -> str:
        """The nearest place that says something: so that few answers serve many branches."""
        return next((each for each in self.units if unit.startswith(each)), "")

    def _lines(self, level: int, kind: str, unit: str, business_class: str) -> Iterable[Line]:
        fitting = [
            line
            for line in self.lines
            if line.level == level
            and line.kind in (EVERYBODY, kind)
            and unit.startswith(line.unit)
            and line.business_class in ("", business_class)
        ]
        for purpose in Purpose:
            of = [line for line in fitting if line.purpose == purpose]
            best = max((_closeness(line) for line in of), default=None)
            yield from (
                line for line in of if _closeness(line) == best and line.rhythm != Rhythm.NEVER
            )


def _closeness(line: Line) -> tuple[int, bool, bool]:
    return len(line.unit), bool(line.business_class), bool(line.kind)


def fulfils(
    purpose: str,
    doer: str,
    channels: tuple[str, ...],
    *,
    channel: str,
    topic: str,
    role: str,
    beside: str = "",
) -> bool:
    """Tell whether a contact with an answer is what a line asks of a role.

    A visit is one that was made; a review says that it was one. A rank's duty is its own or
    that of the rank above; an owner's is fulfilled by whoever is no rank, the remote team's by
    anybody. A visit made together counts for both: `beside` is the role of who came along.
    """
    if purpose == Purpose.VISIT and channel != "visit":
        return False
    if purpose == Purpose.REVIEW and (
        topic != "review" or (channels and channel not in channels)
    ):
        return False
    return doer == Doer.REMOTE or _does(doer, role) or (beside != "" and _does(doer, beside))


def _does(doer: str, role: str) -> bool:
    if doer == Doer.RM:
        return role not in RANKS
    return role == doer or (doer == Doer.MANAGER and role == Doer.LEADER)
