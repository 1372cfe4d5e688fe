"""When a letter goes out, and when it is too late for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

MOST = 5  # attempts
# Minutes between attempts; what did not go by then is of no use any more.
AGAIN = (1, 5, 15, 45)
LATEST = timedelta(hours=4)  # after its hour: at noon nobody needs the morning's mail
PATIENCE = timedelta(hours=1)  # so long a letter waits for a list that is not made yet


def may_go(now: datetime, hour: time) -> bool:
    """Tell whether it is the time of the letters; `now` by the company's clock."""
    begins = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return begins <= now < begins + LATEST


def waits(now: datetime, hour: time) -> bool:
    """Tell whether there is time to wait for today's list."""
    begins = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return now < begins + PATIENCE


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When a letter is tried again after so many attempts; None: it is given up."""
    if attempts >= MOST:
        return None
    return at + timedelta(minutes=AGAIN[attempts - 1])
