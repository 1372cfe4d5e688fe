"""Detection in dealings with organisations: one function per trigger, as in `detect`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect import Morning, Reason, Subject

# Days after which an invoice is spoken of; what stays open longer, every so many days.
LATE_DAYS = (1, 7, 15, 30)
AGAIN_DAYS = 30
QUOTE_DAYS = 3


@dataclass(frozen=True)
class Owed:
    """What an organisation should have paid."""

    customer_id: int
    amount: Decimal
    oldest: date


def invoice_overdue(subject: Subject, row: Owed, morning: Morning) -> Reason | None:
    """The oldest invoice is late by one of the steps, and again each further month."""
    trigger = catalogue.INVOICE_OVERDUE
    step = _late(row, morning, morning.stages(trigger, LATE_DAYS))
    if step is None:
        return None
    due = morning.after(morning.deadline(trigger))
    series = row.oldest.isoformat()
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{series}:{step}",
        series=series,
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=row.amount,
        happens_on=row.oldest,
        # Nothing is known of the sum where every invoice lacks a rate.
        facts={"amount": str(row.amount) if row.amount else ""},
    )


def _late(row: Owed, morning: Morning, steps: tuple[int, ...]) -> int | None:
    """The newest step that has begun; beyond the last one each month is a step."""
    days, last = (morning.day - row.oldest).days, max(steps)
    if days > last:
        return last + (days - last) // AGAIN_DAYS * AGAIN_DAYS
    return max((step for step in steps if step <= days), default=None)


@dataclass(frozen=True)
class Ends:
    """An offer that ends."""

    customer_id: int
    record: int
    on: date
    amount: Decimal | None
    number: str = ""


def quote_expiring(subject: Subject, row: Ends, morning: Morning) -> Reason:
    """A quote runs out without an answer; once for this quote."""
    trigger = catalogue.QUOTE_EXPIRING
    last = max(morning.before(row.on), morning.after(0))
    due = min(morning.after(morning.deadline(trigger)), last)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=str(row.record),
        due_on=due,
        expires_on=max(due, min(row.on, morning.later(due, trigger.keep))),
        stake=row.amount or Decimal(0),
        happens_on=row.on,
        facts={"amount": str(row.amount or ""), "number": row.number},
    )


@dataclass(frozen=True)
class Step:
    """The next step of a plan of two partners."""

    customer_id: int
    plan: int
    step: str
    on: date
    partner: str
    partner_en: str
    lead: str = ""


def joint_plan(subject: Subject, row: Step, morning: Morning) -> Reason | None:
    """The day of the step has come; a step with a new day is a new reason."""
    if row.on > morning.day:
        return None
    trigger = catalogue.JOINT_PLAN
    due = morning.later(row.on, 0)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{row.plan}:{row.on.isoformat()}",
        series=str(row.plan),
        due_on=due,
        expires_on=morning.later(max(due, morning.day), trigger.keep),
        stake=subject.stake,
        happens_on=row.on,
        facts={
            "step": row.step,
            "partner_zh": row.partner,
            "partner_en": row.partner_en,
            "lead": row.lead,
        },
    )


def since_steps(day: date) -> date:
    """How far back a step is still waited for."""
    return day - timedelta(days=60)
