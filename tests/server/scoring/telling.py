"""Three customers whose scores can be told by eye."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.testing.cast import Cast, bought, has_balance

WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)]


def tell(cast: Cast) -> Cast:
    """Li comes weekly and keeps much, Zhou stopped in spring, Qian came twice."""
    bought(cast, cast.li, *WEEKLY, amount=300_00)
    bought(cast, cast.zhou, *WEEKLY[:12])
    bought(cast, cast.qian, WEEKLY[0], WEEKLY[30])
    has_balance(cast, cast.li, (date(2026, 1, 1), 900_000_00))
    has_balance(cast, cast.zhou, (date(2026, 1, 1), 1_000_00))
    return cast
