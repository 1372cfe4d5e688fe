"""A short way to a plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.server.customers.models import Customer
from regulars.server.plans import actions
from regulars.server.plans.models import Goal, Plan, Step
from regulars.testing.cast import NOON, TODAY, Cast, bought, has_balance, scored

Make = Callable[..., Plan]
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]


def rich(cast: Cast, *customers: Customer) -> None:
    """Give customers nine hundred thousand each, and score everybody."""
    for who in customers:
        bought(cast, who, *WEEKLY)
        has_balance(cast, who, (WEEKLY[0], 900_000_00))
    scored(cast)


@pytest.fixture
def planned(as_system: Cast) -> Make:
    """Mei has a plan in force for Li, with a goal and a step of next week."""

    def make(customer: Customer | None = None, *, begun: bool = True, days: int = 7) -> Plan:
        plan = actions.draft(
            customer or as_system.li, aim="Be the bank of both generations.",
            by=as_system.mei, at=NOON,
        )  # fmt: skip
        goal(plan, as_system)
        step(plan, as_system, days=days)
        return actions.begin(plan, by=as_system.mei, at=NOON) if begun else plan

    return make


def goal(plan: Plan, cast: Cast, **told: Any) -> Goal:
    given = {
        "text": "three visits with the son", "measure": "own", "unit": "visits",
        "start": Decimal(0), "target": Decimal(3), "by_on": TODAY + timedelta(days=90),
    } | told  # fmt: skip
    return actions.add_goal(plan, by=cast.mei, at=NOON, **given)


def step(plan: Plan, cast: Cast, *, days: int = 7, **told: Any) -> Step:
    given = {"text": "visit the works", "due_on": TODAY + timedelta(days=days)} | told
    return actions.add_step(plan, by=cast.mei, at=NOON, **given)
