"""What the engine needs of the records, as Parquet: it never reads PostgreSQL itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.names import (
    ATTRIBUTES,
    CUSTOMERS,
    DECLINED,
    EVIDENCE,
    REFERRALS,
    TIES,
    TOUCHES,
)

# Of a customer with several pseudonyms one carries what the records say.
ONE_KEY = (
    "join (select customer_id, min(fact_key) as fact_key from customers_factkey "
    "group by customer_id) k on k.customer_id = "
)


def snapshot(folder: Path, *, as_of: date, said_by: date, zone: str) -> None:
    """Write what the engine needs of the records, each table to a file of its own.

    Facts and contacts end with `as_of`; what customers told us counts until `said_by`,
    which for the scores of today is later than the last fact.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _copy_out(
        "select k.fact_key, k.customer_id, c.kind, u.code from customers_factkey k "
        "join customers_customer c on c.id = k.customer_id "
        "join core_book b on b.id = c.book_id join core_orgunit u on u.id = b.org_unit_id "
        # Who refused profiling has no score, no place in a list by scores, no next offer.
        "where not c.no_profiling",
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
        f"from channels_touch t {ONE_KEY} t.customer_id "
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
    _about(folder, as_of=as_of)
    _outside(folder, on=said_by)
    _not_now(folder, on=said_by)
    _recommended(folder, as_of=as_of)
    _tied(folder, on=said_by)


def _about(folder: Path, *, as_of: date) -> None:
    """Who the customers are: for look-alikes and cross tables, never for the RFM score."""
    on = f"date '{as_of.isoformat()}'"
    _copy_out(
        f"select k.fact_key, c.kind, u.code, c.gender, extract(year from age({on}, "
        "c.birth_date))::int, c.district, c.occupation, c.risk_tolerance, "
        f"{on} - c.since from customers_customer c {ONE_KEY} c.id "
        "join core_book b on b.id = c.book_id join core_orgunit u on u.id = b.org_unit_id",
        {
            "customer_id": pa.int64(),
            "kind": pa.string(),
            "branch": pa.string(),
            "gender": pa.string(),
            "age": pa.int64(),
            "district": pa.string(),
            "occupation": pa.string(),
            "risk_tolerance": pa.int64(),
            "since_days": pa.int64(),
        },
        folder / ATTRIBUTES,
    )


def _outside(folder: Path, *, on: date) -> None:
    day = f"date '{on.isoformat()}'"
    _copy_out(
        "select k.fact_key, e.kind, e.competitor, "
        "coalesce(nullif(e.reason, ''), e.source), e.amount::float8, e.noted_on, "
        f"e.expires_on from evidence_evidence e {ONE_KEY} e.customer_id "
        f"where e.withdrawn_at is null and e.noted_on <= {day} "
        f"and (e.expires_on is null or e.expires_on > {day})",
        {
            "customer_id": pa.int64(),
            "kind": pa.string(),
            "competitor": pa.string(),
            "reason": pa.string(),
            "amount": pa.float64(),
            "noted_on": pa.date32(),
            "expires_on": pa.date32(),
        },
        folder / EVIDENCE,
    )


def _not_now(folder: Path, *, on: date) -> None:
    day = f"date '{on.isoformat()}'"
    _copy_out(
        "select k.fact_key, d.product_code, d.until from scoring_declined d "
        f"{ONE_KEY} d.customer_id where d.withdrawn_at is null "
        f"and d.declined_on <= {day} and d.until > {day}",
        {"customer_id": pa.int64(), "product_id": pa.string(), "until": pa.date32()},
        folder / DECLINED,
    )


def _recommended(folder: Path, *, as_of: date) -> None:
    """Who brought whom, and when that one joined."""
    _copy_out(
        "select by_key.fact_key, k.fact_key, c.since from customers_relation r "
        f"join customers_customer c on c.id = r.customer_id {ONE_KEY} r.customer_id "
        "join (select customer_id, min(fact_key) as fact_key from customers_factkey "
        "group by customer_id) by_key on by_key.customer_id = r.other_id "
        "where r.kind = 'referrer' and r.until is null "
        f"and c.since <= date '{as_of.isoformat()}'",
        {"referrer_id": pa.int64(), "referred_id": pa.int64(), "joined_on": pa.date32()},
        folder / REFERRALS,
    )


def _tied(folder: Path, *, on: date) -> None:
    """Who is what of whom on a day, for the tier rules that walk ties."""
    day = f"date '{on.isoformat()}'"
    _copy_out(
        "select customer_id, other_id, kind from customers_relation "
        f"where (since is null or since <= {day}) and (until is null or until > {day})",
        {"customer_id": pa.int64(), "other_id": pa.int64(), "kind": pa.string()},
        folder / TIES,
    )


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
    if pa.types.is_float64(kind):
        return "DOUBLE"
    if pa.types.is_int64(kind):
        return "BIGINT"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_date(kind):
        return "DATE"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "VARCHAR"
