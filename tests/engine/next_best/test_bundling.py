"""Bundles: against a twin, with a planted trio, by class, and whom to offer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from regulars.base.errors import BadInput
from regulars.engine import Ledger
from regulars.engine.next_best.bundling import Bundle, bundles
from regulars.engine.next_best.prospects import bundle_prospects

DAY = date(2025, 12, 31)
Rows = list[tuple[int, str, date, float]]


def drawn(*, planted: tuple[str, ...], seed: int = 4, customers: int = 2000) -> Rows:
    """Everybody takes each of eight products by chance; a third all of `planted`."""
    random = np.random.default_rng(seed)
    rows: Rows = []
    for customer in range(customers):
        mine = {name for name in "abcdefgh" if random.random() < 0.25}
        if customer % 3 == 0:
            mine |= set(planted)
        rows += [(customer, name, DAY, float(ord(name) - 96)) for name in sorted(mine)]
    return rows


@pytest.fixture
def trio(buyers: Callable[..., Ledger]) -> tuple[Rows, list[Bundle]]:
    rows = drawn(planted=("b", "d", "g"))
    return rows, bundles(buyers(rows), as_of=DAY)


def test_the_planted_trio_is_found_alone(trio: tuple[Rows, list[Bundle]]) -> None:
    _, found = trio

    assert found[0].products == ("b", "d", "g")
    assert all(set(each.products) < {"b", "d", "g"} for each in found[1:])


def test_its_figures_are_those_of_a_twin(trio: tuple[Rows, list[Bundle]]) -> None:
    rows, found = trio
    has = {name: {c for c, p, *_ in rows if p == name} for name in "abcdefgh"}
    units = len({row[0] for row in rows})
    total = sum(row[3] for row in rows)
    for each in found:
        whole = set.intersection(*[has[name] for name in each.products])
        assert each.support == len(whole)
        assert each.share == pytest.approx(len(whole) / units)
        chance = _chance(each.products, has, units)
        assert each.lift == pytest.approx(len(whole) / chance)
        assert each.excess == pytest.approx(len(whole) - chance)
        assert 1 < each.lift_low < each.lift < each.lift_high
        price = sum(ord(name) - 96 for name in each.products)
        assert each.revenue_share == pytest.approx(len(whole) * price / total)
        counts = [sum(c in has[n] for n in each.products) for c in range(2000)]
        assert each.offer_to == counts.count(len(each.products) - 1)


def _chance(products: tuple[str, ...], has: dict[str, set[int]], units: int) -> float:
    splits = [
        (set.intersection(*[has[name] for name in part]), has[next(iter(rest))])
        for part in combinations(products, len(products) - 1)
        for rest in [set(products) - set(part)]
    ]
    return max(len(part) * len(rest) for part, rest in splits) / units


def test_where_all_is_chance_there_is_no_bundle(buyers: Callable[..., Ledger]) -> None:
    for seed in range(3):
        assert bundles(buyers(drawn(planted=(), seed=seed)), as_of=DAY) == []


def test_a_class_of_customers_has_its_own_bundles(
    buyers: Callable[..., Ledger], put: Callable[[pa.Table], Any]
) -> None:
    gold = drawn(planted=("a", "b"), customers=900)
    plain = [(c + 900, p, d, m) for c, p, d, m in drawn(planted=("e", "f"), customers=900)]
    tiers = pa.table({"customer_id": range(1800), "tier": ["gold"] * 900 + ["plain"] * 900})
    ledger = replace(buyers(gold + plain), attributes=put(tiers))

    found = bundles(ledger, as_of=DAY, by="tier")

    assert [(each.of_class, each.products) for each in found] == [
        ("gold", ("a", "b")),
        ("plain", ("e", "f")),
    ]


def test_orders_are_other_units_than_customers(buyers: Callable[..., Ledger]) -> None:
    rows = []
    for n in range(300):
        rows += [(n, "tea", DAY, 1.0, f"{n}-1"), (n, "cup", DAY, 1.0, f"{n}-1")]
        rows += [(n, "ink", DAY, 1.0, f"{n}-2")]
        rows += [(n + 300, "rice", DAY, 1.0, f"{n}-3")]
    ledger = buyers(rows)

    at_once = bundles(ledger, as_of=DAY, unit="order")

    assert [each.products for each in at_once] == [("cup", "tea")]
    assert at_once[0].share == pytest.approx(300 / 900)
    assert [each.products for each in bundles(ledger, as_of=DAY)] == [("cup", "ink", "tea")]


def test_later_purchases_make_no_bundle(buyers: Callable[..., Ledger]) -> None:
    rows = drawn(planted=("b", "d"))
    later = [(n, p, DAY + timedelta(days=1), 1.0) for n in range(2000) for p in ("a", "h")]

    assert bundles(buyers(rows + later), as_of=DAY) == bundles(buyers(rows), as_of=DAY)


def test_it_is_offered_to_who_lacks_one_and_did_not_decline(
    buyers: Callable[..., Ledger], put: Callable[[pa.Table], Any]
) -> None:
    rows = [(1, "a"), (1, "b"), (2, "a"), (2, "c"), (3, "a"), (4, "a"), (4, "b"), (4, "c")]
    ledger = buyers([(c, p, DAY, 1.0) for c, p in rows])
    declined = pa.table(
        {"customer_id": [1], "product_id": ["c"], "until": [DAY + timedelta(days=9)]}
    )

    everybody = bundle_prospects(ledger, ["a", "b", "c"], as_of=DAY)
    rested = bundle_prospects(ledger, ["a", "b", "c"], as_of=DAY, declined=put(declined))

    assert everybody.order_by("customer_id").to_pyarrow().to_pylist() == [
        {"customer_id": 1, "product_id": "c"},
        {"customer_id": 2, "product_id": "b"},
    ]
    assert rested.to_pyarrow().to_pylist() == [{"customer_id": 2, "product_id": "b"}]


def test_holdings_bundle_without_revenue_and_have_no_orders(
    holders: Callable[..., Ledger],
) -> None:
    ledger = holders([(c, p, d) for c, p, d, _ in drawn(planted=("b", "d"))])

    (found,) = bundles(ledger, as_of=DAY)

    assert (found.products, found.revenue_share) == (("b", "d"), None)
    with pytest.raises(BadInput, match="no orders"):
        bundles(ledger, as_of=DAY, unit="order")
    with pytest.raises(BadInput, match="no bundle"):
        bundle_prospects(ledger, ["b"], as_of=DAY)
