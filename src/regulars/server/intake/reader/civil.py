"""The arithmetic of calendars and clocks on whole columns, and dates spelled in words."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Mask, Texts
from regulars.server.intake.reader.cells import mask
from regulars.server.intake.reader.zones import SECOND, Micros

PIVOT = 69  # two digits of a year: 69-99 are 19.., 00-68 are 20.. (POSIX)

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = re.compile(
    r"(?:(?P<d1>\d{1,2})[-\s]*(?P<m1>[a-z]{3})[a-z]*|(?P<m2>[a-z]{3})[a-z]*[-\s]*(?P<d2>\d{1,2}))"
    r"[-\s,.]*(?P<y>\d{4}|\d{2})(?P<rest>\D.*)?"
)
_HALF = re.compile(r"\s*(am|pm|a\.m\.|p\.m\.|上午|下午|中午|晚上|凌晨)\s*")


def integers(texts: Texts) -> npt.NDArray[np.int64]:
    """Turn digits into numbers; a part that is absent is 0."""
    filled = pc.if_else(pc.equal(pc.binary_length(texts), 0), "0", texts)
    found: npt.NDArray[np.int64] = pc.fill_null(filled, "0").cast(pa.int64()).to_numpy()
    return found


def whole_year(year: Micros, two_digits: Mask) -> Micros:
    return np.where(two_digits, np.where(year >= PIVOT, year + 1900, year + 2000), year)


def day_number(year: Micros, month: Micros, day: Micros) -> tuple[Micros, Mask]:
    """Count days since 1970, and say which dates exist."""
    possible = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = ((year - 1970) * 12 + np.where(possible, month, 1) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    return first.astype(np.int64) + day - 1, possible & (day <= length)


def clock_micros(hour: Micros, minute: Micros, second: Micros) -> tuple[Micros, Mask]:
    """Count microseconds since midnight, and say which times exist; 24:00:00 does."""
    exists: Mask = (hour < 24) & (minute < 60) & (second < 60)
    exists |= (hour == 24) & (minute == 0) & (second == 0)
    return ((hour * 60 + minute) * 60 + second) * SECOND, exists


def fraction_micros(texts: Texts) -> Micros:
    """Read decimals of a second as microseconds, cut after the sixth."""
    padded = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(texts, ""), 6, "0"), 0, 6)
    return integers(padded)


def offset_micros(texts: Texts) -> tuple[Micros, Mask]:
    """Read Z, +08:00 and -0500 as microseconds east of Greenwich."""
    written = pc.fill_null(texts, "")
    digits = pc.replace_substring_regex(written, r"\D", "")
    value = integers(digits)
    sign = np.where(mask(pc.starts_with(written, "-")), -1, 1)
    zoned = mask(pc.greater(pc.binary_length(written), 0))
    return sign * ((value // 100) * 60 + value % 100) * 60 * SECOND, zoned


def rewritten(text: str) -> str:
    """Write a date with English months, halves of the day or full-width digits plainly."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("'\"").casefold()
    half = _HALF.search(plain)
    if half:
        plain = _HALF.sub(" ", plain).strip()
    if named := _NAMED.fullmatch(plain):
        plain = _numbered(named) or plain
    return _on_24_hours(plain, half[1]) if half else plain.replace("t", "T").replace("z", "Z")


def _numbered(named: re.Match[str]) -> str | None:
    month = named["m1"] or named["m2"]
    if month not in MONTHS:
        return None
    year = int(named["y"])
    if len(named["y"]) == 2:
        year += 1900 if year >= PIVOT else 2000
    return f"{year}-{MONTHS.index(month) + 1}-{named['d1'] or named['d2']}{named['rest'] or ''}"


def _on_24_hours(plain: str, half: str) -> str:
    after_noon = half in ("pm", "p.m.", "下午", "晚上", "中午")

    def moved(found: re.Match[str]) -> str:
        hour = int(found[1])
        if after_noon and 1 <= hour < 12 and not (half == "中午" and hour == 11):
            hour += 12
        if not after_noon and hour == 12:
            hour = 0
        return f" {hour}{found[2]}"

    return re.sub(r"\s*(?<!\d)(\d{1,2})([:时点])", moved, plain, count=1)
