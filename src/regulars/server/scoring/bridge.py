"""The bridge to the engine: facts and records go over, one frame of scores comes back.

The engine works on pseudonyms (fact keys). What it needs of the records is snapshotted
to Parquet first, so it never reads PostgreSQL while it computes. Its answer is mapped to
customers once, after aggregating, and kept beside the run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from regulars import engine
from regulars.base.periods import add_months, month_end
from regulars.server.facts.lake import quote

if TYPE_CHECKING:  # pages import this module's names and must not load the engine
    from regulars.engine import Basis, Ledger, Valuation

EPOCH = date(1970, 1, 1)  # the engine counts its days from here

CUSTOMERS, FRAME, TOUCHES, RESULT = (
    "keys.parquet",
    "customers.parquet",
    "touches.parquet",
    "result.json",
)
MARKS = "marks.parquet"
# Beside the frame, by customer: what each did in every month back from the date, and what
# each had with us at the ends of some of those months.
MONTHS, ASSETS = "months.parquet", "assets.parquet"
MEMORY = "6GB"
KEPT_MONTHS = 36  # a year, the year before and the one before that
KEPT_QUARTERS = 9  # the quarter of the date and the two years before it
ASSET_MONTHS = (*range(13), 24)  # every month end of a year, and the year before
SPANS = {"month": 1, "quarter": 3, "year": 12}  # months of a period that pages report


def snapshot(folder: Path, *, as_of: date, zone: str) -> None:
    """Write what the engine needs of the records: who has which pseudonym, and the touches."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy_out(
        "select k.fact_key, k.customer_id, c.kind, u.code from customers_factkey k "
        "join customers_customer c on c.id = k.customer_id "
        "join core_book b on b.id = c.book_id join core_orgunit u on u.id = b.org_unit_id",
        {
            "fact_key": pa.int64(),
            "customer_id": pa.int64(),
            "kind": pa.string(),
            "branch": pa.string(),
        },
        folder / CUSTOMERS,
    )
    _copy_out(
        "select k.fact_key, t.at at time zone 'utc', t.channel, "
        "case when t.inbound then 'in' else 'out' end, t.two_way, "
        f"(t.at at time zone {quote(zone)})::date "
        "from channels_touch t join (select customer_id, min(fact_key) as fact_key "
        "from customers_factkey group by customer_id) k on k.customer_id = t.customer_id "
        f"where t.reversed_at is null and t.at < date '{as_of.isoformat()}' + 1",
        {
            "customer_id": pa.int64(),
            "at": pa.timestamp("us"),
            "channel": pa.string(),
            "direction": pa.string(),
            "two_way": pa.bool_(),
            "day": pa.date32(),
        },
        folder / TOUCHES,
    )


def open_ledger(files: dict[str, list[Path]], folder: Path) -> Ledger:
    """Show the living files and the snapshot to the engine, on a connection of their own."""
    spill = folder / "spill"
    bench = engine.connect(
        threads=max(os.cpu_count() or 1, 1), memory_limit=MEMORY, temp_directory=spill
    )
    keyed = {name: bench_view(bench, name, paths) for name, paths in files.items() if paths}
    tables: dict[str, Any] = {name: bench.table(view) for name, view in keyed.items()}
    if "transactions" not in tables:
        tables["transactions"] = engine.open_ledger({}, connection=bench).transactions
    touches = folder / TOUCHES
    if touches.exists():
        tables["touches"] = bench.read_parquet(touches)
    return engine.Ledger(**tables, scale=100)


def valuate(ledger: Ledger, *, as_of: date, basis: Basis) -> Valuation:
    """Run the engine."""
    return engine.valuate(ledger, as_of=as_of, basis=basis)


