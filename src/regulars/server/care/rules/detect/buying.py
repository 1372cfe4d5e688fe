"""How customers buy: what is due by their rhythm, and near another tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.dated import Row, end_of, in_period
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject, short
from regulars.server.care.rules.detect.standing import Standing, tier_threshold
from regulars.server.care.rules.detectors import Every

MONTH = Every("month", begins=10, levels=())


def replenishment(subject: Subject, row: Row, morning: Morning) -> Reason:
    """What was bought last runs out soon; once for that purchase."""
    found = in_period(catalogue.REPLENISHMENT, subject, row, morning, period="month")
    due = max(morning.before(row.on), morning.after(0))
    last = max(due, morning.later(row.on, found.trigger.keep))
    return replace(found, cycle=short(row.ref), due_on=due, expires_on=last)


def second_purchase(subject: Subject, row: Row, morning: Morning) -> Reason:
    """A second order is due; once for the first one."""
    found = in_period(catalogue.SECOND_PURCHASE, subject, row, morning, period="month")
    return replace(found, cycle=f"{row.ref}@{row.on:%Y%m%d}")


def tier_gap_amount(subject: Subject, row: Standing, morning: Morning) -> Reason | None:
    """Near the next tier when the month is about to end; once a month."""
    end = end_of(MONTH, morning.day)
    if morning.day < end - timedelta(days=MONTH.begins):
        return None
    near = tier_threshold(subject, row, morning)
    if near is None:
        return None
    due = max(morning.before(end), morning.after(0))
    return replace(
        near, trigger=catalogue.TIER_GAP_AMOUNT, cycle=f"{end:%Y-%m}", due_on=due,
        expires_on=due, happens_on=end,
    )  # fmt: skip
