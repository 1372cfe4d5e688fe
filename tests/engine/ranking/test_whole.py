"""A ranking of a whole base: honest in time, the same each time, fair to equals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from ibis.util import gen_name

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench
from regulars.engine.basis import BANK, RETAIL
from regulars.engine.evaluate.metrics import share_caught
from regulars.engine.learning.threads import one_thread
from regulars.engine.ledger import day_number
from regulars.engine.ranking import Ranking, rank
from regulars.engine.ranking.boosting import train
from regulars.engine.ranking.grown import Grown
from regulars.engine.ranking.outcomes import earned, earned_on
from regulars.engine.ranking.snapshots import Snapshot, parts

START = date(2024, 1, 1)
DAYS, HORIZON = 300, 60
AS_OF = START + timedelta(days=DAYS - 1)
MakeLedger = Callable[..., engine.Ledger]


def base(seed: int, customers: int = 180) -> list[tuple[int, date, float]]:
    """Customers who buy at their own pace, for their own amounts, until some stop."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        joined, pace = random.integers(0, 200), random.gamma(0.8, 1 / 16)
        gone = joined + random.exponential(400)
        size, day = random.lognormal(3, 0.8), float(joined)
        while day < min(gone, DAYS + HORIZON):
            amount = round(size * random.gamma(4, 0.25), 2)
            rows.append((customer, START + timedelta(days=int(day)), amount))
            day += 1 + random.exponential(1 / pace)
    return rows


@pytest.fixture(scope="module")
def open_rows(connection: engine.Connection) -> Callable[..., engine.Ledger]:
    def open_them(rows: list[tuple[Any, date, float]]) -> engine.Ledger:
        names = ("customer_id", "local_date", "amount")
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        return engine.Ledger(
            connection.create_table(gen_name("ranked"), pa.table(columns), temp=True)
        )

    return open_them


TWIN = 1_000  # added to an id


@pytest.fixture(scope="module")
def rows() -> list[tuple[int, date, float]]:
    """Each customer has a twin with the very same history."""
    single = base(7)
    return single + [(customer + TWIN, on, amount) for customer, on, amount in single]


@pytest.fixture(scope="module")
def ranking(
    rows: list[tuple[int, date, float]], open_rows: Callable[..., engine.Ledger]
) -> Ranking:
    return rank(open_rows(rows), as_of=AS_OF, horizon_days=HORIZON)


def told(ranking: Ranking) -> dict[Any, tuple[float, float]]:
    found = ranking.customers.order_by("customer_id").to_pyarrow().to_pylist()
    return {row["customer_id"]: (row["rank_next"], row["expected_next"]) for row in found}


def came(rows: list[tuple[int, date, float]], who: list[int]) -> np.ndarray:
    end = AS_OF + timedelta(days=HORIZON)
    sums = dict.fromkeys(who, 0.0)
    for customer, on, amount in rows:
        if AS_OF < on <= end and customer in sums:
            sums[customer] += amount
    return np.array([sums[customer] for customer in who])


def test_everybody_known_by_then_has_one_place(
    ranking: Ranking, rows: list[tuple[int, date, float]]
) -> None:
    found = told(ranking)

    assert set(found) == {customer for customer, on, _ in rows if on <= AS_OF}
    assert np.mean([place for place, _ in found.values()]) == pytest.approx(0.5)
    assert all(0 < place < 1 and money >= 0 for place, money in found.values())


def test_the_order_is_better_than_chance_on_what_came(
    ranking: Ranking, rows: list[tuple[int, date, float]]
) -> None:
    found = told(ranking)
    money = came(rows, list(found))

    caught = share_caught(np.array([place for place, _ in found.values()]), money)

    assert caught > 0.5
    assert ranking.quality.signal
    assert sum(each for _, each in found.values()) == pytest.approx(money.sum(), rel=0.25)


def test_nothing_that_comes_later_changes_the_answer(
    ranking: Ranking,
    rows: list[tuple[int, date, float]],
    open_rows: Callable[..., engine.Ledger],
) -> None:
    later = [
        (customer, AS_OF + timedelta(days=1 + customer % 50), 1e6) for customer in range(99)
    ]
    past = [row for row in rows if row[1] <= AS_OF]

    # The rows come in the other order as well: the answer is the same to the last digit.
    again = rank(open_rows((past + later)[::-1]), as_of=AS_OF, horizon_days=HORIZON)

    assert told(again) == told(ranking)
    assert again.to_dict() | {"seconds": {}} == ranking.to_dict() | {"seconds": {}}


def test_equal_customers_get_equal_places(ranking: Ranking) -> None:
    found = told(ranking)

    assert len(found) > 300
    for customer, place in found.items():
        assert place == found[(customer + TWIN) % (2 * TWIN)]


def test_a_base_where_nothing_tells_customers_apart_says_no_signal(
    open_rows: Callable[..., engine.Ledger],
) -> None:
    random = np.random.default_rng(0)
    rows = [
        (customer, START + timedelta(days=int(day)), 10.0)
        for customer in range(300)
        for day in [0, *np.flatnonzero(random.random(DAYS) < 0.1)]
    ]

    found = rank(open_rows(rows), as_of=AS_OF, horizon_days=HORIZON)

    assert found.quality.verdict.startswith("No signal")
    assert found.method == "past_revenue"


