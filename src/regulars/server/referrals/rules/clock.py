"""Until when somebody must have spoken with a friend."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.base.workhours import WorkHours


def contact_until(work: WorkHours, at: datetime, *, hours: int) -> datetime:
    """So many hours of the clock later, free days left out.

    The clock begins when work is next open: 24 hours after Monday, 16:00 are Tuesday, 16:00,
    and after Saturday they are Tuesday's opening.
    """
    begins = work.add(at, timedelta()).astimezone(work.zone)
    days, rest = divmod(hours, 24)
    day = work.calendar.add_workdays(begins.date(), days)
    due = datetime.combine(day, begins.timetz()) + timedelta(hours=rest)
    while not work.calendar.is_workday(due.date()):
        due += timedelta(days=1)
    return due.astimezone(at.tzinfo)
