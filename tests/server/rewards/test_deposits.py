"""A bank gives no coupon to a segment that was picked by deposits, whatever field says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.server.rewards.conftest import Shop, batch_of, kind_of

from regulars.server.products.models import Product
from regulars.server.rewards import actions
from regulars.server.segments.models import Segment
from regulars.server.tiers import actions as tiers
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

BY_DEPOSITS: tuple[dict[str, Any], ...] = (
    *(
        {"field": name, "op": "ge", "values": ["1"]}
        for name in (
            *("aum", "aum_prev_30", "adb_month", "adb_90", "days_known", "balance_income_365"),
            *("balance_movement", "balance_moved", "balance_share", "balance_amount"),
            *("inflow", "net_new_money", "flow_5", "large_movement", "maturing"),
            *("share_of_wallet", "deposit_of_our_own", "flow_90"),
        )
    ),
    {"field": "maturing", "op": "ge", "values": ["1"], "only": {"product": ["D01"]}},
    {"field": "spend", "op": "ge", "values": ["1"], "only": {"product": ["D01", "W01"]}},
    {"field": "products", "op": "in", "values": ["D01"]},
    {"field": "products", "op": "known"},
    {"field": "product_kinds", "op": "in", "values": ["fund", "deposit"]},
    {"field": "tier_individual", "op": "in", "values": ["gold"]},
    {"field": "tier", "op": "in", "values": ["gold"]},
)
BY_OTHERS: tuple[dict[str, Any], ...] = (
    {"field": "spend", "op": "ge", "values": ["1"]},
    {"field": "products", "op": "in", "values": ["W01"]},
    {"field": "product_kinds", "op": "in", "values": ["wealth"]},
    {"field": "maturing", "op": "ge", "values": ["1"], "only": {"product": ["W01"]}},
    {"field": "stage", "op": "in", "values": ["active"]},
)


def named(condition: dict[str, Any]) -> str:
    return "-".join(str(part) for part in condition.values())


def segment(cast: Cast, condition: dict[str, Any]) -> Segment:
    """One whose rule says it under two groups."""
    rule = {"all": [{"none": [{"any": [condition]}]}]}
    return Segment(name="some", rule=rule, owner=cast.max)


@pytest.fixture
def bank(shop: Shop) -> Shop:
    """A deposit and a wealth product; tiers by balances and by spend."""
    for code, kind in (("D01", "deposit"), ("W01", "wealth")):
        Product.objects.create(code=code, name=code, kind=kind)
    tiers.install_presets(by=TESTS, at=NOON)
    return shop


@pytest.mark.parametrize("condition", BY_DEPOSITS, ids=named)
def test_a_segment_by_deposits_gets_no_coupon(bank: Shop, condition: dict[str, Any]) -> None:
    with pytest.raises(actions.Forbidden, match="银保监办发〔2018〕48号"):
        actions.check_segment(segment(bank.cast, condition))


@pytest.mark.parametrize("condition", BY_OTHERS, ids=named)
def test_a_segment_by_other_things_may_get_one(bank: Shop, condition: dict[str, Any]) -> None:
    actions.check_segment(segment(bank.cast, condition))


@pytest.mark.parametrize("condition", BY_DEPOSITS, ids=named)
def test_a_shop_may_give_to_whom_it_likes(as_system: Cast, condition: dict[str, Any]) -> None:
    as_system.company.kind = "retail"
    as_system.company.save()
    actions.check_segment(segment(as_system, condition))


def test_it_is_asked_before_anything_is_issued(bank: Shop) -> None:
    batch = batch_of(kind=kind_of(condition="festival", unit_cost=Decimal(3)))
    with pytest.raises(actions.Forbidden):
        actions.ask_many(batch, segment(bank.cast, BY_DEPOSITS[0]), by=bank.cast.max, at=NOON)
