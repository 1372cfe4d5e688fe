from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.server.core import scope
from regulars.testing.cast import Cast, bought, has_balance, scored

WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)]


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Li keeps 900,000 (premier), Qian 240,000 (target), Zhou's shop 6,000,000 (mid)."""
    for who, yuan in (
        (as_system.li, 900_000),
        (as_system.qian, 240_000),
        (as_system.zhou, 6_000_000),
    ):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (date(2026, 1, 1), yuan * 100))
    scored(as_system)
    scope.set_scope(scope.EVERYBODY)
    return as_system
