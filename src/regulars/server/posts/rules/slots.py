"""The clock of slots: the company's time of day, on its working days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from regulars.base.calendar import WorkCalendar

# What was to be read at breakfast is not sent at lunch.
LATE = timedelta(minutes=30)


class Stand(StrEnum):
    """Where an item's time stands."""

    AHEAD = "ahead"
    NOW = "now"
    MISSED = "missed"


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """When a slot of a day begins."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


def standing(begins: datetime, at: datetime) -> Stand:
    """Tell whether a slot's time is ahead, has come, or was missed."""
    if at < begins:
        return Stand.AHEAD
    return Stand.NOW if at - begins <= LATE else Stand.MISSED


def until(
    day: date, hour: time, hours: Sequence[time], *, calendar: WorkCalendar, zone: ZoneInfo
) -> datetime:
    """When the next slot begins, that day or on the next working day."""
    later = sorted(one for one in hours if one > hour)
    if later:
        return moment(day, later[0], zone)
    following = calendar.add_workdays(day, 1)
    return moment(following, min([*hours, hour]), zone)
