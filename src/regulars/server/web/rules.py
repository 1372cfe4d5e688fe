"""How numbers, money and dates read in each language. Pure: no Django, no clock.

`language` is Django's code ("zh-hans", "en"); everything that does not begin with "zh"
reads as English. The minus is U+2212, ranges take an en dash, digits are grouped by
threes in both languages; Chinese counts large figures in 万 (10^4) and 亿 (10^8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

Number = Decimal | int | float

NOTHING = "—"
MINUS = "−"
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
SYMBOLS = {"CNY": "¥", "JPY": "¥", "GBP": "£", "USD": "$", "EUR": "€", "HKD": "HK$"}
MONTHS = "January February March April May June July August September October November December"
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
WEEKDAYS_ZH = "一二三四五六日"
# A share of fewer people than this says nothing yet.
FEWEST = 30


@dataclass(frozen=True)
class Figure:
    """A number cut into what is read large (`number`) and small (`prefix`, `unit`)."""

    number: str
    unit: str = ""
    prefix: str = ""
    sign: str = ""

    def __str__(self) -> str:
        # English units cling to the number (¥2.18M); a Han unit stands apart (72.0 万).
        gap = " " if self.unit and not self.unit.isascii() else ""
        return f"{self.sign}{self.prefix}{self.number}{gap}{self.unit}"


def is_chinese(language: str | None) -> bool:
    return (language or "").lower().startswith("zh")


def count(value: Number | None, *, signed: bool = False) -> str:
    """Write a whole number with its digits grouped: 186,420; −1,114."""
    if value is None:
        return NOTHING
    whole = _rounded(value, 0)
    return _sign(whole, signed=signed) + f"{abs(whole):,}"


def compact(value: Number | None, *, language: str | None, signed: bool = False) -> Figure:
    """Shorten a large count: 18.6 万 or 186K; below 10,000 it stays whole."""
    if value is None:
        return Figure(NOTHING)
    amount = _decimal(value)
    number, unit = _short(abs(amount), chinese=is_chinese(language))
    return Figure(number, unit, sign=_sign(amount, signed=signed))


def money(
    value: Number | None,
    *,
    language: str | None,
    currency: str = "CNY",
    signed: bool = False,
) -> Figure:
    """Shorten an amount of major units: 72.0 万 and 3.1 亿, or ¥720K and ¥2.18M.

    Chinese names the currency only when it is not the yuan, and small amounts of it
    take 元; English always shows the symbol.
    """
    if value is None:
        return Figure(NOTHING)
    amount, chinese = _decimal(value), is_chinese(language)
    number, unit = _short(abs(amount), chinese=chinese, cents=True)
    yuan = chinese and currency == "CNY"
    return Figure(
        number,
        unit or ("元" if yuan else ""),
        prefix="" if yuan else SYMBOLS.get(currency, f"{currency} "),
        sign=_sign(amount, signed=signed) if number.strip("0.,") else "",
    )


def money_range(
    low: Number, high: Number, *, language: str | None, currency: str = "CNY"
) -> Figure:
    """Write both ends in the unit of the larger one: 3.1–6.9 万, ¥31K–69K."""
    top = money(high, language=language, currency=currency)
    lead = money(low, language=language, currency=currency)
    if lead.unit == top.unit:
        return Figure(f"{lead.sign}{lead.number}–{top.number}", top.unit, prefix=top.prefix)
    scale = {"万": WAN, "亿": YI, "K": Decimal(1_000), "M": Decimal(10**6), "B": Decimal(10**9)}
    part = _decimal(low) / scale.get(top.unit, Decimal(1))
    begin = _sign(part) + _grouped(abs(part), len(top.number.partition(".")[2]))
    return Figure(f"{begin}–{top.number}", top.unit, prefix=top.prefix)


def percent(value: Number | None, *, digits: int = 1, signed: bool = False) -> str:
    """Write a share of one as per cent: 0.836 gives 83.6%."""
    if value is None:
        return NOTHING
    scaled = _rounded(_decimal(value) * 100, digits)
    return f"{_sign(scaled, signed=signed)}{abs(scaled):,.{digits}f}%"


def points(value: Number | None, *, language: str | None, digits: int = 1) -> str:
    """Write a difference of two shares in percentage points: +2.6 点, +2.6 pt."""
    if value is None:
        return NOTHING
    scaled = _rounded(_decimal(value) * 100, digits)
    unit = "点" if is_chinese(language) else "pt"
    return f"{_sign(scaled, signed=True)}{abs(scaled):.{digits}f} {unit}"


def day(value: date | None, form: str = "short", *, language: str | None) -> str:
    """Write a date.

    ======== ============ ================
    form     zh           en
    ======== ============ ================
    short    11-20        20 Nov
    long     11 月 20 日  20 November
    full     2026-11-20   20 Nov 2026
    month    2026-11      Nov 2026
    weekday  11-20 周五   Fri 20 Nov
    page     11 月 20 日 星期五   Friday 20 November
    ======== ============ ================
    """
    if value is None:
        return NOTHING
    return (_day_zh if is_chinese(language) else _day_en)(value, form)


def moment(value: datetime | None, form: str = "short", *, language: str | None) -> str:
    """Write a date with its time: 11-20 15:42 or 20 Nov 15:42. `value` is local already."""
    if value is None:
        return NOTHING
    return f"{day(value, form, language=language)} {value:%H:%M}"


def minutes(value: int, *, language: str | None) -> str:
    """Write a length of time: 2 时 5 分, 2 h 5 min; whole days from 48 hours on."""
    chinese = is_chinese(language)
    days = value // (24 * 60)
    if days >= 2:
        return f"{days} 天" if chinese else f"{days} days"
    hours, left = divmod(value, 60)
    names = ("时", "分") if chinese else ("h", "min")
    parts = [f"{hours} {names[0]}"] if hours else []
    return " ".join([*parts, f"{left} {names[1]}"] if left or not hours else parts)


class Due(StrEnum):
    """How pressing a deadline is; the name is the CSS class of the clock."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True)
