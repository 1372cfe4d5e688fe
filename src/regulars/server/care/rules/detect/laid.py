"""Work that a feature above lays on the day: it says what, for whom, and on which day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.shape import Desk, Priority, Trigger


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
    desk
        On whose list it lies, where that is not the trigger's.
    happened
        The day that its words speak of, where that is not the one on which it is due.
    step_en
        The step in English, where names of ours stand in it, that both languages have.
    number, ref
        What people call it, and how its page is found.
    words
        What is said, written for this customer.
    """

    customer_id: int
    record: str
    on: date
    step: str = ""
    what: str = ""
    lead: str = ""
    since: date | None = None
    weaker: Priority | None = None
    desk: Desk | None = None
    happened: date | None = None
    step_en: str = ""
    number: str = ""
    ref: str = ""
    words: str = ""


def laid(trigger: Trigger) -> Callable[[Subject, Work, Morning], Reason | None]:
    """Judge such work under a trigger: its day has come, or the day from which it shows."""

    def judge(subject: Subject, row: Work, morning: Morning) -> Reason | None:
        if (row.since or row.on) > morning.day:
            return None
        due = morning.later(row.on, 0)
        return Reason(
            trigger=_on_desk(trigger, row.desk) if row.desk else trigger,
            customer_id=subject.customer_id,
            cycle=f"{row.record}:{row.on.isoformat()}",
            series=row.record,
            due_on=due,
            expires_on=morning.later(max(due, morning.day), trigger.keep),
            stake=subject.stake,
            happens_on=row.happened or row.on,
            weaker=row.weaker,
            facts={"step": row.step, "what": row.what, "lead": row.lead}
            | ({"step_en": row.step_en} if row.step_en else {})
            | ({"number": row.number, "ref": row.ref} if row.ref else {})
            | ({"words": row.words} if row.words else {}),
        )

    return judge


@lru_cache(maxsize=64)
def _on_desk(trigger: Trigger, desk: Desk) -> Trigger:
    return replace(trigger, desk=desk)
