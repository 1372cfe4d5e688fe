"""What a morning knows, of whom, and what it finds: a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from regulars.base.calendar import WorkCalendar
from regulars.server.care.rules.policy import NEGATIVE, Policy, Standard
from regulars.server.care.rules.shape import Priority, Trigger

LONGEST_SERIES = 32


@dataclass(frozen=True)
class Morning:
    """The day that is planned, its calendar and the company's settings."""

    day: date
    calendar: WorkCalendar
    policy: Policy
    # The same few sums are asked for each of a hundred thousand customers.
    known: dict[tuple[date, int], date] = field(default_factory=dict, repr=False)

    def after(self, workdays: int) -> date:
        """The working day that many working days from today (0: today or the next one)."""
        return self.later(self.day, workdays)

    def later(self, day: date, workdays: int) -> date:
        """The same from any day."""
        asked = day, workdays
        if asked not in self.known:
            self.known[asked] = self.calendar.add_workdays(day, workdays)
        return self.known[asked]

    def before(self, day: date) -> date:
        """The last working day on or before a day."""
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def deadline(self, trigger: Trigger) -> int:
        return self.policy.deadlines.get(trigger.code, trigger.deadline)

    def standard(self, subject: Subject) -> Standard:
        """How a customer is looked after; self-service means that of the lowest level."""
        return self.policy.standard(
            NEGATIVE if subject.self_service else subject.level,
            kind=subject.kind,
            unit=subject.unit,
            business_class=subject.business_class,
        )

    def stages(self, trigger: Trigger, usual: tuple[int, ...]) -> tuple[int, ...]:
        return self.policy.stages.get(trigger.code, usual)


@dataclass(frozen=True)
class Subject:
    """What every trigger may ask about a customer."""

    customer_id: int
    book_id: int
    level: int
    stake: Decimal = Decimal(0)
    marketing: tuple[str, ...] = ()  # channels on which marketing is allowed
    kind: str = "person"
    unit: str = ""  # path of the place in the company's tree
    business_class: str = ""
    self_service: bool = False


@dataclass(frozen=True)
class Reason:
    """Why this customer, in this cycle, until when, and what it is worth."""

    trigger: Trigger
    customer_id: int
    cycle: str
    due_on: date
    expires_on: date
    stake: Decimal
    happens_on: date | None = None
    learned_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    series: str = ""
    weaker: Priority | None = None  # a class below the trigger's own
    chance: float = 0.0  # which part of the stake the contact changes, 0-1
    settles: bool = False  # moot once a reason of its series was done

    @property
    def priority(self) -> Priority:
        return self.weaker or self.trigger.priority

    @property
    def gain(self) -> Decimal:
        """What the contact is expected to change, in money."""
        return round(self.stake * Decimal(str(self.chance)), 2)

    def but(
        self,
        *,
        trigger: Trigger | None = None,
        facts: Mapping[str, str] | None = None,
        chance: float | None = None,
    ) -> Reason:
        """The same reason with another trigger, other facts or another chance.

        A morning does it a million times; `dataclasses.replace` asks for all fields anew.
        """
        made: Reason = object.__new__(Reason)
        made.__dict__.update(self.__dict__)
        if trigger is not None:
            made.__dict__["trigger"] = trigger
        if facts is not None:
            made.__dict__["facts"] = facts
        if chance is not None:
            made.__dict__["chance"] = chance
        return made

    @property
    def key(self) -> tuple[str, int, str]:
        return self.trigger.code, self.customer_id, self.cycle


def short(text: str) -> str:
    """Fit a key of any length into a cycle, still one to one."""
    if len(text) <= LONGEST_SERIES:
        return text
    return sha256(text.encode()).hexdigest()[:LONGEST_SERIES]