def test_a_short_history_says_how_many_days_are_missing(
    open_rows: Callable[..., engine.Ledger],
) -> None:
    rows = [(customer, START + timedelta(days=customer), 5.0) for customer in range(40)]

    found = rank(open_rows(rows), as_of=START + timedelta(days=39), horizon_days=30)

    assert found.quality.skipped == "The history covers 40 days; learning needs 56: 16 more."
    assert found.weights == {"boosting": 0.0, "expected_spend": 0.5, "past_revenue": 0.5}
    assert len(told(found)) == 40


def test_what_cannot_be_ranked_is_refused(open_rows: Callable[..., engine.Ledger]) -> None:
    ledger = open_rows([(1, START, 5.0)])

    with pytest.raises(BadInput, match="Nobody was active by 2023-12-31"):
        rank(ledger, as_of=START - timedelta(days=1))
    with pytest.raises(BadInput, match="looks nowhere"):
        rank(ledger, as_of=START, horizon_days=0)


def test_a_bank_is_ranked_by_what_balances_and_fees_earn(
    make_ledger: MakeLedger, make_balances: Callable[..., Any]
) -> None:
    ledger = make_ledger(
        [(1, START, 100.0, "purchase"), (1, START, 40.0, "outflow"), (2, START, 3.0, "fee")],
        balances=make_balances(
            [(2, "a", START - timedelta(days=99), 3650.0), (2, "a", START + timedelta(5), 0.0)]
        ),
    )

    found = earned(ledger, after=START - timedelta(days=1), days=10, basis=BANK)

    by = {row["customer_id"]: row["earned"] for row in found.to_pyarrow().to_pylist()}
    # A purchase earns 0.3 %, a fee itself, 3,650 for half of ten days at 2 % a year: 1.
    assert by == pytest.approx({1: 0.3, 2: 3.0 + 1.0})


@pytest.mark.parametrize("basis", [RETAIL, BANK], ids=["retail", "bank"])
def test_what_came_after_several_days_is_what_came_after_each(
    make_ledger: MakeLedger, make_balances: Callable[..., Any], basis: engine.Basis
) -> None:
    random = np.random.default_rng(9)
    back = [START + timedelta(days=int(day)) for day in random.integers(0, 200, 300)]
    rows = [(int(random.integers(0, 30)), on, 9.5, "purchase") for on in back]
    kept = [(n % 35, "a", START + timedelta(days=3 * n), 1000.0 + n) for n in range(60)]
    ledger = make_ledger(rows, balances=make_balances(kept))
    bench = Workbench(ledger.transactions.get_backend())
    afters = [START + timedelta(days=day) for day in (0, 30, 120)]

    found = earned_on(ledger, afters, bench, days=40, basis=basis)

    for after in afters:
        last = found.day_on == day_number(after + timedelta(days=40))
        then = found.filter(last).drop("day_on").order_by("customer_id")
        alone = earned(ledger, after=after, days=40, basis=basis).order_by("customer_id")
        assert then.to_pyarrow().equals(alone.to_pyarrow())
        assert then.count().to_pyarrow().as_py() >= 20
    bench.clear()


def test_parts_cover_everybody_once(connection: engine.Connection) -> None:
    ids = pa.table({"customer_id": [f"c{number:03d}" for number in range(25)]})
    table = connection.create_table(ibis.util.gen_name("parted"), ids, temp=True)

    found = [part.to_pyarrow()["customer_id"].to_pylist() for part in parts(table, size=10)]

    assert [len(part) for part in found] == [10, 10, 5]
    assert sorted(chain(*found)) == ids["customer_id"].to_pylist()


def test_forests_of_the_same_rows_are_those_that_each_would_be_alone() -> None:
    from sklearn.ensemble import HistGradientBoostingRegressor

    random = np.random.default_rng(6)
    values = np.round(random.gamma(1.0, 9.0, (2_000, 5)), 1)
    came = values[:, 1] * random.random(2_000)
    names = tuple(f"c{place}" for place in range(5))
    boosted = train([Snapshot(START, pa.chunked_array([[]]), names, values, came, came)])
    assert boosted is not None

    for loss, forests in boosted.forests.items():
        target = came / came.mean()
        for forest in forests:
            alone = HistGradientBoostingRegressor(**forest.get_params())
            with one_thread():
                alone.fit(values, target if loss == "poisson" else np.sqrt(target))
            assert alone.predict(values).tolist() == forest.predict(values).tolist()


def test_what_a_forest_says_of_changed_columns_is_asked_of_few_trees() -> None:
    random = np.random.default_rng(5)
    values = random.gamma(1.0, 1.0, (400, 30))
    values[random.random(values.shape) < 0.1] = np.nan
    came = np.nan_to_num(values[:, :5].sum(axis=1) * random.random(400))
    names = tuple(f"c{place}" for place in range(30))
    boosted = train([Snapshot(START, pa.chunked_array([[]]), names, values, came, came)])
    assert boosted is not None
    grown = Grown.of(boosted, values)

    for changed in ([], [2], [0, 7, 29], list(range(30))):
        mixed = values.copy()
        mixed[:, changed] = values[random.permutation(400)][:, changed]
        assert grown.order(mixed, changed).tolist() == boosted.order(mixed).tolist()
    assert all(each.said is not None for trees in grown.trees.values() for each in trees)
