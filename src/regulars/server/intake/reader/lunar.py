"""Days of the lunar calendar as people write them: 八月初五, 闰五月初一, 08-05, 腊月三十."""

from __future__ import annotations

import re
import unicodedata

from regulars.server.intake.reader.cells import Fault

_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")}
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}
_HAN = re.compile(
    r"(?:农历|阴历)?(?:.{4}年)?(?P<leap>闰|閏)?(?P<m>正|冬|腊|臘|十[一二]?|[一二三四五六七八九])月"
    r"(?P<d>初[一二三四五六七八九十]|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|卅)日?"
)
_PLAIN = re.compile(
    r"(?:农历|阴历)?(?:\d{4}[-/.年])?(?P<leap>闰|L)?(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?",
    re.IGNORECASE,
)


def parse_lunar(cell: str) -> str | Fault:
    """Return "08-05", or "L05-01" for a leap month; a month has at most 30 days."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))
    if han := _HAN.fullmatch(text):
        month, day = _MONTHS.get(han["m"]) or _number(han["m"]), _day(han["d"])
        leap = han["leap"]
    elif plain := _PLAIN.fullmatch(text):
        month, day, leap = int(plain["m"]), int(plain["d"]), plain["leap"]
    else:
        return Fault("not_a_lunar_day")
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return Fault("not_a_lunar_day")
    return f"{'L' if leap else ''}{month:02}-{day:02}"


def _day(text: str) -> int:
    if text.startswith("初"):
        return _DIGITS[text[1]]
    if text.startswith("廿"):
        return 20 + (_DIGITS[text[1]] if len(text) > 1 else 0)
    return 30 if text in ("三十", "卅") else _number(text)


def _number(text: str) -> int:
    """Read 一 to 二十九."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