class Clock:
    """A deadline as it reads at one moment: `minutes` are left, or gone when negative."""

    state: Due
    minutes: int
    today: bool

    @property
    def pressing(self) -> bool:
        """Late, or less than two hours left: the words are the time, not the date."""
        return self.state is Due.LATE


def clock(due: datetime, *, at: datetime, done: bool = False) -> Clock:
    """Judge a deadline. Both moments are in the company's time zone."""
    left = int((due - at) / timedelta(minutes=1))
    today = due.date() == at.date()
    if done:
        state = Due.DONE
    elif left < 120:
        state = Due.LATE
    else:
        state = Due.SOON if today else Due.LATER
    return Clock(state=state, minutes=left, today=today)


def due_day(due: date, *, today: date, done: bool = False) -> Due:
    """Judge a deadline that has no hour."""
    if done:
        return Due.DONE
    if due < today:
        return Due.LATE
    return Due.SOON if due == today else Due.LATER


def heat(share: float | None) -> str:
    """Pick the step of the ramp for a share of the largest cell: q0 (pale) to q5."""
    if share is None:
        return ""
    return f"q{min(5, max(0, int(share * 6)))}"


@dataclass(frozen=True)
class Slice:
    """One rectangle of a split bar, in hundredths of its width."""

    kind: str
    start: float
    width: float


def slices(parts: Sequence[tuple[str, Number]], *, gap: float = 0.4) -> list[Slice]:
    """Lay parts side by side over a width of 100; parts of nothing are left out."""
    total = sum(float(value) for _, value in parts)
    found: list[Slice] = []
    start = 0.0
    for kind, value in parts:
        width = 100 * float(value) / total if total else 0.0
        if width > 0:
            shown = max(width - (gap if start + width < 99.999 else 0), width / 2)
            found.append(Slice(kind, round(start, 3), round(shown, 3)))
        start += width
    return found


@dataclass(frozen=True)
class Spread:
    """Where low, middle and high stand on a line of 200."""

    low: float
    middle: float
    high: float


def spread(low: Number, middle: Number, high: Number) -> Spread | None:
    """Place a range so that a third of the line stays free at each end."""
    a, m, b = float(low), float(middle), float(high)
    if not a <= m <= b or a == b:
        return None
    scale = 200 / (3 * (b - a))
    return Spread(
        low=round(200 / 3, 2),
        middle=round(200 / 3 + (m - a) * scale, 2),
        high=round(400 / 3, 2),
    )


def initial(name: str) -> str:
    """Pick the sign for a round picture: the surname, or the first letter."""
    return name.strip()[:1].upper() or "?"


def _short(amount: Decimal, *, chinese: bool, cents: bool = False) -> tuple[str, str]:
    if _rounded(amount, 0) < WAN:
        broken = cents and amount < 1_000 and amount != _rounded(amount, 0)
        return _grouped(amount, 2 if broken else 0), ""
    return _short_zh(amount) if chinese else _short_en(amount)


def _short_zh(amount: Decimal) -> tuple[str, str]:
    if _rounded(amount / WAN, 1) < WAN:
        return _grouped(amount / WAN, 1), "万"
    return _grouped(amount / YI, 1), "亿"


def _short_en(amount: Decimal) -> tuple[str, str]:
    """Thousands whole, larger units with three significant digits."""
    if _rounded(amount / 1_000, 0) < 1_000:
        return _grouped(amount / 1_000, 0), "K"
    unit = "M" if _three(amount / 10**6) < 1_000 else "B"
    part = amount / (10**6 if unit == "M" else 10**9)
    return _grouped(part, _digits(part)), unit


def _three(part: Decimal) -> Decimal:
    return _rounded(part, _digits(part))


def _digits(part: Decimal) -> int:
    return 2 if _rounded(part, 2) < 10 else 1 if _rounded(part, 1) < 100 else 0


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Number, digits: int) -> Decimal:
    return _decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _grouped(value: Decimal, digits: int) -> str:
    return f"{_rounded(value, digits):,.{digits}f}"


def _sign(value: Decimal, *, signed: bool = False) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def _day_zh(value: date, form: str) -> str:
    weekday = WEEKDAYS_ZH[value.weekday()]
    long = f"{value.month} 月 {value.day} 日"
    return {
        "short": f"{value:%m-%d}",
        "long": long,
        "full": f"{value:%Y-%m-%d}",
        "month": f"{value:%Y-%m}",
        "weekday": f"{value:%m-%d} 周{weekday}",
        "page": f"{long} 星期{weekday}",
    }[form]


def _day_en(value: date, form: str) -> str:
    # Not strftime: its names follow the process's locale, not the reader's.
    month, weekday = MONTHS.split()[value.month - 1], WEEKDAYS.split()[value.weekday()]
    return {
        "short": f"{value.day} {month[:3]}",
        "long": f"{value.day} {month}",
        "full": f"{value.day} {month[:3]} {value.year}",
        "month": f"{month[:3]} {value.year}",
        "weekday": f"{weekday[:3]} {value.day} {month[:3]}",
        "page": f"{weekday} {value.day} {month}",
    }[form]