def look_back(ledger: Ledger, folder: Path, *, as_of: date, basis: Basis) -> date | None:
    """Sum up every customer's past by months and quarters; return the first day known.

    Months count back from the date (0 is the month that ends on it), quarters are those of
    the calendar. The key figures and the cohorts of any branch are sums of these rows.
    """
    bench = ledger.transactions.get_backend()
    (folder / "engine").mkdir(exist_ok=True)
    from regulars.engine.ledger import facts as known_facts

    known = known_facts(ledger, until=as_of)
    bench.create_view("past_facts", known.select("customer_id", "day", "kind", "amount"))
    bench.create_table("past_calendar", _calendar(as_of), temp=True, overwrite=True)
    bench.raw_sql(_past_days(basis, scale=ledger.scale))
    bench.raw_sql(
        "copy (select customer_id, month, count(*) filter (active)::integer as days, "
        "sum(spend) as spend, sum(interest) as interest "
        "from past_days join past_calendar using (day) where month is not null group by 1, 2) "
        f"to {quote(str(folder / 'engine' / MONTHS))} (format parquet, compression zstd)"
    )
    bench.raw_sql(
        f"copy ({_marks(folder, as_of=as_of, touched=ledger.touches is not None)}) "
        f"to {quote(str(folder / 'engine' / MARKS))} (format parquet)"
    )
    if ledger.balances is not None:
        _assets(ledger, folder, as_of=as_of, basis=basis)
    (first,) = bench.raw_sql("select min(day) from past_days").fetchone()
    bench.raw_sql("drop table past_days; drop view past_facts")
    return EPOCH + timedelta(days=first) if first is not None else None


def month_stop(as_of: date, back: int) -> date:
    """The last day of the month that ended `back` months before the date.

    Month ends stay month ends: the months back from 28 February are calendar months.
    """
    day = add_months(as_of, -back)
    return month_end(day) if as_of == month_end(as_of) else day


def bench_view(bench: Any, name: str, paths: Iterable[Path]) -> str:
    """Make a view whose pseudonym carries the engine's name for it, `customer_id`."""
    listed = ", ".join(quote(str(path)) for path in paths)
    view = f"facts_{name}"
    bench.raw_sql(
        f"create or replace view {view} as select fact_key as customer_id, "
        f"* exclude (fact_key) from read_parquet([{listed}], union_by_name = true)"
    )
    return view


def keep(valuation: Valuation, folder: Path) -> int:
    """Write the frame by PostgreSQL's customer ids, sorted; return its rows."""
    valuation.write(folder / "engine")
    with duckdb.connect(":memory:", config={"memory_limit": "3GB", "threads": 2}) as db:
        cohort = _cohort(_first_day(db, folder, as_of=valuation.as_of))
        held, holders = _held(folder)
        found = db.execute(
            f"""
            copy (
              select k.customer_id, k.kind, c.* exclude (customer_id), k.branch,
                     {cohort} as cohort,
                     coalesce(columns(m.* exclude (customer_id)), false){held}
              from read_parquet({quote(str(folder / "engine" / FRAME))}) c
              join read_parquet({quote(str(folder / CUSTOMERS))}) k
                on k.fact_key = c.customer_id
              left join read_parquet({quote(str(folder / "engine" / MARKS))}) m
                on m.customer_id = c.customer_id
              {holders}
              order by k.customer_id
            ) to {quote(str(folder / FRAME))}
            (format parquet, compression zstd, row_group_size 60000)
            """
        ).fetchone()
        for name in (MONTHS, ASSETS):
            _by_customer(db, folder, name)
    for name in (FRAME, MARKS, MONTHS, ASSETS):
        (folder / "engine" / name).unlink(missing_ok=True)
    return int(found[0]) if found else 0


