"""The synthetic chain of stores keeps its promises."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars.base.errors import BadInput
from regulars.engine.synthetic import DEMO_PHONE_PREFIX, SCHEMAS, TABLES, Company, retail

UNTIL = date(2026, 11, 22)
END = datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def chain() -> Company:
    return retail(customers=20_000, seed=1, until=UNTIL)


def decoded(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column, decoded where it is a dictionary, as NumPy."""
    kind = column.type
    column = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
    return column.to_numpy()


def test_every_table_has_the_published_columns(chain: Company) -> None:
    for name in TABLES:
        assert chain.table(name).schema.equals(SCHEMAS[name]), name


def test_the_same_seed_makes_the_same_chain() -> None:
    one, same, other = (retail(customers=1_500, seed=seed, until=UNTIL) for seed in (7, 7, 8))

    for name in TABLES:
        assert one.table(name).equals(same.table(name)), name
    assert not one.transactions.equals(other.transactions)


def test_members_buy_between_joining_and_the_last_day(chain: Company) -> None:
    numbers, since = (chain.customers[n].to_pylist() for n in ("number", "since"))
    joined = dict(zip(numbers, since, strict=True))
    for name in ("transactions", "interactions", "events"):
        table = chain.table(name)
        times = decoded(table["occurred_at"]).astype("datetime64[us]")
        local = (times + np.timedelta64(8, "h")).astype("datetime64[D]")
        came = np.array([joined[c] for c in decoded(table["customer"])], dtype="datetime64[D]")

        assert (local >= came).all(), name
        assert times.max() < np.datetime64(END.replace(tzinfo=None)), name
        assert local.min() >= np.datetime64(chain.start), name


def test_every_member_is_in_one_book_and_the_best_in_their_own(chain: Company) -> None:
    owner = {b["code"]: b["owner"] for b in chain.books.to_pylist()}
    rows = chain.customers.select(["book", "member_tier"]).to_pylist()

    assert len(rows) == 20_000
    for row in rows:
        assert (owner[row["book"]] is not None) == (row["member_tier"] in {"black", "gold"})


def test_returns_follow_what_was_bought(chain: Company) -> None:
    frame = chain.transactions.to_pandas()
    bought = frame[frame["kind"] == "purchase"]
    returned = frame[frame["kind"] == "refund"].merge(
        bought, on=["order_id", "product", "customer"], suffixes=("", "_bought")
    )

    assert len(returned) >= (frame["kind"] == "refund").sum() > 1_000
    assert (returned["occurred_at"] > returned["occurred_at_bought"]).all()
    assert (bought["amount"] > 0).all()
    assert (frame.loc[frame["kind"] == "refund", "amount"] < 0).all()
    assert 0.02 < (frame["kind"] == "refund").mean() < 0.04


def test_order_ids_hold_the_lines_of_one_visit(chain: Company) -> None:
    frame = chain.transactions.to_pandas()
    bought = frame[frame["kind"] == "purchase"].groupby("order_id")

    assert (bought["customer"].nunique() == 1).all()
    assert (bought["occurred_at"].nunique() == 1).all()
    assert frame["external_id"].is_unique
    assert 10 <= len(frame) / 20_000 <= 20


def test_orders_come_at_the_rate_of_the_truth(chain: Company) -> None:
    p, truth = chain.parameters, chain.truth
    rate, dropout = decoded(truth["lambda_"]), decoded(truth["dropout"])
    error = 4 / np.sqrt(len(rate))
    assert abs(rate.mean() - p["r"] / p["alpha"]) < error * rate.std()
    assert abs(dropout.mean() - p["a"] / (p["a"] + p["b"])) < error * dropout.std()

    bought = pc.equal(chain.transactions["kind"].cast(pa.string()), "purchase")
    frame = chain.transactions.filter(bought).to_pandas()
    orders = frame.groupby("customer", observed=False)["order_id"].nunique()
    repeat = orders.reindex(truth["customer"].to_pylist()).to_numpy() - 1
    stayed = decoded(truth["alive"])
    first = decoded(truth["first_purchase_at"]).astype("datetime64[us]").astype(np.int64)
    end = np.datetime64(END.replace(tzinfo=None)).astype("datetime64[us]").astype(np.int64)
    weeks = (end - first) / (7 * 86_400e6)

    expected = (rate * (1 - dropout) * weeks)[stayed].sum()
    # The season moves orders within the window, so members who joined late see a little
    # more or less of it.
    assert abs(repeat[stayed].sum() / expected - 1) < 0.03
    assert abs((~stayed).sum() / (repeat * dropout).sum() - 1) < 0.05
    total = frame.groupby("order_id")["amount"].sum()
    assert abs(total.mean() / (p["p"] * p["gamma"] / (p["q"] - 1)) - 1) < 0.06


def test_festivals_are_busier_than_the_weeks_before(chain: Company) -> None:
    times = decoded(chain.transactions["occurred_at"]).astype("datetime64[D]")

    def a_day(start: str, stop: str) -> float:
        days = (times >= np.datetime64(start)) & (times < np.datetime64(stop))
        return days.sum() / (np.datetime64(stop) - np.datetime64(start)).astype(int)

    # Spring Festival 2026 was on 17 February.
    assert a_day("2026-01-29", "2026-02-16") > 1.4 * a_day("2026-01-01", "2026-01-27")
    assert a_day("2025-11-02", "2025-11-12") > 1.4 * a_day("2025-10-10", "2025-10-31")
    assert a_day("2026-02-18", "2026-02-23") < 0.7 * a_day("2026-01-01", "2026-01-27")


def test_dairy_runs_out_before_cosmetics(chain: Company) -> None:
    frame = chain.transactions.to_pandas()
    frame = frame[frame["kind"] == "purchase"].sort_values(["customer", "occurred_at"])

    def gap(category: str) -> float:
        rows = frame[frame["category"] == category]
        gaps = rows.groupby("customer", observed=True)["occurred_at"].diff().dropna()
        return float(gaps.dt.days.median())

    assert gap("乳品") < gap("粮油") < gap("美妆")


def test_names_phones_and_stories_are_there(chain: Company) -> None:
    for name in chain.customers["name"].to_pylist():
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name), name
    phones = chain.customers["phone"].to_pylist()
    assert all(re.fullmatch(DEMO_PHONE_PREFIX + r"\d{7}", phone) for phone in phones)
    stories = {story for planted in chain.truth["planted"].to_pylist() for story in planted}
    assert stories == {"tier_threshold", "birthday", "became_dormant", "contact_overdue"}


def test_a_chain_without_members_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one year"):
        retail(customers=20_000, until=UNTIL, years=0)
