"""Detections that any trigger may name: from a row of what happens to a reason.

What is due when counts from the later of two clocks: the day it happened and the day we
learned of it. The lag itself stays with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject, short
from regulars.server.care.rules.detectors import (
    After,
    Before,
    Either,
    Event,
    Every,
    Measured,
    Silence,
    Turned,
    Yearly,
)
from regulars.server.care.rules.shape import Stake, Trigger

# Whom a silence or a step missed for longer than this is not told of any more.
WINDOW = 14
NOW = Event(())
PERIODS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Row:
    """Something with a date about one customer.

    Attributes
    ----------
    ref
        What makes it one: a holding, an event, an invoice.
    on
        The day it happens or happened.
    learned_on
        The day we learned of it, where it is known.
    idle
        The money that matured was not placed again.
    """

    customer_id: int
    ref: str
    on: date
    amount: Decimal | None = None
    learned_on: date | None = None
    idle: bool = False
    part: int = 0  # which of several detections found it
    facts: Mapping[str, str] = field(default_factory=dict)


def judge(trigger: Trigger, subject: Subject, row: Row, morning: Morning) -> Reason | None:
    """Ask the kind of detection that the trigger names."""
    detect = trigger.detect
    match detect:
        case Either(parts=parts):
            return judge(replace(trigger, detect=parts[row.part]), subject, row, morning)
        case Before():
            return before(trigger, detect, subject, row, morning)
        case After():
            return after(trigger, detect, subject, row, morning)
        case Silence():
            return silence(trigger, detect, subject, row, morning)
        case Yearly():
            return yearly(trigger, detect, subject, row, morning)
        case Measured(levels=levels) if levels and subject.level not in levels:
            return None
        case Measured():
            return in_period(trigger, subject, row, morning, period=detect.cycle)
        case Turned():
            # Who goes up and down around a cut is told once a month.
            return in_period(trigger, subject, row, morning, period="month")
        case Every():
            return every(trigger, on_own_day(trigger, detect, morning), subject, row, morning)
        case _:
            return _once(trigger, subject, row, morning, short(f"{row.ref}@{row.on}"))


def before(
    trigger: Trigger, detect: Before, subject: Subject, row: Row, morning: Morning
) -> Reason | None:
    """The reminder that is due now; with idle money also after the date."""
    stage = _stage(morning.stages(trigger, detect.stages), row, morning)
    if stage is None:
        return None
    due = morning.after(0 if stage == 1 else morning.deadline(trigger))
    last = row.on
    if stage < 0:
        last = morning.later(row.on, morning.policy.idle_days)
    elif due > last:
        due = max(morning.before(last), morning.after(0))
    series = short(f"{row.ref}@{row.on:%Y%m%d}")
    return _reason(
        trigger, subject, row, cycle=f"{series}:{stage}", series=series, due=due,
        last=max(due, last), facts={"stage": str(stage)},
        settles=detect.settles and stage > 0,
    )  # fmt: skip


def _stage(stages: tuple[int, ...], row: Row, morning: Morning) -> int | None:
    """The nearest reminder that has begun; on a free day it begins the working day before."""
    left = (row.on - morning.day).days
    if left < 0:
        late = -left <= morning.policy.idle_days + 2  # a weekend may lie between
        begun = [stage for stage in stages if stage < 0 and -left >= -stage]
        return min(begun, default=None) if row.idle and late else None
    ahead = [
        stage
        for stage in stages
        if stage > 0 and morning.day >= morning.before(row.on - timedelta(days=stage))
    ]
    return min(ahead, default=None)


def after(
    trigger: Trigger, detect: After, subject: Subject, row: Row, morning: Morning
) -> Reason | None:
    """The newest step that has begun; the first one waits for nothing but its day."""
    steps = morning.stages(trigger, detect.steps)
    begun = [step for step in steps if row.on + timedelta(days=step) <= morning.day]
    if not begun:
        return None
    step = max(begun)
    start = row.on + timedelta(days=step)
    start = max(start, row.learned_on or start)
    due = morning.later(start, morning.deadline(trigger))
    last = morning.later(due, trigger.keep)
    if last < morning.day:
        return None
    due = max(due, morning.after(0))
    once = period_of(detect.once, row.on) if detect.once else f"{row.ref}@{row.on:%Y%m%d}"
    series = short(once)
    return _reason(
        trigger, subject, row, cycle=f"{series}:{step}", series=series, due=due,
        last=max(due, last), facts={"stage": str(step)},
    )  # fmt: skip


def happened(trigger: Trigger, subject: Subject, row: Row, morning: Morning) -> Reason | None:
    """Something that happened once, told from its day on."""
    return after(trigger, After(NOW), subject, row, morning)


def in_period(
    trigger: Trigger, subject: Subject, row: Row, morning: Morning, *, period: str
) -> Reason:
    """What holds on, told once in each period."""
    return _once(trigger, subject, row, morning, period_of(period, row.on))


def silence(
    trigger: Trigger, detect: Silence, subject: Subject, row: Row, morning: Morning
) -> Reason | None:
    """Silent for one of the spans, and not for much longer: who left long ago is left alone."""
    quiet = (morning.day - row.on).days
    crossed = [days for days in detect.days if days <= quiet < days + WINDOW]
    if not crossed:
        return None
    stage = max(crossed)
    due = morning.after(morning.deadline(trigger))
    series = short(f"{row.ref}@{row.on:%Y%m%d}")
    return _reason(
        trigger, subject, row, cycle=f"{series}:{stage}", series=series, due=due,
        last=morning.later(due, trigger.keep), facts={"stage": str(stage), "days": str(quiet)},
    )  # fmt: skip


def yearly(
    trigger: Trigger, detect: Yearly, subject: Subject, row: Row, morning: Morning
) -> Reason | None:
    """The anniversary, `row.on` being this year's; the first one is a year after the start."""
    if not row.on - timedelta(days=detect.ahead) <= morning.day <= row.on:
        return None
    due = max(morning.before(row.on), morning.after(0)) if detect.ahead else morning.after(0)
    return _reason(
        trigger, subject, row, cycle=short(f"{row.ref}@{row.on:%Y}"), due=due,
        last=max(due, morning.later(row.on, trigger.keep)),
    )  # fmt: skip


