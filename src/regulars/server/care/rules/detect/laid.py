"""Work that a feature above lays on the day: it says what, for whom, and on which day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from regulars.server.care.rules.detect.dated import Row
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.shape import Priority, Trigger


@dataclass(frozen=True)
class Work:
    """One thing to be done.

    Attributes
    ----------
    record
        What makes it one, such as "step:12"; with another day it is another reason.
    step
        What is to be done, in somebody's own words; `what` names it where nobody wrote any.
    lead
        Who does it, where it is not whoever looks after the customer.
    since
        From which day it shows, where that is before its own.
    weaker
        A class below that of its trigger, for what nobody agreed on.
    value
        A figure for the chip, such as the score of an answer.
    """

    customer_id: int
    record: str
    on: date
    step: str = ""
    what: str = ""
    lead: str = ""
    since: date | None = None
    weaker: Priority | None = None
    value: str = ""


def as_row(work: Work) -> Row:
    """Such work as something that happened, for a trigger that hears of it by events, too."""
    facts = {"value": work.value} if work.value else {}
    return Row(work.customer_id, work.record, work.on, learned_on=work.since, facts=facts)


def laid(trigger: Trigger) -> Callable[[Subject, Work, Morning], Reason | None]:
    """Judge such work under a trigger: its day has come, or the day from which it shows."""

    def judge(subject: Subject, row: Work, morning: Morning) -> Reason | None:
        if (row.since or row.on) > morning.day:
            return None
        due = morning.later(row.on, 0)
        return Reason(
            trigger=trigger,
            customer_id=subject.customer_id,
            cycle=f"{row.record}:{row.on.isoformat()}",
            series=row.record,
            due_on=due,
            expires_on=morning.later(max(due, morning.day), trigger.keep),
            stake=subject.stake,
            happens_on=row.on,
            weaker=row.weaker,
            facts={"step": row.step, "what": row.what, "lead": row.lead},
        )

    return judge
