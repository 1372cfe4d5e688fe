"""Dates and times in the ways files write them.

Year first (2026-01-31, 2026/1/31 8:05, 2026年1月31日), compact (20260131, 20260131080500,
and 260131, which a notice tells), a spreadsheet's serial (46053.5), Unix seconds or
milliseconds, and, once the order of the whole column is known, day or month first
(31/1/2026). English months and 上午/下午, AM/PM go the patient way. Years 2999 and later, and
0000-00-00, are how banks write "no end": empty.

Without an offset a time is the company's local time; with one (Z, +08:00) it is what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Mask, Texts
from regulars.server.intake.reader.cells import Fault, mask, present, trimmed
from regulars.server.intake.reader.civil import (
    clock_micros,
    day_number,
    fraction_micros,
    integers,
    offset_micros,
    rewritten,
    whole_year,
)
from regulars.server.intake.reader.zones import DAY, SECOND, Micros, Zone

# What stands first in dates such as 3/4/2026. Where nobody knows, only those are read that
# can mean one thing: 13/4, 4/13, 4/4.
Order = Literal["day_first", "month_first", "unknown"]

FIRST_YEAR, LAST_YEAR, NO_END = 1900, 2199, 2999
_FARTHEST = (LAST_YEAR + 1 - 1970) * 366 * DAY
EXCEL_EPOCH = -25_569 * DAY  # 1899-12-30

_TIME = (
    r"(?:(?:[ T]|\x{00a0})*(?P<h>\d{1,2})[:：时点](?P<mi>\d{1,2})(?:[:：分](?P<s>\d{1,2})"
    r"(?:[.,](?P<us>\d{1,9}))?)?[秒分]?)?"
)
_ZONE = r"\s*(?P<z>Z|UTC|GMT|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$"
_YEAR_FIRST = r"^(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?"
_COMPACT = (
    r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"(?:[ T]?(?P<h>\d{2}):?(?P<mi>\d{2})(?::?(?P<s>\d{2}))?)?(?:\.0+)?$"
)
_SHORT = r"^(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:\.0+)?$"
_ONE_TWO = r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})"
_SERIAL = r"^[1-9]\d{4}(\.\d+)?$"
_UNIX = r"^[1-9]\d{8,9}(\.\d+)?$"
_UNIX_MILLIS = r"^[1-9]\d{12}$"

# How each way of writing is shown to people.
FORMATS = {
    "year_first": "2026-01-31",
    "compact": "20260131",
    "short": "260131",
    "day_first": "31/01/2026",
    "month_first": "01/31/2026",
    "serial": "46053",
    "unix": "1769817600",
    "named": "31 Jan 2026",
}


@dataclass(frozen=True)
class Moments:
    """A column of times: local and UTC microseconds since 1970 where `there`."""

    local: Micros
    utc: Micros
    there: Mask
    faults: Mapping[int, Fault]
    formats: Counter[str]
    short_year: tuple[str, str] | None = None  # a date with two digits of the year; as read

    def days(self) -> npt.NDArray[np.int32]:
        """Local days since 1970."""
        days: npt.NDArray[np.int32] = (self.local // DAY).astype(np.int32)
        return days


class OrderNeeded(Exception):
    """The column has dates such as 3/4/2026, and nobody said what stands first."""


def moments(
    texts: Texts, zone: Zone, *, order: Order | None = None, end_may_be_open: bool = False
) -> Moments:
    """Read a column of times.

    :raises OrderNeeded: when day and month must be told apart and `order` is None
    """
    work = _Column(trimmed(texts), order)
    work.read()
    return work.finish(zone, end_may_be_open)


def day_month_pairs(texts: Texts) -> set[tuple[int, int]]:
    """Collect the first two numbers of dates such as 3/4/2026."""
    parts = _parts(_plainer(trimmed(texts)), _ONE_TWO + _TIME + _ZONE)
    there = np.flatnonzero(mask(pc.is_valid(parts)))
    if not len(there):
        return set()
    one, two = (integers(pc.struct_field(parts, name))[there] for name in "ab")
    both = np.unique(one * 100 + two)
    return {(int(pair) // 100, int(pair) % 100) for pair in both}


def decide_order(pairs: set[tuple[int, int]]) -> Order:
    """Tell whether the day or the month comes first.

    A number above 12 is a day. Where both places have one, the place that has more of them
    is the day's, and the others will be refused. Where nothing tells, nothing is guessed.
    """
    first = sum(one > 12 for one, _ in pairs)
    second = sum(two > 12 for _, two in pairs)
    if first == second:
        return "unknown"
    return "day_first" if first > second else "month_first"


def both_ways(one: int, two: int, year: int = 2026) -> tuple[str, str]:
    """The two days that such a date may mean."""
    return f"{year}-{two:02}-{one:02}", f"{year}-{one:02}-{two:02}"


def _plainer(cells: Texts) -> Texts:
    """Rewrite what is in full width or has a half of the day, as reading does."""
    odd = mask(pc.match_substring_regex(cells, r"[^\x00-\x7f]|(?i)\d\s*[ap]\.?m"))
    if not odd.any():
        return cells
    plain = [rewritten(text) for text in pc.filter(cells, pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(cells, pa.array(odd), pa.array(plain, pa.string()))


class _Column:
    """One column on its way from text to time."""

    def __init__(self, cells: Texts, order: Order | None, *, rewritten: bool = False) -> None:
        self.cells, self.order, self.rewritten = cells, order, rewritten
        self.open = present(cells, dashes_mean_nothing=True)  # still to be read
        self.there = np.zeros(len(cells), np.bool_)
        self.time = np.zeros(len(cells), np.int64)  # local, or UTC where zoned
        self.zoned = np.zeros(len(cells), np.bool_)
        self.endless = np.zeros(len(cells), np.bool_)
        self.faults: dict[int, Fault] = {}
        self.formats: Counter[str] = Counter()
        self.short_year: tuple[str, str] | None = None

    def read(self) -> None:
        self._civil(_YEAR_FIRST + _TIME + _ZONE, "year_first")
        self._civil(_COMPACT, "compact")
        self._civil(_SHORT, "short")
        self._day_and_month()
        self._numbers(_SERIAL, "serial")
        self._numbers(_UNIX, "unix")
        self._numbers(_UNIX_MILLIS, "unix_millis")
        self._patiently()

    def finish(self, zone: Zone, end_may_be_open: bool) -> Moments:
        if not end_may_be_open:
            for row in np.flatnonzero(self.endless):
                self.faults[int(row)] = Fault("date_out_of_range")
        self.there[self.endless] = False
        self.there[list(self.faults)] = False
        self.time[~self.there] = 0
        local, utc = self.time.copy(), self.time.copy()
        zoned, plain = self.there & self.zoned, self.there & ~self.zoned
        utc[plain] = zone.to_utc(local[plain])
        local[zoned] = zone.to_local(utc[zoned])
        return Moments(local, utc, self.there, self.faults, self.formats, self.short_year)

    def _civil(self, pattern: str, name: str) -> None:
        if not self.open.any():
            return
        parts = _parts(self.cells, pattern)
        rows = np.flatnonzero(self.open & mask(pc.is_valid(parts)))
        if len(rows):
            chosen = pc.take(parts, pa.array(rows))
            found = {f.name: pc.struct_field(chosen, f.name) for f in chosen.type}
            self._set(rows, found, name)

    def _day_and_month(self) -> None:
        if not self.open.any():
            return
        pattern = _ONE_TWO + _TIME + _ZONE
        if self.order is None:
            if (self.open & mask(pc.match_substring_regex(self.cells, pattern))).any():
                raise OrderNeeded
            return
        if self.order == "unknown":
            self._refuse_ambiguous(pattern)
        for order in ("day_first", "month_first"):
            if self.order in (order, "unknown"):
                day, month = ("a", "b") if order == "day_first" else ("b", "a")
                ordered = pattern.replace(f"P<{day}>", "P<d>").replace(f"P<{month}>", "P<m>")
                if self.order == "unknown":  # a second number above 12 is the day
                    ordered = ordered.replace(r"(?P<m>\d{1,2})", r"(?P<m>0?\d|1[0-2])")
                self._civil(ordered, order)

    def _refuse_ambiguous(self, pattern: str) -> None:
        parts = _parts(self.cells, pattern)
        rows = np.flatnonzero(self.open & mask(pc.is_valid(parts)))
        chosen = pc.take(parts, pa.array(rows))
        ones, twos, years = (integers(pc.struct_field(chosen, name)) for name in "aby")
        for row, one, two, year in zip(rows, ones, twos, years, strict=True):
            if one != two and one <= 12 and two <= 12:
                mean = both_ways(
                    int(one), int(two), int(year) if year > 99 else 2000 + int(year)
                )
                self.faults[int(row)] = Fault(
                    "ambiguous_date", {"one": mean[0], "other": mean[1]}
                )
                self.open[row] = False

    def _set(self, rows: npt.NDArray[np.int64], parts: dict[str, Texts], name: str) -> None:
        """Put year, month, day and time together; impossible ones become faults."""
        zero = np.zeros(len(rows), np.int64)
        number = {key: integers(part) for key, part in parts.items() if key not in ("us", "z")}
        year = whole_year(number["y"], mask(pc.equal(pc.utf8_length(parts["y"]), 2)))
        days, exists = day_number(year, number["m"], number["d"])
        clock, runs = clock_micros(*(number.get(key, zero) for key in ("h", "mi", "s")))
        micros = fraction_micros(parts["us"]) if "us" in parts else zero
        offset, zoned = (
            offset_micros(parts["z"]) if "z" in parts else (zero, zero.astype(np.bool_))
        )
        nothing = (year == 0) & (number["m"] == 0) & (number["d"] == 0)
        self._refuse(rows[~(exists & runs) & ~nothing & (year < NO_END)], "impossible_date")
        wrong_year = ((year < FIRST_YEAR) & ~nothing) | ((year > LAST_YEAR) & (year < NO_END))
        self._refuse(rows[wrong_year & exists & runs], "date_out_of_range")
        self.endless[rows] = (year >= NO_END) | nothing
        self.time[rows] = days * DAY + clock + micros - offset
        self.zoned[rows] = zoned
        if self.short_year is None:
            self._remember_short(rows, parts["y"], days)
        self._close(rows, name)

    def _remember_short(
        self, rows: npt.NDArray[np.int64], years: Texts, days: npt.NDArray[np.int64]
    ) -> None:
        short = np.flatnonzero(mask(pc.equal(pc.utf8_length(years), 2)))
        if len(short):
            day = str(np.datetime64(int(days[short[0]]), "D"))
            self.short_year = self.cells[int(rows[short[0]])].as_py()[:40], day

    def _numbers(self, pattern: str, name: str) -> None:
        if not self.open.any():
            return
        rows = np.flatnonzero(self.open & mask(pc.match_substring_regex(self.cells, pattern)))
        if not len(rows):
            return
        values = pc.take(self.cells, pa.array(rows)).cast(pa.float64()).to_numpy()
        if name == "serial":
            # To the second: a serial has about a ten-thousandth of one, and is not exact.
            self.time[rows] = EXCEL_EPOCH + np.round(values * 86_400).astype(np.int64) * SECOND
        else:
            unit = SECOND if name == "unix" else 1000
            self.time[rows] = np.round(values * unit).astype(np.int64)
            self.zoned[rows] = True
        self._refuse(rows[np.abs(self.time[rows]) > _FARTHEST], "date_out_of_range")
        self._close(rows, name.removesuffix("_millis"))

    def _patiently(self) -> None:
        """Rewrite what is left into a form the patterns know, then read that."""
        rows = np.flatnonzero(self.open)
        if not len(rows):
            return
        if self.rewritten:
            self._refuse(rows, "not_a_date")
            self.open[rows] = False
            return
        texts = pc.take(self.cells, pa.array(rows)).to_pylist()
        known = {text: rewritten(text) for text in set(texts)}
        plainer = pa.array([known[text] for text in texts], pa.string())
        again = _Column(plainer, self.order, rewritten=True)
        again.read()
        for row, fault in again.faults.items():
            self.faults[int(rows[row])] = fault
        for name in ("there", "time", "zoned", "endless"):
            getattr(self, name)[rows] = getattr(again, name)
        self.formats += again.formats
        self.short_year = self.short_year or again.short_year
        self.open[rows] = False

    def _close(self, rows: npt.NDArray[np.int64], name: str) -> None:
        self.there[rows] = True
        self.open[rows] = False
        self.formats[name] += len(rows)

    def _refuse(self, rows: npt.NDArray[np.int64], code: str) -> None:
        for row in rows:
            self.faults[int(row)] = Fault(code)


def _parts(cells: Texts, pattern: str) -> Texts:
    return pc.extract_regex(cells, pattern)
