"""How many points something earns, and how long they last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.base.periods import add_months

BANK = "bank"
DEPOSIT_BALANCE = "deposit_balance"


@dataclass(frozen=True)
class Lasting:
    """How long points last: some months, until the end of a year, or for ever."""

    way: str = "months"
    span: int = 24


def points_for(amount: int, *, points: int, per: int, scale: int = 100, most: int = 0) -> int:
    """Whole points for an amount in minor units, rounded down; `most` is a limit, 0 is none.

    A refund gives what the same amount would earn, so that a purchase and its whole refund
    come to nothing.
    """
    earned = abs(amount) * points // (per * scale)
    return min(earned, most) if most else earned


def last_day(issued_on: date, lasting: Lasting) -> date | None:
    """The last day on which points may be used; None for ever."""
    if lasting.way == "always":
        return None
    if lasting.way == "year_end":
        return date(issued_on.year + lasting.span, 12, 31)
    return add_months(issued_on, lasting.span)


def is_gift_for_a_deposit(company: str, *, condition: str, tangible: bool) -> bool:
    """Tell whether a benefit is one that banks must not give (银保监办发〔2018〕48号).

    Cash, securities or goods for attracting deposits are forbidden. `condition` is what the
    benefit is given for; `tangible` whether it can become goods or money, as points can and
    tier points cannot. Coupons and gifts ask the same before they are offered.
    """
    return company == BANK and condition == DEPOSIT_BALANCE and tangible
