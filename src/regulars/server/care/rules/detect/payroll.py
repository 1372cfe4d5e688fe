"""Pay that came for the first time, did not come, or leaves at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject

LATE_DAYS = 5
FLIGHT = Decimal("0.8")
# The service desk gets a few days until the date itself.
FLIGHT_AHEAD, FLIGHT_BEGINS = 3, 7


@dataclass(frozen=True)
class Pay:
    """The rhythm of somebody's pay: when it is expected next, and what was seen of it.

    Attributes
    ----------
    expected
        The usual day of the month after the last pay.
    seen_until
        The last day of which we know the transactions.
    left
        The smaller share, of the last two pays, that left within three days.
    """

    customer_id: int
    last: date
    expected: date
    seen_until: date
    amount: Decimal
    left: Decimal = Decimal(0)


def payroll_stopped(subject: Subject, row: Pay, morning: Morning) -> Reason | None:
    """No pay by the usual day and five more, as far as transactions are known."""
    late = row.expected + timedelta(days=LATE_DAYS)
    if min(morning.day, row.seen_until) < late:
        return None
    trigger = catalogue.PAYROLL_STOPPED
    due = morning.after(morning.deadline(trigger))
    return _reason(trigger, subject, row, due=due, last=morning.later(due, trigger.keep))


def payroll_flight(subject: Subject, row: Pay, morning: Morning) -> Reason | None:
    """Four fifths of two pays left within three days: before the next one."""
    begins = morning.before(row.expected - timedelta(days=FLIGHT_BEGINS))
    if row.left < FLIGHT or not begins <= morning.day <= row.expected:
        return None
    due = morning.before(row.expected - timedelta(days=FLIGHT_AHEAD))
    due = max(due, morning.after(0))
    trigger = catalogue.PAYROLL_FLIGHT
    return _reason(trigger, subject, row, due=due, last=max(due, row.expected))


def _reason(
    trigger: catalogue.Trigger, subject: Subject, row: Pay, *, due: date, last: date
) -> Reason:
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.expected.isoformat(),
        due_on=due,
        expires_on=last,
        stake=subject.stake,
        happens_on=row.expected,
        facts={"amount": str(row.amount), "value": str(row.left)},
    )
