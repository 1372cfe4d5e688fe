"""Synthetic customers with a known true next product."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.synthetic.affinity import affinity, next_chances

DAY = date(2025, 12, 31)


def test_the_same_arguments_give_the_same_customers() -> None:
    one, two = (affinity(customers=300, seed=9, until=DAY) for _ in range(2))

    assert one.holdings.equals(two.holdings)
    assert one.truth.equals(two.truth)
    assert not affinity(customers=300, seed=10, until=DAY).holdings.equals(one.holdings)


def test_nobody_takes_a_product_twice_and_the_future_lies_ahead() -> None:
    company = affinity(customers=500, seed=2, until=DAY)
    rows = company.holdings.to_pylist() + company.future.to_pylist()

    assert max(Counter((r["customer_id"], r["product_id"]) for r in rows).values()) == 1
    assert max(company.holdings["opened_on"].to_pylist()) <= DAY
    assert min(company.future["opened_on"].to_pylist()) > DAY


def test_who_follows_the_truth_is_right_as_often_as_it_says() -> None:
    company = affinity(customers=6000, seed=3, until=DAY)
    first: dict[int, str] = {}
    for row in company.future.to_pylist():
        first.setdefault(row["customer_id"], row["product_id"])
    known = set(company.holdings["customer_id"].to_pylist())
    truth = [r for r in company.truth.to_pylist() if r["customer_id"] in known & set(first)]

    right = np.mean([first[row["customer_id"]] == row["next_product"] for row in truth])
    said = np.mean([row["chance"] for row in truth])

    assert right == pytest.approx(said, abs=0.03)


def test_chances_add_up_and_leave_out_what_is_held() -> None:
    held = np.array([[True, False, False], [True, True, True], [False, False, False]])
    taste = np.full((3, 3), 1 / 3)

    chance = next_chances(held, np.array([0, 1, -1]), taste, np.array([2, -1, -1]), 0.6)

    assert chance[0] == pytest.approx([0.0, 0.2, 0.8])
    assert chance[1].sum() == 0.0
    assert chance[2] == pytest.approx([1 / 3] * 3)


def test_sizes_that_make_no_company_are_refused() -> None:
    with pytest.raises(BadInput, match="make no company"):
        affinity(customers=10, products=3, until=DAY)
