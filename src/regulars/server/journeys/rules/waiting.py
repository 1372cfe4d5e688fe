"""Until when a wait lasts, on the company's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulars.server.journeys.rules.shape import Step, Until

MORNING = time(9)


def until(step: Step, since: datetime, zone: ZoneInfo) -> datetime:
    """The end of a wait that begins at a moment; never before it.

    A date that is over is waited for no longer.
    """
    local = since.astimezone(zone)
    if step.until is Until.DATE:
        day = date.fromisoformat(step.on) - timedelta(days=step.days)
        return max(since, _at(day, _hour(step, MORNING), zone))
    if step.until is Until.DAYS:
        day = local.date() + timedelta(days=step.days)
        return max(since, _at(day, _hour(step, local.time()), zone))
    ahead = (step.weekday - local.weekday()) % 7 if step.until is Until.WEEKDAY else 0
    found = _at(local.date() + timedelta(days=ahead), _hour(step, MORNING), zone)
    if found > since:
        return found
    more = 7 if step.until is Until.WEEKDAY else 1
    return _at(local.date() + timedelta(days=ahead + more), _hour(step, MORNING), zone)


def until_own(
    step: Step, days: Iterable[date], since: datetime, zone: ZoneInfo
) -> datetime | None:
    """The end of a wait for a day of the customer: the next one that comes after a moment.

    Where the moment of one day is over, the day after it counts; None where there is none.
    """
    shift = timedelta(days=step.days if step.after else -step.days)
    moments = (_at(day + shift, _hour(step, MORNING), zone) for day in days)
    return min((moment for moment in moments if moment > since), default=None)


def first_day(step: Step, since: datetime, zone: ZoneInfo) -> date:
    """The earliest day of a customer whose moment can come after another moment."""
    shift = timedelta(days=-step.days if step.after else step.days)
    return since.astimezone(zone).date() + shift


def last_moment(sent_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Up to when a message may still go out that should have gone at a moment: whole days."""
    day = sent_at.astimezone(zone).date() + timedelta(days=days)
    return _at(day, time(0), zone)


def _hour(step: Step, else_at: time) -> time:
    return time.fromisoformat(step.hour) if step.hour else else_at


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour.replace(tzinfo=None), zone)
