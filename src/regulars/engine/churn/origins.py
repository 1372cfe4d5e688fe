"""The dates of a company's own history from which a forecast can be learned and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Below four months of facts a customer's rhythm cannot be seen.
SHORTEST_LOOK_BACK = 120
MOST_ORIGINS = 4
SHORTEST_STEP, LONGEST_STEP = 14, 91


@dataclass(frozen=True)
class Origins:
    """Dates at which the customers are looked at, each as if it were today.

    Attributes
    ----------
    judged
        The last date whose outcome is known: what is learned before is judged here. None
        where the history is too short even for that.
    learned
        Earlier dates, latest first; the outcome of each was known on `judged`. Empty where
        the history is too short to learn.
    early
        Those of `learned` whose outcome was known on the latest of them: for calibration
        out of time. Empty where the history is too short.
    history_days
        Days of facts before the earliest date.
    """

    judged: date | None
    learned: tuple[date, ...]
    early: tuple[date, ...]
    history_days: int


def origins(first: date, as_of: date, *, span_days: int) -> Origins:
    """Lay out the dates of a history.

    Parameters
    ----------
    first
        Day of the first fact.
    as_of
        Today.
    span_days
        Days until an outcome is known.

    Examples
    --------
    >>> found = origins(date(2024, 1, 1), date(2025, 1, 1), span_days=90)
    >>> found.judged.isoformat(), [each.isoformat() for each in found.learned]
    ('2024-10-03', ['2024-07-05', '2024-05-21'])
    >>> origins(date(2024, 1, 1), date(2024, 3, 1), span_days=90).judged is None
    True
    """
    earliest = first + timedelta(days=max(SHORTEST_LOOK_BACK, span_days))
    span = timedelta(days=span_days)
    judged = as_of - span
    if judged < earliest:
        return Origins(None, (), (), max(0, (as_of - first).days))
    step = timedelta(days=min(LONGEST_STEP, max(SHORTEST_STEP, span_days // 2)))
    latest = judged - span
    learned = tuple(
        latest - step * number
        for number in range(MOST_ORIGINS)
        if latest - step * number >= earliest
    )
    early = tuple(each for each in learned if each <= latest - span)
    oldest = learned[-1] if learned else judged
    return Origins(judged, learned, early, (oldest - first).days)
