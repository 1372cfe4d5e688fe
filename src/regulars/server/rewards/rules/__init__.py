"""Codes, periods, costs, and what the law forbids. Pure."""

from regulars.server.rewards.rules.benefits import (
    BALANCE,
    LEVELS,
    NEW_DEPOSIT,
    PERIODS,
    TIER,
    Period,
    condition_of,
    cost_of,
    is_forbidden,
    last_day,
    left,
    month_of,
    period,
)
from regulars.server.rewards.rules.codes import (
    ALPHABET,
    LENGTH,
    check_letter,
    code,
    codes,
    is_code,
    plain,
    shown,
)
from regulars.server.rewards.rules.deposits import asks_for_deposits

__all__ = [
    "ALPHABET",
    "BALANCE",
    "LENGTH",
    "LEVELS",
    "NEW_DEPOSIT",
    "PERIODS",
    "TIER",
    "Period",
    "asks_for_deposits",
    "check_letter",
    "code",
    "codes",
    "condition_of",
    "cost_of",
    "is_code",
    "is_forbidden",
    "last_day",
    "left",
    "month_of",
    "period",
    "plain",
    "shown",
]
