"""RFMD: demographics in cross tables, and kept out of the score."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.measures.demographics import admit_attributes, cross_table

AS_OF = date(2026, 3, 31)


@pytest.fixture
def table(connection: engine.Connection) -> Any:
    def make(**columns: Any) -> Any:
        name = "d_" + "_".join(columns)
        return connection.create_table(ibis.util.gen_name(name), pa.table(columns), temp=True)

    return make


def test_scores_are_the_same_with_and_without_demographics(
    make_ledger: Any, table: Any
) -> None:
    rows = [
        (who, AS_OF - timedelta(days=who * 7 + 30 * k), 5.0 + who)
        for who in range(40)
        for k in range(3)
    ]
    who = table(customer_id=list(range(40)), age=list(range(20, 60)), gender=["f", "m"] * 20)

    plain = engine.valuate(make_ledger(rows), as_of=AS_OF)
    known = engine.valuate(make_ledger(rows, attributes=who), as_of=AS_OF)

    assert (
        plain.customers.order_by("customer_id").to_pyarrow()
        == known.customers.order_by("customer_id").to_pyarrow()
    )


def test_counts_shares_and_index_against_the_base(table: Any) -> None:
    customers = table(customer_id=list(range(200)), tier=["gold"] * 50 + ["mass"] * 150)
    who = table(customer_id=list(range(200)), town=["a"] * 40 + ["b"] * 160)

    found = cross_table(customers, who, row="tier", by="town")

    cells = {(cell.row, cell.column): cell for cell in found.cells}
    gold = cells["gold", "a"]
    assert (gold.customers, gold.share, gold.base_share) == (40, 0.8, 0.2)
    assert gold.index == 400.0
    assert gold.differs
    interval = stats.binomtest(40, 50).proportion_ci(method="wilson")
    assert (gold.low, gold.high) == pytest.approx((interval.low, interval.high))
    assert sum(cell.customers for cell in found.cells) == found.customers == 200
    assert found.row_totals == {"gold": 50, "mass": 150}


def test_association_is_cramers_v(table: Any) -> None:
    rng = np.random.default_rng(1)
    tier, town = rng.choice(["x", "y", "z"], 500), rng.choice(["a", "b"], 500)
    customers = table(customer_id=np.arange(500), tier=tier)
    who = table(customer_id=np.arange(500), town=town)

    found = cross_table(customers, who, row="tier", by="town")

    counts = [[np.sum((tier == t) & (town == p)) for p in "ab"] for t in "xyz"]
    assert found.association == pytest.approx(
        stats.contingency.association(np.array(counts)), abs=1e-4
    )


def test_small_rows_are_greyed_and_never_differ(table: Any) -> None:
    customers = table(customer_id=list(range(100)), tier=["tiny"] * 5 + ["mass"] * 95)
    who = table(customer_id=list(range(100)), town=["a"] * 5 + ["b"] * 95)

    found = cross_table(customers, who, row="tier", by="town")

    for cell in found.cells:
        assert cell.small == (cell.row == "tiny")
        assert not (cell.small and cell.differs)


def test_numbers_are_banded_and_the_unknown_stand_last(table: Any) -> None:
    customers = table(customer_id=[1, 2, 3, 4, 5], tier=["g"] * 5)
    who = table(customer_id=[1, 2, 3, 4], age=pa.array([8, 30, 29, None]))

    found = cross_table(customers, who, row="tier", by="age", bands=[10, 30])

    assert found.columns == ("<10", "10-30", "30+", "")
    assert found.column_totals[""] == 2


def test_sensitive_attributes_need_a_reason_which_is_kept(table: Any) -> None:
    customers = table(customer_id=[1], tier=["g"])
    who = table(customer_id=[1], religion=["x"])

    with pytest.raises(BadInput, match="religion"):
        cross_table(customers, who, row="tier", by="religion")
    with pytest.raises(BadInput, match="religion"):
        cross_table(customers, who, row="tier", by="religion", reasons={"religion": " "})
    found = cross_table(
        customers, who, row="tier", by="religion", reasons={"religion": "asked by them"}
    )
    assert found.reasons == {"religion": "asked by them"}


@pytest.mark.parametrize(
    "name", ["health_status", "Ethnic-Group", "客户宗教信仰", "home_location"]
)
def test_names_are_read_word_by_word(name: str) -> None:
    with pytest.raises(BadInput):
        admit_attributes([name])


@pytest.mark.parametrize(
    "name", ["district", "facebook_fan", "occupation", "allocation", "学历"]
)
def test_words_inside_other_words_are_not_sensitive(name: str) -> None:
    assert admit_attributes([name]) == {}


def test_a_company_names_its_own_sensitive_attributes() -> None:
    with pytest.raises(BadInput, match="shoe_size"):
        admit_attributes(["shoe_size"], sensitive={"shoe"})
