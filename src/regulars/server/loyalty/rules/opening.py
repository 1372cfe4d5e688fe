"""A row of a file by which an existing programme comes: its columns, and what they may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "customer_number", "customer_no", "customer_id", "客户号",
                 "客户编号"),
    "number": ("member_number", "member_no", "number", "card_no", "会员号", "会员编号",
               "会员卡号"),
    "joined_on": ("joined_on", "joined", "member_since", "入会日期", "入会日", "入会时间"),
    "level": ("level", "member_level", "等级", "会员等级", "级别"),
    "level_until": ("level_until", "等级保留至", "等级有效期", "等级有效期至"),
    "points": ("points", "balance", "积分", "积分余额", "可用积分"),
    "expires_on": ("expires_on", "expires", "expiry", "积分到期日", "到期日", "有效期至"),
    "tier": ("tier_points", "qualifying_points", "成长值", "等级积分"),
    "tier_until": ("tier_points_until", "tier_points_expire_on", "成长值到期日"),
}  # fmt: skip
NEEDED = "customer"
TELLING = ("number", "joined_on", "level", "points", "tier")  # one of them at least
MOST = 1_000_000_000
NO_END = 2999  # years from here on are how systems write "for ever"
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?")
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,23}")


@dataclass(frozen=True)
class Fault:
    """Why a row is not taken: its line, the column, what is wrong, and what stands there."""

    line: int
    column: str
    code: str
    value: str = ""


@dataclass(frozen=True)
class Opened:
    """What one row says: whose, and one lot of each currency at most."""

    line: int
    customer: str
    number: str = ""
    joined_on: date | None = None
    level: str = ""
    level_until: date | None = None
    points: int = 0
    expires_on: date | None = None
    tier: int = 0
    tier_until: date | None = None


def places(header: Sequence[str]) -> dict[str, int]:
    """Which of our columns stands where in a file."""
    said = [_fold(cell) for cell in header]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        at = next((said.index(each) for each in map(_fold, words) if each in said), None)
        if at is not None and at not in found.values():
            found[name] = at
    return found


def lacking(found: Mapping[str, int]) -> list[str]:
    """The columns without which a file says nothing."""
    lacks = [] if NEEDED in found else [NEEDED]
    return lacks if any(name in found for name in TELLING) else [*lacks, "points"]


def read(
    line: int, cells: Mapping[str, str], *, day: date, levels: Mapping[str, str]
) -> Opened | Fault:
    """Read a row as of a day; `levels` are the codes by what they are called, folded.

    The first thing that is wrong refuses the row whole.
    """
    told = {name: unicodedata.normalize("NFKC", cell).strip() for name, cell in cells.items()}
    try:
        return Opened(
            line=line,
            customer=_given(told, "customer"),
            number=_number(told),
            joined_on=_past(told, "joined_on", day),
            level=_level(told, levels),
            level_until=_last(told, "level_until", day),
            points=_whole(told, "points"),
            expires_on=_last(told, "expires_on", day),
            tier=_whole(told, "tier"),
            tier_until=_last(told, "tier_until", day),
        )
    except _Wrong as wrong:
        return Fault(line, *wrong.args)


def fold(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Levels by what they are called: pairs of a name and its code."""
    return {_fold(name): code for name, code in names if name}


class _Wrong(Exception):
    """Column, code and value of what is wrong."""


def _given(told: Mapping[str, str], name: str) -> str:
    found = told.get(name, "")
    if not found:
        raise _Wrong(name, "empty", "")
    return found


def _number(told: Mapping[str, str]) -> str:
    found = told.get("number", "").replace(" ", "")
    if found and not _NUMBER.fullmatch(found):
        raise _Wrong("number", "bad_number", "")
    return found


def _level(told: Mapping[str, str], levels: Mapping[str, str]) -> str:
    found = told.get("level", "")
    if not found:
        return ""
    if _fold(found) not in levels:
        raise _Wrong("level", "bad_level", found[:40])
    return levels[_fold(found)]


def _whole(told: Mapping[str, str], name: str) -> int:
    found = told.get(name, "")
    if not found:
        return 0
    met = _WHOLE.fullmatch(found)
    if met is None:
        raise _Wrong(name, "bad_points", found[:40])
    number = int(met[1].replace(",", ""))
    if number > MOST:
        raise _Wrong(name, "too_many", found[:40])
    return number


def _past(told: Mapping[str, str], name: str, day: date) -> date | None:
    found = _day(told, name)
    if found is not None and found > day:
        raise _Wrong(name, "to_come", told[name][:40])
    return found


def _last(told: Mapping[str, str], name: str, day: date) -> date | None:
    found = _day(told, name)
    if found is not None and found.year >= NO_END:
        return None
    if found is not None and found < day:
        raise _Wrong(name, "over", told[name][:40])
    return found


def _day(told: Mapping[str, str], name: str) -> date | None:
    found = told.get(name, "")
    if not found:
        return None
    met = _DAY.fullmatch(found) or _COMPACT.fullmatch(found)
    try:
        if met is None:
            raise ValueError
        return date(int(met[1]), int(met[2]), int(met[3]))
    except ValueError:
        raise _Wrong(name, "bad_day", found[:40]) from None


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
