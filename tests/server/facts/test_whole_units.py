"""A company whose money has no cents counts its facts as they are, wherever it reads them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from regulars.server.core import queries as core
from regulars.server.core.models import Company
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Condition, Group, Window
from regulars.testing.cast import NOON, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
DAYS = [TODAY - timedelta(weeks=n) for n in range(1, 5)]
SPENT = Group("all", (Condition("spend", "ge", ("20000",), Window(days=90)),))
TOO_MUCH = Group("all", (Condition("spend", "ge", ("20001",), Window(days=90)),))


@pytest.fixture
def tokyo(as_system: Cast) -> Cast:
    """Li bought four times for 5,000 yen and holds 700,000."""
    Company.objects.update(currency="JPY", kind="retailer")
    bought(as_system, as_system.li, *DAYS, amount=5_000)
    has_balance(as_system, as_system.li, (DAYS[-1], 700_000))
    return as_system


def test_yen_are_whole_and_yuan_have_hundredths(as_system: Cast) -> None:
    assert core.minor_units() == 100
    Company.objects.update(currency="JPY")
    assert core.minor_units() == 1


def test_the_file_of_a_customer_names_yen(tokyo: Cast) -> None:
    assert {each.amount for each in facts.timeline(tokyo.ana, tokyo.li)} == {Decimal(5_000)}
    held = facts.balances(tokyo.ana, tokyo.li, TODAY, TODAY + timedelta(days=1))
    assert held == [(TODAY, Decimal(700_000))]
    copied = facts.everything(tokyo.li)
    assert {row["amount"] for row in copied["transactions"]} == {Decimal(5_000)}


def test_scores_and_segments_count_yen(tokyo: Cast) -> None:
    run = scored(tokyo)
    assert run.result["revenue"] == pytest.approx(20_000)
    assert scoring.figures(tokyo.ana, tokyo.li, run)["purchase_count"] == 4
    of = ground(tokyo.ana, NOON)
    counts = [
        asking.counted(tokyo.ana, asking.settle(rule, of), of).count
        for rule in (SPENT, TOO_MUCH)
    ]
    assert counts == [1, 0]
