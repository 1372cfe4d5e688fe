"""What points are worth, how long they last, who is of which level. Pure."""

from regulars.server.loyalty.rules.earning import (
    DEPOSIT_BALANCE,
    Lasting,
    is_gift_for_a_deposit,
    last_day,
    points_for,
)
from regulars.server.loyalty.rules.levels import Level, Standing, better, standing
from regulars.server.loyalty.rules.numbers import check_digit, is_number, number
from regulars.server.loyalty.rules.opening import Fault, Opened
from regulars.server.loyalty.rules.worth import (
    Allocation,
    Cohort,
    Development,
    allocate,
    development,
    liability,
    plain,
)

__all__ = [
    "DEPOSIT_BALANCE",
    "Allocation",
    "Cohort",
    "Development",
    "Fault",
    "Lasting",
    "Level",
    "Opened",
    "Standing",
    "allocate",
    "better",
    "check_digit",
    "development",
    "is_gift_for_a_deposit",
    "is_number",
    "last_day",
    "liability",
    "number",
    "plain",
    "points_for",
    "standing",
]
