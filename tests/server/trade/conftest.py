from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from regulars.server.core import scope
from regulars.server.core.rules import EVERYBODY, NOBODY
from regulars.server.customers.models import Customer
from regulars.server.trade import actions
from regulars.server.trade.models import ContactPerson, Invoice, Quote, Terms
from regulars.server.trade.rules import Line
from regulars.testing.cast import NOON, TESTS, Cast, customer


@dataclass(frozen=True)
class Trade:
    """Mei's organisation with everything that trade knows: quote, terms, a late payer."""

    mill: Customer
    boss: ContactPerson
    quote: Quote
    terms: Terms
    paid: Invoice
    late: Invoice


@pytest.fixture
def mill(cast: Cast) -> Customer:
    """An organisation in Mei's book, with nothing of trade."""
    scope.set_scope(EVERYBODY)
    made = customer("0100", "柳河面粉厂", cast.mei_book, kind="organization", name_en="Mill")
    scope.set_scope(NOBODY)
    return made


@pytest.fixture
def trade(cast: Cast, mill: Customer) -> Trade:
    scope.set_scope(EVERYBODY)
    by: dict[str, Any] = {"by": TESTS, "at": NOON}
    boss = actions.add_contact(
        mill, name="何厂长", role="decides", attitude="for", phone="10100000100",
        note="要看到三年总成本", by=TESTS, at=NOON,
    )  # fmt: skip
    quote = actions.make_quote(
        mill, number="Q-1", made_on=date(2026, 1, 5), valid_until=date(2026, 2, 5), sent=True,
        lines=[Line("运", Decimal("2.5"), Decimal(1000)), Line("养", Decimal(1), Decimal(99))],
        **by,
    )  # fmt: skip
    terms = actions.agree(
        mill, quote=quote, starts_on=date(2026, 1, 10), ends_on=date(2026, 12, 10),
        discount=Decimal(8), credit_limit=Decimal(500_000), payment_days=45, **by,
    )  # fmt: skip
    paid = actions.bill(
        mill, number="F-1", issued_on=date(2026, 8, 1), due_on=date(2026, 9, 15),
        amount=Decimal(80_000), **by,
    )  # fmt: skip
    actions.pay(paid, paid.amount, date(2026, 9, 27), today=date(2026, 11, 23), **by)
    late = actions.bill(
        mill, number="F-2", issued_on=date(2026, 9, 1), due_on=date(2026, 10, 16),
        amount=Decimal(60_000), **by,
    )  # fmt: skip
    scope.set_scope(NOBODY)
    return Trade(mill, boss, quote, terms, paid, late)
