"""Real files. The folder comes from REGULARS_DATA."""

from __future__ import annotations

import os
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
import pytest

pyreadr = pytest.importorskip("pyreadr")


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("REGULARS_DATA")
    if not folder:
        pytest.skip("REGULARS_DATA is not set: it names the folder with the public data sets.")
    return Path(folder)


@pytest.fixture(scope="module")
def online_retail(data, tmp_path_factory) -> Path:
    (frame,) = pyreadr.read_r(str(data / "online_retail" / "onlineretail.rda")).values()
    path = tmp_path_factory.mktemp("online_retail") / "online_retail.csv"
    frame.to_csv(path, index=False)
    return path


def test_online_retail_is_read_to_the_last_penny(load, online_retail):
    result = load_only(load, online_retail)

    assert (result.rows, result.accepted) == (541_909, 406_829)
    assert result.refused_by == {"no_customer": 135_080}
    told = {kind: (t.rows, t.amount) for kind, t in result.totals.items()}
    assert told["purchase"] == (397_884, 891_140_790)
    assert told["adjustment"] == (40, 0)
    assert told["refund"][0] == 8_905
    net = duckdb.sql(
        "select count(distinct customer_id), sum(amount) from read_parquet($path) "
        "where customer_id in (select customer_id from read_parquet($path) "
        "where kind = 'purchase')",
        params={"path": str(result.path)},
    ).fetchone()
    assert net == (4_338, 831_047_705)


def test_every_row_of_online_retail_has_a_key_of_its_own(load, online_retail):
    result = load_only(load, online_retail)

    keys = parquet.read_table(result.path, columns=["row_key"])["row_key"]
    assert len(set(keys.to_pylist())) == 406_829  # 5,225 equal lines among them


def test_the_cdnow_sample_is_read_by_the_places_of_its_columns(load, data):
    given = {"customer_id": "2", "occurred_at": "3", "quantity": "4", "amount": "5"}
    verdict = load(data / "cdnow" / "CDNOW_sample.txt", given=given)

    assert (verdict.result.rows, verdict.result.accepted) == (6_919, 6_919)
    assert verdict.result.totals["purchase"].amount == 24_409_194
    assert len({row["customer_id"] for row in verdict.rows}) == 2_357
    assert verdict.rows[0]["customer_id"] == "0001"


def test_completejourney_is_read_from_parquet(load, data):
    result = load_only(load, data / "completejourney" / "transactions.parquet")

    assert result.rows == result.accepted == 1_469_307
    assert sum(t.amount for t in result.totals.values()) == 459_603_958


def test_a_million_transactions_take_seconds(load, tmp_path):
    path = tmp_path / "million.csv"
    arrow_csv.write_csv(_million(), path, arrow_csv.WriteOptions(quoting_style="none"))
    start, worked = time.perf_counter(), time.process_time()

    result = load_only(load, path)

    seconds = time.perf_counter() - start
    busy = time.process_time() - worked
    print(f"1,000,000 rows of 8 columns: {seconds:.1f} s, {busy:.1f} s of one core")  # noqa: T201
    assert result.accepted == 1_000_000
    assert seconds < 60  # an order of magnitude above what it takes; catches a lost fast path


def load_only(load, path):
    """Read without building a list of all rows."""
    return load(path, rows=False).result


def _million() -> pa.Table:
    return duckdb.sql(
        "select 'C' || lpad((hash(i) % 100000)::text, 7, '0') customer_id, "
        "strftime(timestamp '2023-01-01' + to_seconds((hash(i + 1) % 63072000)::int), "
        "'%Y-%m-%d %H:%M:%S') occurred_at, "
        "printf('%.2f', (hash(i + 2) % 500000) / 100 + 1) amount, "
        "'O' || i order_id, 'P' || (i % 500) product_id, 'APP' channel, "
        "lpad((i % 60)::text, 4, '0') branch, 'X' || i external_id from range(1000000) t(i)"
    ).to_arrow_table()
