"""Which days of the past a ranking learns from: origins, and the days that followed each.

The last origin lies `training_days` before the date, so that its outcome ends with it; the
others follow backwards at half that distance. A quarter of the history is the longest
outcome that leaves four in a row: one to learn from, one to choose on, one to be judged on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PARTS = 4
SHORTEST_DAYS = 14
SHORTEST_STEP = 7
# Further back, customers were others than today's.
MOST_ORIGINS = 8
# A trial is an origin on which the blend is tried; one more fit each.
MOST_TRIALS = 3


@dataclass(frozen=True)
class Plan:
    """The days a ranking rests on.

    Attributes
    ----------
    as_of
        The last day that is known.
    horizon_days
        How far the ranking looks ahead.
    training_days
        How far it learned to look: the same, or a quarter of the history where that is
        shorter.
    known_days
        Length of the history.
    origins
        Days of the past from which it learned to look ahead, the latest first.
    """

    as_of: date
    horizon_days: int
    training_days: int
    known_days: int
    origins: tuple[date, ...]

    def known_by(self, day: date) -> tuple[date, ...]:
        """Give the origins whose outcome was known at the end of `day`."""
        return tuple(
            origin
            for origin in self.origins
            if origin + timedelta(days=self.training_days) <= day
        )

    def trials(self, day: date) -> tuple[date, ...]:
        """Give the origins to try a blend on, as of `day`: each has origins to learn from."""
        tried = [origin for origin in self.known_by(day) if self.known_by(origin)]
        return tuple(tried[:MOST_TRIALS])


def plan_of(first: date, *, as_of: date, horizon_days: int) -> Plan:
    """Plan a ranking for a history that begins at `first`.

    Parameters
    ----------
    first
        First day with activity.
    horizon_days
        >= 1.

    Returns
    -------
    Plan
        without origins where the history is shorter than `days_needed`

    Examples
    --------
    >>> from datetime import date
    >>> plan = plan_of(date(1997, 1, 1), as_of=date(1997, 9, 30), horizon_days=273)
    >>> plan.training_days, len(plan.origins), plan.origins[0]
    (68, 6, datetime.date(1997, 7, 24))
    """
    span = (as_of - first).days + 1
    length = min(horizon_days, span // PARTS)
    if span < days_needed(horizon_days):
        return Plan(as_of, horizon_days, length, span, ())
    step = max(SHORTEST_STEP, length // 2)
    origins = [as_of - timedelta(days=length + step * nth) for nth in range(MOST_ORIGINS)]
    oldest = first + timedelta(days=step)
    kept = tuple(each for each in origins if each >= oldest)
    return Plan(as_of, horizon_days, length, span, kept)


def days_needed(horizon_days: int) -> int:
    """Give the shortest history that can be learned from, in days."""
    return PARTS * min(SHORTEST_DAYS, horizon_days)
