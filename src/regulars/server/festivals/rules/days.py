"""The days of a festival, by its rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.base.calendar import (
    USUAL,
    MissingDays,
    lunar_in_year,
    nth_weekday,
    solar_in_year,
    solar_term,
)

SOLAR, LUNAR, TERM, WEEKDAY = "solar", "lunar", "term", "weekday"
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
TERMS = (
    *(
        "小寒",
        "大寒",
        "立春",
        "雨水",
        "惊蛰",
        "春分",
        "清明",
        "谷雨",
        "立夏",
        "小满",
        "芒种",
        "夏至",
    ),
    *(
        "小暑",
        "大暑",
        "立秋",
        "处暑",
        "白露",
        "秋分",
        "寒露",
        "霜降",
        "立冬",
        "小雪",
        "大雪",
        "冬至",
    ),
)
# The festivals that the morning's work knows by itself, by their Chinese names.
CARE = {
    "元旦": "new_year",
    "春节": "spring",
    "元宵节": "lantern",
    "妇女节": "women",
    "劳动节": "labour",
    "端午节": "dragon_boat",
    "七夕": "qixi",
    "中秋节": "mid_autumn",
    "重阳节": "double_ninth",
    "国庆节": "national",
    "腊八节": "laba",
}


class Wrong(ValueError):
    """No year has such a day."""


@dataclass(frozen=True)
class Rule:
    """How a festival is found in a year.

    Attributes
    ----------
    kind
        "solar", "lunar", "term" or "weekday".
    month, day
        Of a solar or lunar day; of a weekday the month only.
    term
        The Chinese name of a solar term.
    weekday, nth
        Monday is 0; the second Sunday of May is month 5, weekday 6, nth 2; nth -1 is the last.
    """

    kind: str
    month: int = 0
    day: int = 0
    term: str = ""
    weekday: int = 0
    nth: int = 0

    def check(self) -> None:
        """Refuse what never comes.

        :raises Wrong: no year has such a day.
        """
        fine = {
            SOLAR: 1 <= self.month <= 12 and 1 <= self.day <= _length(self.month),
            LUNAR: 1 <= self.month <= 12 and 1 <= self.day <= 30,
            TERM: self.term in TERMS,
            WEEKDAY: 1 <= self.month <= 12
            and 0 <= self.weekday <= 6
            and (1 <= self.nth <= 4 or self.nth == -1),
        }
        if not fine.get(self.kind, False):
            raise Wrong(self)


def _length(month: int) -> int:
    return LENGTHS[month - 1]


def days(rule: Rule, year: int, missing: MissingDays = USUAL) -> list[date]:
    """The days within a solar year; one late in the lunar year may come twice, or never."""
    if rule.kind == LUNAR:
        return lunar_in_year(rule.month, rule.day, year, missing)
    if rule.kind == TERM:
        return [solar_term(rule.term, year)]
    if rule.kind == WEEKDAY:
        return [nth_weekday(year, rule.month, rule.weekday, rule.nth)]
    return [solar_in_year(rule.month, rule.day, year, missing)]


def next_day(rule: Rule, today: date, missing: MissingDays = USUAL) -> date:
    """The first day on or after today."""
    coming = (
        on for year in range(today.year, today.year + 3) for on in days(rule, year, missing)
    )
    return next(on for on in coming if on >= today)
