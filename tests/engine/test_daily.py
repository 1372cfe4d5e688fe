"""The days kept beside the facts say what the facts say, however they came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.twin import summarise, totals

from regulars import engine
from regulars.engine import BANK, RETAIL, Basis, valuation
from regulars.engine.backends import Workbench, write_parts
from regulars.engine.daily import daily, id_ranges, write_days
from regulars.engine.measures.activity import daily_activity
from regulars.engine.measures.histories import histories

AS_OF = date(2026, 6, 30)
MakeLedger = Callable[..., engine.Ledger]
Line = tuple[int, date, float, str, str | None]

KINDS = ("purchase", "refund", "fee", "inflow")
LINES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(0, 800).map(lambda back: AS_OF - timedelta(days=back)),
        st.integers(1, 9_999).map(float),
        st.sampled_from(KINDS),
        st.sampled_from([None, "a", "b", "c"]),
    ),
    min_size=1,
    max_size=30,
)


def stored(connection: engine.Connection, files: Sequence[Sequence[Line]]) -> ibis.Table:
    """Sum up each file alone and bring the sums together, as a home does."""
    tables = [daily(ledger_of(connection, lines)).to_pyarrow() for lines in files if lines]
    return connection.create_table(
        ibis.util.gen_name("days"), pa.concat_tables(tables), temp=True
    )


def ledger_of(connection: engine.Connection, lines: Sequence[Line]) -> engine.Ledger:
    names = ("customer_id", "local_date", "amount", "kind", "order_id")
    types = (pa.int64(), pa.date32(), pa.float64(), pa.string(), pa.string())
    columns = {
        name: pa.array([line[at] for line in lines], kind)
        for at, (name, kind) in enumerate(zip(names, types, strict=True))
    }
    table = connection.create_table(ibis.util.gen_name("lines"), pa.table(columns), temp=True)
    return engine.Ledger(table)


def rows(ledger: engine.Ledger, basis: Basis) -> list[dict[str, Any]]:
    bench = Workbench(ledger.transactions.get_backend())
    found = histories(ledger, bench, as_of=AS_OF, basis=basis).order_by("customer_id")
    answer = found.to_pyarrow().to_pylist()
    bench.clear()
    return list(answer)


def valued(result: engine.Valuation) -> list[dict[str, Any]]:
    return list(result.customers.order_by("customer_id").to_pyarrow().to_pylist())


def same(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    assert [row["customer_id"] for row in left] == [row["customer_id"] for row in right]
    for one, other in zip(left, right, strict=True):
        assert one == {
            name: pytest.approx(value, rel=1e-9, abs=1e-6)
            if isinstance(value, float)
            else value
            for name, value in other.items()
        }


def split(lines: Sequence[Line], parts: int, seed: int) -> list[list[Line]]:
    """Deal lines into files; those of one order stay together."""
    files: list[list[Line]] = [[] for _ in range(parts)]
    for place, line in enumerate(lines):
        customer, day, _, kind, order = line
        together = (customer, day.toordinal(), KINDS.index(kind), order) if order else (place,)
        files[crc32(repr((together, seed)).encode()) % parts].append(line)
    return files


def test_a_day_is_one_row_with_its_lines_orders_and_gap(connection: engine.Connection) -> None:
    day = date(2026, 1, 1)
    lines: list[Line] = [
        (1, day, 2.0, "purchase", "a"),
        (1, day, 3.0, "purchase", "a"),
        (1, day, 4.0, "purchase", None),
        (1, day, 5.0, "purchase", None),
        (1, day, -1.0, "refund", "a"),
        (1, day + timedelta(days=9), 6.0, "purchase", "a"),
    ]

    found = daily(ledger_of(connection, lines)).order_by("day", "kind").to_pyarrow().to_pylist()

    kept = [
        (row["kind"], row["amount"], row["lines"], row["orders"], row["unnamed"], row["gap"])
        for row in found
    ]
    assert kept == [
        ("purchase", 14.0, 4, 2, 2, None),
        ("refund", -1.0, 1, 1, 0, None),
        ("purchase", 6.0, 1, 1, 0, 9),
    ]


@pytest.mark.parametrize("basis", [RETAIL, BANK], ids=["retail", "bank"])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=LINES, parts=st.integers(1, 4), seed=st.integers(0, 99))
def test_however_the_facts_are_split_into_files_the_histories_are_the_same(
    connection: engine.Connection, basis: Basis, lines: list[Line], parts: int, seed: int
) -> None:
    whole = ledger_of(connection, lines)
    days = stored(connection, split(lines, parts, seed))

    folded = engine.Ledger(whole.transactions, days=days)

    same(rows(folded, basis), rows(whole, basis))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=LINES)
def test_one_pass_says_what_the_definition_says(
    connection: engine.Connection, lines: list[Line]
) -> None:
    ledger = ledger_of(connection, lines)
    days = daily_activity(ledger, as_of=AS_OF, basis=RETAIL)
    sums = totals(ledger, as_of=AS_OF, basis=RETAIL)
    defined = summarise(days, sums, None, as_of=AS_OF, basis=RETAIL)

    found = [{**row, "purchase_count": None} for row in rows(ledger, RETAIL)]

    wanted = defined.order_by("customer_id").to_pyarrow().to_pylist()
    same(found, [{**row, "purchase_count": None} for row in wanted])


def test_a_late_fact_for_an_old_day_finds_its_place(connection: engine.Connection) -> None:
    first: list[Line] = [
        (1, AS_OF - timedelta(days=back), 10.0, "purchase", None) for back in (400, 300, 20)
    ]
    late: list[Line] = [
        (1, AS_OF - timedelta(days=350), 7.0, "purchase", None),
        (1, AS_OF - timedelta(days=300), 5.0, "purchase", None),
    ]
    whole = ledger_of(connection, [*first, *late])

    folded = engine.Ledger(whole.transactions, days=stored(connection, [first, late]))

    (row,) = rows(folded, RETAIL)
    assert (row["purchase_days"], row["median_gap"], row["revenue"]) == (4, 50.0, 42.0)
    same([row], rows(whole, RETAIL))


def test_a_whole_valuation_from_stored_days_reads_no_transaction(
    make_ledger: MakeLedger, tmp_path: Path, connection: engine.Connection
) -> None:
    whole = make_ledger(_base())
    files = [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    halves = [whole.transactions.occurred_at.day() % 2 == n for n in (0, 1)]
    for path, half in zip(files, halves, strict=True):
        write_days(engine.Ledger(whole.transactions.filter(half)), path)
    stored_only = engine.open_ledger({"days": files}, connection=connection)

    found = engine.valuate(stored_only, as_of=AS_OF)

    wanted = engine.valuate(whole, as_of=AS_OF)
    rows, others = (each.customers.order_by("customer_id") for each in (found, wanted))
    same(rows.to_pyarrow().to_pylist(), others.to_pyarrow().to_pylist())
    assert found.summary == pytest.approx(wanted.summary)
    assert found.quality.verdict == wanted.quality.verdict


def test_a_base_valued_by_ranges_of_customers_is_the_same_and_in_order(
    make_ledger: MakeLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_ledger(_base())
    days = whole.transactions.get_backend().create_table(
        ibis.util.gen_name("all_days"), daily(whole), temp=True
    )
    wanted = engine.valuate(engine.Ledger(whole.transactions, days=days), as_of=AS_OF)
    monkeypatch.setattr(valuation, "ROWS_AT_ONCE", 50)

    found = engine.valuate(
        engine.Ledger(whole.transactions, days=days), as_of=AS_OF, folder=tmp_path
    )

    table = pq.read_table(tmp_path / "customers.parquet")
    written = table.to_pylist()
    assert table.schema.types == wanted.customers.schema().to_pyarrow().types
    assert len(id_ranges(days, rows=50)) > 3
    assert [row["customer_id"] for row in written] == list(range(1, 61))
    same(written, valued(wanted))
    assert found.summary == pytest.approx(wanted.summary)


def test_a_write_that_fails_leaves_the_file_before_and_no_half_one(
    make_ledger: MakeLedger, tmp_path: Path
) -> None:
    rows = make_ledger(_base()).transactions.select("customer_id", "amount")
    path = tmp_path / "customers.parquet"
    write_parts([rows.filter(rows.customer_id < 9)], path, key="customer_id")
    known = path.read_bytes()

    def broken() -> Iterator[Any]:
        yield rows.filter(rows.customer_id < 9)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        write_parts(broken(), path, key="customer_id")

    assert path.read_bytes() == known
    assert list(tmp_path.iterdir()) == [path]


def test_ranges_hold_every_customer_once(make_ledger: MakeLedger) -> None:
    days = make_ledger(_base()).transactions.mutate(gap=0)

    ranges = id_ranges(days, rows=40)

    assert ranges[0][0] == 1
    assert ranges[-1][1] >= 60
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(ranges))


def test_margins_are_kept_where_lines_name_their_cost(connection: engine.Connection) -> None:
    table = pa.table(
        {
            "customer_id": [1, 1, 2],
            "local_date": [date(2026, 6, 1)] * 3,
            "amount": [100.0, 50.0, 10.0],
            "cost": [90.0, None, 2.0],
        }
    )
    whole = engine.Ledger(
        connection.create_table(ibis.util.gen_name("priced"), table, temp=True)
    )
    days = connection.create_table(ibis.util.gen_name("priced_days"), daily(whole), temp=True)

    found = rows(engine.Ledger(whole.transactions, days=days), Basis(margin_rate=0.2))

    assert [row["margin_365"] for row in found] == [20.0, 8.0]


def test_stored_days_are_sorted_by_customer(make_ledger: MakeLedger, tmp_path: Path) -> None:
    write_days(make_ledger(_base()), tmp_path / "days.parquet")

    kept = pq.read_table(tmp_path / "days.parquet", columns=["customer_id", "day", "kind"])

    keys = [tuple(row.values()) for row in kept.to_pylist()]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def _base() -> list[tuple[int, date, float, str]]:
    return [
        (customer, AS_OF - timedelta(days=(customer * 7 + nth * nth * 13) % 700), amount, kind)
        for customer in range(1, 61)
        for nth, (amount, kind) in enumerate(
            [(20.0 + customer, "purchase")] * (1 + customer % 9) + [(-3.0, "refund")]
        )
    ]