def every(
    trigger: Trigger, detect: Every, subject: Subject, row: Row, morning: Morning
) -> Reason | None:
    """Once in the period, from so many days before its end; `row.on` is the end."""
    if subject.level not in detect.levels:
        return None
    if not row.on - timedelta(days=detect.begins) <= morning.day <= row.on:
        return None
    due = max(morning.before(row.on - timedelta(days=detect.ahead)), morning.after(0))
    return _reason(
        trigger, subject, row, cycle=period_of(detect.period, row.on), due=due,
        last=morning.later(due, trigger.keep),
    )  # fmt: skip


def on_own_day(trigger: Trigger, detect: Every, morning: Morning) -> Every:
    """A company's own day of the month takes the place of the usual one."""
    if not detect.day:
        return detect
    return replace(detect, day=morning.stages(trigger, (detect.day,))[0])


def end_of(detect: Every, day: date) -> date:
    """The day on which the period of `day` ends: its last day, or the yearly date."""
    if detect.day:
        this = day.replace(day=detect.day)
        return this if day <= this else (this + timedelta(days=31)).replace(day=detect.day)
    if detect.date != (0, 0):
        this = date(day.year, *detect.date)
        return this if day <= this else date(day.year + 1, *detect.date)
    months = PERIODS[detect.period]
    month = (day.month - 1) // months * months + months
    following = date(day.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def begin_of(detect: Every, end: date) -> date:
    """The first day of the period that ends on a day."""
    months = PERIODS[detect.period]
    following = end + timedelta(days=1)
    before = following.year * 12 + following.month - 1 - months
    return date(before // 12, before % 12 + 1, min(following.day, 28))


def period_of(period: str, day: date) -> str:
    """The cycle of something that speaks once in a period: "2026-11", "2026-Q4", "2026"."""
    if period == "month":
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if period == "quarter" else str(day.year)


def _once(trigger: Trigger, subject: Subject, row: Row, morning: Morning, cycle: str) -> Reason:
    due = morning.after(morning.deadline(trigger))
    return _reason(
        trigger, subject, row, cycle=cycle, due=due, last=morning.later(due, trigger.keep)
    )


def _reason(
    trigger: Trigger,
    subject: Subject,
    row: Row,
    *,
    cycle: str,
    due: date,
    last: date,
    series: str = "",
    facts: Mapping[str, str] | None = None,
    settles: bool = False,
) -> Reason:
    amount = {"amount": str(row.amount)} if row.amount is not None else {}
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=cycle,
        series=series,
        due_on=due,
        expires_on=last,
        stake=_stake(trigger.stake, subject, row),
        happens_on=row.on,
        learned_on=row.learned_on,
        facts={**row.facts, **amount, **(facts or {})},
        settles=settles,
    )


def _stake(of: Stake, subject: Subject, row: Row) -> Decimal:
    if of == Stake.AMOUNT:
        return row.amount or Decimal(0)
    return subject.stake if of == Stake.CUSTOMER else Decimal(0)
