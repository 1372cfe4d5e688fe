"""Where a customer stands: fallen asleep, or close to another tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject, short


@dataclass(frozen=True)
class Asleep:
    """A customer's stage in the newest run and in the one before."""

    customer_id: int
    as_of: date
    was: str | None
    now: str
    last_on: date | None


def became_dormant(subject: Subject, row: Asleep, morning: Morning) -> Reason | None:
    """Dormant in this run and not in the one before; who was not there did not become it."""
    if row.now != "dormant" or row.was is None or row.was == "dormant":
        return None
    trigger = catalogue.BECAME_DORMANT
    due = morning.after(morning.deadline(trigger))
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.as_of.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts={"was": row.was} | ({"last": row.last_on.isoformat()} if row.last_on else {}),
    )


@dataclass(frozen=True)
class Standing:
    """How near a customer is to the next better tier."""

    customer_id: int
    tier: str
    measure: Decimal
    next_at: Decimal | None
    before: Standing | None = None  # in the tier run before
    had_before: bool = False  # there is such a run

    def is_near(self, share: float) -> bool:
        if self.next_at is None or self.next_at <= 0:
            return False
        return Decimal(str(share)) * self.next_at <= self.measure < self.next_at


def tier_threshold(subject: Subject, row: Standing, morning: Morning) -> Reason | None:
    """Between 80 % of the next tier and the tier itself, in this run and the one before.

    With `had_before` the run before exists, and its row must say the same.
    """
    share = morning.policy.threshold_from
    if not row.is_near(share) or row.next_at is None:
        return None
    if row.had_before and (row.before is None or not row.before.is_near(share)):
        return None
    trigger = catalogue.TIER_THRESHOLD
    due = morning.after(morning.deadline(trigger))
    gap = row.next_at - row.measure
    quarter = f"{morning.day.year}-Q{(morning.day.month + 2) // 3}"
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{short(row.tier)}:{quarter}",
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=gap,
        facts={"gap": str(gap), "next_at": str(row.next_at), "tier": row.tier},
    )


@dataclass(frozen=True)
class Below:
    """Below a tier for three months: which one, and what is lacking to it."""

    customer_id: int
    as_of: date
    tier: str
    gap: Decimal


def tier_watch(subject: Subject, row: Below, morning: Morning) -> Reason:
    """Once for this fall: the reader leaves out whom it told in these months."""
    trigger = catalogue.TIER_WATCH
    due = morning.after(morning.deadline(trigger))
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{short(row.tier)}@{row.as_of.isoformat()}",
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts={"tier": row.tier, "gap": str(row.gap)},
    )
