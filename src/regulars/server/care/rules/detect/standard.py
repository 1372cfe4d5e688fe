"""What the service standard asks for: stages of life, visits, reviews, contacts of ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.dated import Row, judge
from regulars.server.care.rules.detect.desks import by_line, ranked, timed
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.shape import Priority, Trigger
from regulars.server.standards.rules import Line, Period, Treatment

CLASSES: Mapping[str, Priority] = {
    "intent": Priority.GROWTH,
    "at_risk": Priority.LOSS,
    "dormant": Priority.LOSS,
    "lost": Priority.LOSS,
}


@dataclass(frozen=True)
class Staged:
    """A customer who came into a stage, and what is done then.

    Attributes
    ----------
    quiet
        The same stage was treated within the days in which it is left in peace.
    """

    customer_id: int
    stage: str
    on: date
    cycle: str
    treatment: Treatment
    quiet: bool = False


class Owed(Protocol):
    """A line of the standard that a role owes a customer; see `standards.queries.Duty`."""

    @property
    def line(self) -> Line: ...
    @property
    def last(self) -> date | None: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date: ...
    @property
    def period(self) -> Period | None: ...


def stage_entered(subject: Subject, row: Staged, morning: Morning) -> Reason | None:
    """The treatment of a stage, where it is service."""
    return None if row.treatment.marketing else _treated(subject, row, morning)


def stage_offered(subject: Subject, row: Staged, morning: Morning) -> Reason | None:
    """The treatment of a stage, where it is marketing."""
    return _treated(subject, row, morning) if row.treatment.marketing else None


def _treated(subject: Subject, row: Staged, morning: Morning) -> Reason | None:
    if row.quiet or subject.self_service:
        return None
    of = catalogue.STAGE_OFFERED if row.treatment.marketing else catalogue.STAGE_ENTERED
    trigger = ranked(of, CLASSES.get(row.stage, Priority.CARE))
    due = morning.after(row.treatment.workdays)
    reason = Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.cycle,
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        happens_on=row.on,
    )
    return dressed(reason, row)


def dressed(reason: Reason, row: Staged) -> Reason:
    """The reason as the treatment of its stage wants it: whose, how long, what is done."""
    one = row.treatment
    trigger = timed(reason.trigger, one.doer, one.minutes)
    told = {
        "entered": row.stage,
        "task_zh": one.task,
        "task_en": one.task_en or one.task,
        "named_zh": one.name,
        "named_en": one.name_en or one.name,
        "ways": ",".join(one.channels),
    }
    return reason.but(trigger=trigger, facts={**reason.facts, **told})


def owed(trigger: Trigger, subject: Subject, row: Owed, morning: Morning) -> Reason:
    """A visit, a review or a rank's contact: once in a period, or in so many days."""
    doer = row.line.doer
    told = {
        "purpose": row.line.purpose,
        "doer": doer,
        "rhythm": row.line.rhythm,
        "every": str(row.line.days or ""),
        "ways": ",".join(row.line.channels),
    }
    if row.period is not None:
        # Another tier may ask in another rhythm: the open duty then moves to its period.
        series, cycle = doer, f"{doer}:{row.period.code}"
        due = max(morning.before(row.until), morning.after(0))
    else:
        series = f"{doer}:{row.since.isoformat()}"
        late = max((morning.day - row.until).days, 0)
        cycle = f"{series}:{late // max(row.line.days or 1, 1)}"
        due = morning.after(morning.deadline(trigger))
    return Reason(
        trigger=by_line(trigger, row.line),
        customer_id=subject.customer_id,
        cycle=cycle,
        series=series,
        due_on=due,
        expires_on=due if row.period else morning.later(due, 10),
        stake=subject.stake,
        happens_on=row.until,
        facts=told | ({"last": row.last.isoformat()} if row.last else {}),
    )


def complaint(subject: Subject, row: Row, morning: Morning) -> Reason | None:
    """A complaint, acknowledged by whom and within which time the standard of the tier says."""
    found = judge(catalogue.COMPLAINT_OPENED, subject, row, morning)
    line = morning.standard(subject).acknowledge
    if found is None or line is None:
        return found
    start = max(row.on, row.learned_on or row.on)
    due = max(morning.later(start, line.workdays or 0), morning.after(0))
    trigger = by_line(found.trigger, line) if line.by_people else found.trigger
    told = {
        "on": row.on.isoformat(),
        "hours": line.hours or "",
        "workdays": line.workdays or "",
    }
    return replace(
        found,
        trigger=trigger,
        due_on=due,
        expires_on=max(found.expires_on, morning.later(due, trigger.keep)),
        facts={**found.facts, **{name: str(value) for name, value in told.items() if value}},
    )
