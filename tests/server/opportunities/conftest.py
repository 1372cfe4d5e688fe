"""A short way to an opportunity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.actions import About
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TODAY, Cast, bought, has_balance, scored

Make = Callable[..., Opportunity]
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]


@pytest.fixture
def stages(as_system: Cast) -> dict[str, Stage]:
    """The usual stages by their code."""
    actions.install_stages()
    return {each.code: each for each in queries.stages()}


@pytest.fixture
def fund(as_system: Cast) -> Product:
    return Product.objects.create(
        code="F1", name="稳健基金", name_en="Steady fund", kind="fund"
    )


@pytest.fixture
def found(as_system: Cast, stages: dict[str, Stage]) -> Make:
    """Mei found something for Li; a hundred thousand, this quarter."""

    def make(
        what: str = "a second account",
        *,
        customer: Customer | None = None,
        at: datetime = NOON,
        by: Person | None = None,
        product: Product | None = None,
        **told: Any,
    ) -> Opportunity:
        given = {"kind": "add_on", "amount": Decimal(100_000)} | told
        return actions.make(
            customer or as_system.li,
            About(product=product, what="" if product else what),
            by=by or as_system.mei, at=at, **given,
        )  # fmt: skip

    return make


def spoke(cast: Cast, customer: Customer, *, outcome: str = "interested", **told: Any) -> Touch:
    given = {
        "channel": "call", "two_way": True, "outcome": outcome, "at": NOON, "topic": "service",
    } | told  # fmt: skip
    return channels.record_touch(customer, by=cast.mei, **given)


def rich(cast: Cast, *customers: Customer) -> None:
    """Give customers nine hundred thousand each, and score everybody."""
    for who in customers:
        bought(cast, who, *WEEKLY)
        has_balance(cast, who, (WEEKLY[0], 900_000_00))
    scored(cast)


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)
