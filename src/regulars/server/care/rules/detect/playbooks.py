"""What follows a purchase: the step of a playbook whose day has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.desks import timed
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject, short
from regulars.server.content.rules.shape import Step
from regulars.server.standards.rules import Doer

# Reasons of the catalogue that say the same while a playbook of a beginning runs.
INSTEAD: dict[str, tuple[str, ...]] = {
    "purchase": ("first_purchase", "post_purchase"),
    "opened": ("first_purchase", "new_account"),
    "delivery": ("delivery_followup", "post_purchase"),
    "service": ("service_followup",),
    "contract": ("contract_signed",),
}


@dataclass(frozen=True)
class Bought:
    """One purchase, and the steps that follow it.

    Attributes
    ----------
    ref
        What makes the purchase one: a holding, an order, an event.
    stopped
        The customer refused an earlier step of it.
    """

    customer_id: int
    playbook: str
    version: int
    begins: str
    ref: str
    on: date
    steps: Sequence[Step]
    product: str = ""
    learned_on: date | None = None
    stopped: bool = False

    @property
    def series(self) -> str:
        return short(f"{self.playbook}/{self.ref}@{self.on:%Y%m%d}".replace(":", "-"))


def playbook_step(subject: Subject, row: Bought, morning: Morning) -> Reason | None:
    """The newest step that has begun. A step whose days went by unlearned is not told."""
    begun = [s for s in row.steps if row.on + timedelta(days=s.day) <= morning.day]
    if row.stopped or not begun:
        return None
    step, trigger = begun[-1], catalogue.PLAYBOOK_STEP
    start = row.on + timedelta(days=step.day)
    due = morning.later(start, morning.deadline(trigger))
    last = morning.later(due, trigger.keep)
    if last < morning.day:
        return None
    due = max(due, morning.after(0))
    # Whom people call by the standard, they call after a sale; the others the remote team.
    line = morning.standard(subject).contact
    told = {
        "playbook": row.playbook,
        "key": step.key,
        "count": str(step.day),
        "purpose_zh": step.purpose.of("zh"),
        "purpose_en": step.purpose.of("en"),
        "product": row.product,
        "ways": step.channel,
    }
    return Reason(
        trigger=timed(trigger, line.doer if line else Doer.REMOTE, step.minutes),
        customer_id=subject.customer_id,
        cycle=f"{row.series}:{short(step.key)[:30]}",
        series=row.series,
        due_on=due,
        expires_on=max(due, last),
        stake=subject.stake,
        happens_on=row.on,
        learned_on=row.learned_on,
        facts={name: value for name, value in told.items() if value},
    )


def without_same(reasons: Sequence[Reason], rows: Sequence[Bought]) -> list[Reason]:
    """Leave out what the catalogue would say of a purchase whose playbook runs."""
    said = {
        (row.customer_id, code)
        for row in rows
        for code in INSTEAD.get(row.begins, ())
        if not row.stopped
    }
    return [one for one in reasons if (one.customer_id, one.trigger.code) not in said]