def _by_customer(db: duckdb.DuckDBPyConnection, folder: Path, name: str) -> None:
    brought = folder / "engine" / name
    if brought.exists():
        db.execute(
            f"copy (select k.customer_id, p.* exclude (customer_id) "
            f"from read_parquet({quote(str(brought))}) p "
            f"join read_parquet({quote(str(folder / CUSTOMERS))}) k "
            f"on k.fact_key = p.customer_id order by k.customer_id, 2) "
            f"to {quote(str(folder / name))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )


def _calendar(as_of: date) -> pa.Table:
    """Every day of the kept past with its month and its quarter, both counted back."""
    months = {}
    for back in range(KEPT_MONTHS):
        day, stop = month_stop(as_of, back), month_stop(as_of, back + 1)
        while day > stop:
            months[day] = back
            day -= timedelta(days=1)
    here = _quarter(as_of)
    days = [as_of - timedelta(days=n) for n in range((KEPT_MONTHS + 1) * 31)]
    return pa.table(
        {
            "day": pa.array([(day - EPOCH).days for day in days], pa.int64()),
            "month": pa.array([months.get(day) for day in days], pa.int32()),
            "quarter": pa.array([here - _quarter(day) for day in days], pa.int32()),
        }
    )


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _held(folder: Path) -> tuple[str, str]:
    """Who had money with us when the periods began: columns, and the join that brings them."""
    assets = folder / "engine" / ASSETS
    if not assets.exists():
        return "", ""
    began = ", ".join(
        f"bool_or(month = {n} and aum > 0) as held_{name}" for name, n in SPANS.items()
    )
    join = (
        f"left join (select customer_id, {began} from read_parquet({quote(str(assets))}) "
        "group by 1) h on h.customer_id = c.customer_id"
    )
    return ", coalesce(columns(h.* exclude (customer_id)), false)", join


def _first_day(db: duckdb.DuckDBPyConnection, folder: Path, *, as_of: date) -> str:
    """When a customer was first known: by activity, or by a balance that lay there before."""
    frame = quote(str(folder / "engine" / FRAME))
    known = {row[0] for row in db.execute(f"describe from read_parquet({frame})").fetchall()}
    if "days_known" not in known:
        return "c.first_on"
    return f"least(c.first_on, date '{as_of}' - c.days_known::integer)"


def _cohort(day: str) -> str:
    return f"strftime({day}, '%YQ') || quarter({day})"


def _past_days(basis: Basis, *, scale: int) -> str:
    kinds = ", ".join(quote(kind) for kind in basis.activity)
    return f"""
        create temp table past_days as
        select customer_id, day, bool_or(kind in ({kinds})) as active,
               coalesce(sum(amount) filter (kind in ({kinds}, 'refund')), 0) / {scale} as spend,
               coalesce(sum(amount) filter (kind = 'interest'), 0) / {scale} as interest
        from past_facts where kind in ({kinds}, 'refund', 'interest') group by 1, 2
    """


def _marks(folder: Path, *, as_of: date, touched: bool) -> str:
    """Who was active, came again or was talked to in the periods: a page opens these rows."""
    quarters = ", ".join(
        f"bool_or(active and quarter = {n}) as active_q{n}" for n in range(KEPT_QUARTERS)
    )
    periods = ", ".join(
        f"bool_or(active and month < {n}) as active_{name}, "
        f"bool_or(active and month >= {n} and month < {2 * n}) as before_{name}, "
        f"count(*) filter (active and month < {n}) >= 2 as again_{name}"
        for name, n in SPANS.items()
    )
    met = ", ".join(
        f"bool_or(day > date '{month_stop(as_of, n)}') as met_{name}"
        for name, n in SPANS.items()
    )
    talks = (
        f"select customer_id, {met} from read_parquet({quote(str(folder / TOUCHES))}) "
        f"where two_way and day <= date '{as_of}' group by 1"
        if touched
        else f"select null::bigint as customer_id, "
        f"{', '.join(f'false as met_{name}' for name in SPANS)} where false"
    )
    return f"""
        select * from (
            select customer_id, {quarters}, {periods}
            from past_days join past_calendar using (day) group by 1
        ) full join ({talks}) using (customer_id)
    """


def _assets(ledger: Ledger, folder: Path, *, as_of: date, basis: Basis) -> None:
    ends = {month_stop(as_of, back): back for back in ASSET_MONTHS}
    held = engine.balance_on(ledger, list(ends), basis=basis)
    months = held.on.cases(*ends.items(), else_=None).cast("int32")
    held = held.filter(held.aum != 0).select("customer_id", month=months, aum=held.aum)
    held.to_parquet(folder / "engine" / ASSETS)


def _copy_out(select: str, types: dict[str, pa.DataType], path: Path) -> None:
    """Bring a query's rows to Parquet in batches, through COPY's text and DuckDB's reader."""
    scratch = path.with_suffix(".csv")
    # Through Django's cursor, so that the query runs inside the wall's transaction.
    with (
        connection.cursor() as cursor,
        open(scratch, "wb") as out,
        cursor.copy(f"copy ({select}) to stdout (format csv)") as copy,
    ):
        for block in copy:
            out.write(block)
    kinds = {name: _sql_type(kind) for name, kind in types.items()}
    with duckdb.connect(":memory:") as db:
        if scratch.stat().st_size == 0:
            empty = {name: pa.array([], type=kind) for name, kind in types.items()}
            pq.write_table(pa.table(empty), path)
        else:
            db.execute(
                f"copy (select * from read_csv({quote(str(scratch))}, header = false, "
                f"columns = {kinds})) to {quote(str(path))} (format parquet)"
            )
    scratch.unlink()


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_int64(kind):
        return "BIGINT"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_date(kind):
        return "DATE"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "VARCHAR"
