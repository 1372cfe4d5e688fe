"""Somebody new in charge, and festivals: people's days that the company sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.dated import Row
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.policy import NEGATIVE

CALL_DAYS, VISIT_DAYS = 7, 30
FESTIVAL_AHEAD = 3


@dataclass(frozen=True)
class NewOwner:
    """Since when somebody leads a customer, and what the new owner did since."""

    customer_id: int
    owner: int
    since: date
    called: bool = False
    visited: bool = False


def owner_changed(subject: Subject, row: NewOwner, morning: Morning) -> Reason | None:
    """A call within a week, then a visit within thirty days; what was done is not asked.

    Customers of negative contribution are served by themselves, and nobody introduces himself.
    """
    days = (morning.day - row.since).days
    if row.visited or subject.level <= NEGATIVE or not 0 <= days <= VISIT_DAYS:
        return None
    trigger = catalogue.OWNER_CHANGED
    step, due = VISIT_DAYS, morning.before(row.since + timedelta(days=VISIT_DAYS))
    if not row.called and days <= CALL_DAYS:
        step, due = CALL_DAYS, morning.later(row.since, morning.deadline(trigger))
    due = max(due, morning.after(0))
    series = f"{row.owner}@{row.since:%Y%m%d}"
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{series}:{step}",
        series=series,
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        happens_on=row.since,
        facts={"stage": str(step)},
    )


def festival(subject: Subject, row: Row, morning: Morning) -> Reason | None:
    """From three days before the day, and on a working day, to the day itself."""
    starts = morning.before(row.on - timedelta(days=FESTIVAL_AHEAD))
    if not starts <= morning.day <= row.on:
        return None
    trigger = catalogue.FESTIVAL
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{row.ref}@{row.on.isoformat()}",
        due_on=row.on,
        expires_on=row.on,
        stake=subject.stake,
        happens_on=row.on,
        facts=row.facts,
    )
