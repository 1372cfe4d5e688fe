"""Seasons of a store: more before the Spring Festival and around 11 November.

A season is a clock that runs faster or slower than the calendar. Purchases are drawn in
*operating* weeks, in which the BTYD process is steady, and put on the calendar afterwards;
over the whole window both clocks show the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.synthetic.calendar import spring_festivals
from regulars.engine.synthetic.columns import Floats, Ints


@dataclass(frozen=True)
class Season:
    """`edges` are days, `shown` the operating days that have passed by each edge."""

    edges: Floats
    shown: Floats

    def passed(self, day: Floats) -> Floats:
        """Return operating days since the start at a calendar day."""
        return np.interp(day, self.edges, self.shown)

    def day(self, passed: Floats) -> Floats:
        """Return the calendar day at which so many operating days have passed."""
        return np.interp(passed, self.shown, self.edges)


def season_of(first: int, last: int) -> Season:
    """Return the season of a window of whole local days."""
    days = np.arange(first, last + 1)
    pace = np.ones(len(days))
    for feast in spring_festivals(first - 30, last + 30):
        pace[(days >= feast - 20) & (days < feast)] = 1.7
        pace[(days >= feast) & (days < feast + 7)] = 0.5
    pace[_double_eleven(days)] = 1.8
    pace *= len(days) / pace.sum()
    return Season(np.arange(first, last + 2, dtype=float), np.r_[0.0, np.cumsum(pace)])


def _double_eleven(days: Ints) -> Ints:
    stamps = days.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    of_month = (stamps - months.astype("datetime64[D]")).astype(np.int64) + 1
    november = months.astype(np.int64) % 12 == 10
    return np.flatnonzero(november & (of_month >= 1) & (of_month <= 12))
