"""How old a topic is, and until when it is to be out. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.base.workhours import WorkHours

LASTS = timedelta(hours=48)  # where nobody says another end
LONGEST = timedelta(days=14)
ALONE = 10  # of a hundred customers


def due(raised_at: datetime, hours: WorkHours) -> datetime:
    """The end of the working day on which it was raised, or of the next one."""
    return hours.day_ends(raised_at)


def age(raised_at: datetime, at: datetime) -> int:
    """Whole hours since it was raised."""
    return max(0, int((at - raised_at).total_seconds() // 3600))
