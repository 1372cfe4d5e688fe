"""Public data sets: better than popularity, by these figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadr
import pytest

from regulars import engine
from regulars.engine.next_best.finding import next_products
from regulars.engine.next_best.hiding import hidden_holding
from regulars.engine.next_best.judging import Judgement
from regulars.engine.synthetic import bank

Put = Callable[[pa.Table], Any]


def figures(judgement: Judgement) -> tuple[float, float, float, float]:
    mine, usual = (
        judgement.rates[judgement.method],
        judgement.rates[judgement.popularity],
    )
    return mine.hit1, mine.hit3, usual.hit1, usual.hit3


def test_a_hidden_policy_of_caravan_is_found(public_data: Path, put: Put, holders: Any) -> None:
    path = public_data / "caravan_insurance" / "caravan.RData"
    (frame,) = pyreadr.read_r(str(path)).values()
    names = list(frame.columns[64:85])
    customer, product = np.nonzero(frame[names].astype(float).to_numpy() > 0)
    rows = [
        (int(c), names[p], date(2000, 1, 1)) for c, p in zip(customer, product, strict=True)
    ]

    judgement = hidden_holding(holders(rows), as_of=date(2000, 1, 2), min_support=20)

    assert judgement.verdict == "better"
    assert figures(judgement) == pytest.approx((0.790, 0.923, 0.678, 0.906), abs=2e-3)


def test_the_synthetic_bank_is_better_than_popularity(put: Put) -> None:
    until = date(2026, 6, 30)
    table = bank(customers=8000, seed=1, until=until).holdings
    plain = pa.table({n: pa.array(table[n].to_pylist()) for n in table.column_names})
    named = put(plain).rename(
        customer_id="customer", holding_id="holding", product_id="product"
    )
    none = put(
        pa.table(
            {
                "customer_id": pa.array([], pa.string()),
                "occurred_at": pa.array([], pa.timestamp("us")),
                "amount": pa.array([], pa.float64()),
            }
        )
    )

    found = next_products(engine.Ledger(none, holdings=named), as_of=until)

    assert found.judgement.verdict == "better"
    hit1, hit3, usual1, usual3 = figures(found.judgement)
    assert hit1 > usual1 + 0.03
    assert hit3 > usual3 + 0.03


@pytest.mark.drill
def test_a_new_category_of_completejourney(public_data: Path, put: Put) -> None:
    folder = public_data / "completejourney"
    lines = pd.read_parquet(
        folder / "transactions.parquet",
        columns=["household_id", "product_id", "transaction_timestamp", "sales_value"],
    )
    products = pd.read_parquet(folder / "products.parquet")[["product_id", "product_category"]]
    frame = lines.merge(products, on="product_id").dropna()
    table = put(
        pa.table(
            {
                "customer_id": frame["household_id"].to_numpy(),
                "occurred_at": pa.array(frame["transaction_timestamp"]).cast("timestamp[us]"),
                "amount": frame["sales_value"].to_numpy(),
                "category": pa.array(frame["product_category"], pa.string()),
            }
        )
    )

    found = next_products(engine.Ledger(table), as_of=date(2017, 12, 31))

    assert found.of == "category"
    assert found.judgement.verdict == "better"
    hit1, hit3, usual1, usual3 = figures(found.judgement)
    assert (hit1, hit3) > (0.35, 0.60)
    assert hit1 > usual1 + 0.03
    assert hit3 > usual3 + 0.02


@pytest.mark.drill
def test_a_new_product_of_online_retail(online_retail: engine.Ledger) -> None:
    lines = online_retail.transactions
    lines = lines.filter(lines.CustomerID.notnull() if "CustomerID" in lines.columns else True)
    ledger = engine.Ledger(lines.rename(product_id="StockCode"))

    found = next_products(ledger, as_of=date(2011, 12, 9))

    assert found.judgement.verdict == "better"
    hit1, hit3, usual1, usual3 = figures(found.judgement)
    assert hit1 > usual1
    assert hit3 > usual3 + 0.05
