"""Recency, frequency and money."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyreadr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.measures.rfm import (
    CELLS,
    POINTS,
    TYPES,
    Cuts,
    Thresholds,
    cell,
    cuts_of,
    score,
    with_money,
)

ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 12), st.integers(0, 5000)),
    min_size=1,
    max_size=40,
)


def scores(
    rows: list[tuple[int, int, int]], thresholds: Thresholds | None = None
) -> list[dict[str, object]]:
    days, counts, amounts = zip(*rows, strict=True)
    summary = ibis.memtable(
        {
            "place": range(len(rows)),
            "days_since_last": days,
            "purchase_count": counts,
            "monetary": [float(amount) for amount in amounts],
        }
    )
    scored = score(summary, cuts_of(summary, thresholds)).order_by("place")
    return list(scored.to_pyarrow().to_pylist())


def test_the_25_cells_each_have_exactly_one_name() -> None:
    grid = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]
    table = ibis.memtable(
        {
            "r": [r for r, _, _ in grid],
            "f": [f for _, f, _ in grid],
            "m": [m for _, _, m in grid],
        }
    )
    named = table.mutate(name=cell(table.r, table.f, table.m, once=ibis.literal(False)))

    for row in named.to_pyarrow().to_pylist():
        fm = (row["f"] + row["m"] + 1) // 2
        assert row["name"] == rule(row["r"], fm), row


def rule(r: int, fm: int) -> str:
    """The table of the segment vocabulary, read row by row; exactly one row may fit."""
    top = {(5, 5), (5, 4), (4, 5)}
    fits = {
        "champions": (r, fm) in top,
        "loyal": r >= 3 and fm >= 4 and (r, fm) not in top,
        "potential_loyal": r >= 4 and fm in (2, 3),
        "promising": r >= 4 and fm == 1,
        "needs_attention": r == 3 and fm in (2, 3),
        "about_to_sleep": r == 3 and fm == 1,
        "cannot_lose": r <= 2 and fm == 5,
        "at_risk": r <= 2 and fm in (3, 4),
        "hibernating": r == 2 and fm <= 2,
        "lost": r == 1 and fm <= 2,
    }
    (name,) = [name for name, fit in fits.items() if fit]
    return name


def test_one_purchase_and_recent_is_new_whatever_it_cost() -> None:
    table = ibis.memtable({"r": [5, 4, 3], "f": [1, 1, 1], "m": [5, 1, 5]})
    named = table.mutate(name=cell(table.r, table.f, table.m, once=ibis.literal(True)))

    assert sorted(named.to_pyarrow()["name"].to_pylist()) == ["needs_attention", "new", "new"]


def test_the_published_reference_is_reproduced(public_data: Path, make_ledger: object) -> None:
    (orders,) = pyreadr.read_r(
        str(public_data / "rfm_reference" / "rfm_data_orders.rda")
    ).values()
    rows = [
        (name, day, float(revenue))
        for name, day, revenue in zip(
            orders["customer_id"], orders["order_date"], orders["revenue"], strict=True
        )
    ]

    result = engine.valuate(make_ledger(rows), as_of=date(2006, 12, 31))  # type: ignore[operator]

    found = result.customers.order_by("customer_id").limit(5).to_pyarrow()["rfm"].to_pylist()
    assert found == ["343", "412", "323", "544", "433"]
    assert result.rfm["555"] == 35
    assert result.summary["customers"] == 995
    assert result.summary["revenue"] == 464_158.00
    assert result.summary["top20_share"] == pytest.approx(0.3562, abs=5e-5)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_a_score_is_one_and_the_cut_points_strictly_below(
    rows: list[tuple[int, int, int]],
) -> None:
    days, counts, amounts = (
        np.array(column, dtype=float) for column in zip(*rows, strict=True)
    )

    for place, found in enumerate(scores(rows)):
        assert found["f"] == 1 + sum(np.quantile(counts, (0.2, 0.4, 0.6, 0.8)) < counts[place])
        assert found["r"] == 1 + sum(np.quantile(days, (0.2, 0.4, 0.6, 0.8)) > days[place])
        below = np.quantile(amounts, (0.2, 0.4, 0.6, 0.8)) < amounts[place] - 1e-9
        assert found["m"] == 1 + sum(below)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_equal_customers_get_equal_scores_and_everybody_one_type(
    rows: list[tuple[int, int, int]],
) -> None:
    found = scores(rows)

    by_row: dict[tuple[int, int, int], set[object]] = {}
    for row, scored in zip(rows, found, strict=True):
        by_row.setdefault(row, set()).add((scored["rfm"], scored["rfm_type"]))
        assert scored["rfm_cell"] in CELLS
    assert all(len(same) == 1 for same in by_row.values())
    types = Counter(scored["rfm_type"] for scored in found)
    assert set(types) <= set(TYPES.values())
    assert types.total() == len(rows)


def test_more_money_never_turns_a_key_customer_into_a_general_one() -> None:
    rows = [(10, 3, amount) for amount in range(0, 1000, 50)]

    important = [str(found["rfm_type"]).startswith("important") for found in scores(rows)]

    assert important == sorted(important)
    assert True in important
    assert False in important


def test_thresholds_hold_whatever_the_others_do() -> None:
    fixed = Thresholds(
        recency=(10, 30, 60, 90), frequency=(2, 3, 5, 10), monetary=(50, 200, 500, 1000)
    )

    alone = scores([(10, 3, 200)], fixed)[0]
    among = scores([(10, 3, 200), (1, 99, 99999), (300, 1, 0)], fixed)

    assert alone["rfm"] == among[0]["rfm"] == "533"
    assert (among[1]["rfm"], among[2]["rfm"]) == ("555", "111")


def test_the_usual_defaults_of_eight_types_can_be_given() -> None:
    fixed = Thresholds(
        recency=(5, 10, 30, 60),
        frequency=(2, 3, 4, 5),
        monetary=(100, 200, 300, 400),
        high=(10, 3, 200),
    )

    types = [
        found["rfm_type"] for found in scores([(10, 3, 200), (11, 2, 199), (11, 3, 200)], fixed)
    ]

    assert types == ["important_value", "general_winback", "important_keep"]


def test_cut_points_must_rise() -> None:
    with pytest.raises(BadInput, match="rising"):
        Thresholds(recency=(30, 10, 60, 90), frequency=(1, 2, 3, 4), monetary=(1, 2, 3, 4))


MONEY = st.lists(
    st.none()
    | st.sampled_from([0.0, -3.5, 0.1, 99.0, 99.0, 1e-9, 1e12, 1e60])
    | st.integers(0, 500_000).map(lambda cents: cents / 100),
    min_size=1,
    max_size=80,
).filter(lambda amounts: any(each is not None for each in amounts))


@settings(max_examples=30, deadline=None)
@given(MONEY)
def test_cut_points_of_money_are_the_quantiles_of_the_database(
    amounts: list[float | None],
) -> None:
    money = ibis.memtable({"monetary": amounts}, schema={"monetary": "float64"})
    anyhow = Cuts("quantile", (1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4), high=(2, 2, 2))

    found = with_money(anyhow, money)

    (quantiles,) = money.agg(at=money.monetary.quantile(list(POINTS))).to_pyarrow()["at"]
    assert (*found.monetary, found.high[2]) == tuple(quantiles.as_py())


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.none() | st.integers(0, 12), min_size=1, max_size=20),
    st.lists(st.integers(0, 24).map(lambda half: half / 2), min_size=4, max_size=4).map(sorted),
    st.sampled_from(["quantile", "threshold"]),
)
def test_a_score_counts_the_points_passed_and_is_null_without_a_value(
    values: list[int | None], points: list[float], definition: str
) -> None:
    a, b, c, d = points
    cuts = Cuts(definition, (a, b, c, d), (a, b, c, d), (a, b, c, d), high=(c, c, c))  # type: ignore[arg-type]  # a plain str
    columns = ("days_since_last", "purchase_count", "monetary")
    summary = ibis.memtable(
        {"place": range(len(values)), **dict.fromkeys(columns, values)},
        schema={"place": "int64", **dict.fromkeys(columns[:2], "int32"), "monetary": "float64"},
    )

    scored = score(summary, cuts).order_by("place").to_pyarrow().to_pylist()

    open_end = definition == "quantile"
    for value, row in zip(values, scored, strict=True):
        if value is None:
            assert (row["r"], row["f"], row["m"], row["rfm"]) == (None,) * 4
            continue
        rising = 1 + sum(value > point if open_end else value >= point for point in points)
        recency = 1 + sum(value < point if open_end else value <= point for point in points)
        assert (row["r"], row["f"], row["m"]) == (recency, rising, rising)
        assert row["rfm"] == f"{recency}{rising}{rising}"
