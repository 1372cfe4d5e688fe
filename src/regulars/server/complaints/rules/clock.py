"""The three clocks of a case, and how long they stand still.

Acknowledging and answering are counted in working hours, by tier; resolving in days of the
calendar, to the end of work on the last working day among them. While we wait for the
customer none of them runs: what was left when the wait began is left when it ends. A wait
begins only after the case is acknowledged, and mends nothing that was late before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulars.base.workhours import WorkHours
from regulars.server.complaints.rules.policy import ACKNOWLEDGE_HOURS, LEVELS, UNTIERED, Policy


class Step(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    RESOLVE = "resolve"
    CALL = "call"  # of a closed case: somebody else asks whether it is settled


CLOCKS = (Step.ACKNOWLEDGE, Step.ANSWER, Step.RESOLVE)  # of an open case


@dataclass(frozen=True)
class Due:
    """When a case must be acknowledged, answered, resolved."""

    acknowledge: datetime
    answer: datetime
    resolve: datetime


@dataclass(frozen=True)
class Clock:
    """The settings and the working hours together."""

    policy: Policy
    work: WorkHours

    def due(
        self,
        at: datetime,
        *,
        level: int,
        is_complex: bool,
        hours: int | None = None,
        workdays: int | None = None,
    ) -> Due:
        """When what comes in at a moment must be dealt with.

        `hours` or `workdays` are what the service standard gives to acknowledge it. No clock
        ends after a later one.
        """
        known = level if level in LEVELS else UNTIERED
        if workdays:
            first = self.work.after_days(at, workdays)
        else:
            length = timedelta(hours=hours or ACKNOWLEDGE_HOURS[known])
            first = self.work.add(at, length)
        second = self.work.add(at, timedelta(hours=self.policy.answer[known]))
        last = self.resolve_by(at, is_complex=is_complex)
        return Due(min(first, last), min(max(first, second), last), last)

    def resolve_by(self, at: datetime, *, is_complex: bool) -> datetime:
        days = self.policy.complex if is_complex else self.policy.simple
        return self._ends(at, days, least=self.work.day_ends(at))

    def extended(self, due: datetime, days: int) -> datetime:
        """So many days later, to the end of work on the last working day among them."""
        return self._ends(due, days, least=due)

    def _ends(self, at: datetime, days: int, *, least: datetime) -> datetime:
        day = at.astimezone(self.work.zone).date() + timedelta(days=days)
        while not self.work.calendar.is_workday(day) and self.work.closes(day) > least:
            day -= timedelta(days=1)
        return max(self.work.closes(day), least)

    def resumed(self, due: Due, *, since: datetime, at: datetime) -> Due:
        """The clocks after a wait from `since` to `at`."""
        return Due(
            due.acknowledge,
            self._later(due.answer, since, at),
            self._later(due.resolve, since, at),
        )

    def _later(self, due: datetime, since: datetime, at: datetime) -> datetime:
        """As much working time after the wait as was left before it."""
        if due <= since:
            return due
        return max(due, self.work.add(at, self.work.between(since, due)))

    def call_by(self, at: datetime) -> datetime:
        """When somebody else must have called after the closing."""
        return self.work.after_days(at, self.policy.call_back)

    def left(self, due: datetime, at: datetime) -> timedelta:
        """Working time that is left; negative where it is late."""
        return self.work.between(at, due)

    def rises_at(self, due: datetime, rungs: int) -> datetime:
        """When what was due then has stayed long enough on so many rungs."""
        found = due
        for _ in range(rungs):
            found = self.work.add(found, timedelta(hours=self.policy.rise))
        return found


def next_clock(*, acknowledged: bool, answered: bool) -> Step:
    """What a case waits for next."""
    if not acknowledged:
        return Step.ACKNOWLEDGE
    return Step.RESOLVE if answered else Step.ANSWER


def later(due: Mapping[Step, datetime], at: datetime) -> tuple[Step, ...]:
    """The clocks of some that have run out."""
    return tuple(step for step in CLOCKS if step in due and due[step] <= at)
