"""What a benefit is given for, what it costs, and in which period a quota counts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from regulars.base.periods import add_months
from regulars.server.loyalty.rules import DEPOSIT_BALANCE, is_gift_for_a_deposit

BALANCE, NEW_DEPOSIT, TIER = "deposit_balance", "new_deposit", "tier"
PERIODS = {"month": 1, "quarter": 3, "year": 12}
LEVELS = (5, 4, 3, 2, 1)  # best first
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Period:
    """Half open: `stop` is the first day of the next one."""

    start: date
    stop: date

    @property
    def last(self) -> date:
        return self.stop - timedelta(days=1)


def period(name: str, day: date) -> Period:
    """The month, quarter or year of the calendar that a day lies in."""
    months = PERIODS[name]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, add_months(start, months))


def condition_of(named: str, *, measures: Iterable[str] = ()) -> str:
    """What a benefit rewards in the end, for the rule about deposits.

    A tier whose measure is the average of balances is reached by a balance and nothing else:
    what comes with it as such comes for deposits.
    """
    if named in {BALANCE, NEW_DEPOSIT}:
        return DEPOSIT_BALANCE
    if named == TIER and any(measure.startswith("adb") for measure in measures):
        return DEPOSIT_BALANCE
    return named


def is_forbidden(
    company: str, named: str, *, tangible: bool, measures: Iterable[str] = ()
) -> bool:
    """Tell whether a bank must not give it: goods or money for a deposit (C-64)."""
    condition = condition_of(named, measures=measures)
    return is_gift_for_a_deposit(company, condition=condition, tangible=tangible)


def left(quota: int | None, used: int) -> int | None:
    """How often a privilege may be used still; None is without limit."""
    return None if quota is None else max(0, quota - used)


def cost_of(
    what: str, *, unit_cost: Decimal, percent: Decimal | None, amount: Decimal | None
) -> Decimal:
    """What one redemption costs the company.

    A share of an amount costs that share where the amount is known, at most what was reckoned
    with; everything else costs what was reckoned with.
    """
    if what == "percent" and percent is not None and amount is not None:
        share = (amount * percent / 100).quantize(CENT, ROUND_HALF_UP)
        return min(share, unit_cost)
    return unit_cost


def last_day(issued_on: date, *, days: int | None, until: date | None) -> date:
    """The last day on which a coupon is taken."""
    if until is not None:
        return until
    return issued_on + timedelta(days=days or 0)


def month_of(day: date) -> Period:
    """The month of a budget."""
    return Period(
        day.replace(day=1),
        day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1]),
    )
