"""Rows of facts go to the lake, under the pseudonyms of their customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.server.core import actions as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers import loading
from regulars.server.customers import queries as file
from regulars.server.facts import actions as facts
from regulars.server.facts import lake
from regulars.server.facts import queries as living
from regulars.server.intake import queries
from regulars.server.intake.actions import traces
from regulars.server.intake.actions.arrived import (
    ERASED,
    Arrived,
    Finding,
    Lines,
    Stored,
    refused_lines,
)
from regulars.server.products import actions as products

UNASSIGNED = "UNASSIGNED"
LONGEST_NUMBER = 60  # of a customer or a product
# How each kind is read from the accepted rows `t`, with the pseudonyms `k`. What a column
# of the lake is made from, where it is not the field of the same name.
EXPRESSIONS = {
    "transactions": {"occurred_at": "t.occurred_at::timestamp"},
    "balances": {},
    "holdings": {"known_at": "coalesce(t.known_at::timestamp, {at})"},
    "events": {"occurred_at": "t.occurred_at::timestamp"},
}
COMMON = {
    "fact_key": "k.fact_key",
    "row_key": "t.row_key::varchar",
    "known_at": "{at}",
}


def examine(arrived: Arrived) -> list[Finding]:
    """Find the rows that the records refuse. Call it inside a transaction that sees all."""
    findings = [_too_long(arrived, name) for name in ("customer_id", "product_id")]
    findings.append(erased(arrived, "customer_id"))
    if not arrived.stubs:
        findings.append(_strangers(arrived))
    return [finding for finding in findings if len(finding.lines)]


def foresee(arrived: Arrived, findings: list[Finding]) -> Stored:
    """Say what a load would add, without adding it."""
    db = lake.session()
    kind = arrived.found.kind
    paths = living.living(kind)
    with refused_lines(findings):
        good = f"{arrived.table} t anti join refused_lines r on r.line = t.line"
        (rows,) = db.execute(f"select count(*) from {good}").fetchone() or (0,)
        known = 0
        if paths:
            old = f"(select row_key from {lake.source(paths, kind)})"
            (known,) = db.execute(
                f"select count(*) from (select t.* from {good}) n "
                f"semi join {old} o on o.row_key = n.row_key::varchar"
            ).fetchone() or (0,)
        numbers = _numbers(arrived)
    new = len(numbers) - sum(1 for _ in loading.known(numbers)) if arrived.stubs else 0
    return Stored(int(rows) - int(known), int(known), customers_new=new)


def store(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Stored:
    """Open stubs and products where needed; add what is new. In the caller's transaction."""
    origin = queries.source(arrived.found)
    with refused_lines(findings):
        numbers = _numbers(arrived)
        new = 0
        if arrived.stubs:
            book = unassigned(by=by, at=at)
            with traces.of_customers(arrived.found) as witness:
                new = loading.ensure(
                    numbers, default_book=book, by=by, at=at, origin=origin, witness=witness
                )
        _ensure_products(arrived, by=by, at=at)
        with _pseudonyms(numbers):
            added = facts.add(
                arrived.found.kind, _select(arrived, at=at), source=origin, by=by, at=at
            )
    return Stored(added.rows, added.known, customers_new=new)


def sums(arrived: Arrived, findings: list[Finding]) -> dict[str, Any]:
    """Add up transactions by kind; and who bought, for what, and what refunds left of it."""
    db = lake.session()
    with refused_lines(findings):
        rows = f"{arrived.table} t anti join refused_lines r on r.line = t.line"
        by_kind = db.execute(
            f"select kind, count(*), sum(amount) from {rows} group by kind order by kind"
        ).fetchall()
        customers, spent, net = db.execute(
            "select count(*) filter (bought), coalesce(sum(spent), 0), "
            "coalesce(sum(net) filter (bought), 0) "
            "from (select bool_or(kind = 'purchase') as bought, "
            "sum(amount) filter (kind = 'purchase') as spent, "
            "sum(amount) filter (kind in ('purchase', 'refund', 'adjustment')) as net "
            f"from {rows} group by customer_id)"
        ).fetchone() or (0, 0, 0)
    return {
        "totals": {kind: {"rows": n, "amount": int(total)} for kind, n, total in by_kind},
        "sales": {"customers": int(customers), "spent": int(spent), "net": int(net)},
    }


def erased(arrived: Arrived, name: str) -> Finding:
    """Find rows of customers who were erased: they do not come back with a file."""
    lines = np.array([], np.int64)
    if arrived.has(name) and file.anybody_buried():
        asked = lake.session().execute(f"select distinct {name} from {arrived.table}")
        gone = sorted(file.buried(number for (number,) in asked.fetchall() if number))
        named = ", ".join(lake.quote(number) for number in gone) or "null"
        lines = _lines(f"select line from {arrived.table} where {name} in ({named})")
    return Finding(ERASED, name, lines)


def unassigned(*, by: Actor, at: datetime) -> Book:
    """The book for customers whom nobody looks after yet, opened when first needed."""
    found = Book.objects.filter(code=UNASSIGNED).first()
    if found is not None:
        return found
    head = OrgUnit.objects.filter(parent__isnull=True).order_by("pk")[0]
    founder = Person.objects.filter(role="administrator").order_by("pk").first()
    name = "Not assigned" if founder and founder.language == "en" else "未分配"
    return core.add_book(
        code=UNASSIGNED, name=name, name_en="Not assigned", org_unit=head, by=by, at=at
    )


def _select(arrived: Arrived, *, at: datetime) -> str:
    kind = arrived.found.kind
    moment = f"timestamp '{at.replace(tzinfo=None).isoformat(sep=' ')}'"
    special = COMMON | EXPRESSIONS[kind]
    columns = ", ".join(
        f'{special.get(name, f"t.{chr(34)}{name}{chr(34)}").format(at=moment)} as "{name}"'
        for name in lake.COLUMNS[kind]
    )
    return (
        f"select {columns} from {arrived.table} t "
        "join pseudonyms k on k.number = t.customer_id "
        "anti join refused_lines r on r.line = t.line"
    )


def _numbers(arrived: Arrived) -> list[str]:
    """The customers of the rows that stay."""
    found = lake.session().execute(
        f"select distinct t.customer_id from {arrived.table} t "
        "anti join refused_lines r on r.line = t.line order by 1"
    )
    return [number for (number,) in found.fetchall()]


def _ensure_products(arrived: Arrived, *, by: Actor, at: datetime) -> None:
    if not arrived.has("product_id"):
        return
    found = lake.session().execute(
        f"select distinct t.product_id from {arrived.table} t "
        "anti join refused_lines r on r.line = t.line where t.product_id is not null"
    )
    codes = [code for (code,) in found.fetchall()]
    with traces.of_products(arrived.found, codes):
        products.ensure(codes, by=by, at=at)


def _too_long(arrived: Arrived, name: str) -> Finding:
    lines = np.array([], np.int64)
    if arrived.has(name):
        lines = _lines(
            f"select line from {arrived.table} where length({name}) > {LONGEST_NUMBER}"
        )
    return Finding("too_long", name, lines, {"most": LONGEST_NUMBER})


def _strangers(arrived: Arrived) -> Finding:
    with refused_lines([]):
        numbers = _numbers(arrived)
    short = [number for number in numbers if len(number) <= LONGEST_NUMBER]
    with _pseudonyms(short):
        lines = _lines(
            f"select t.line from {arrived.table} t "
            "anti join pseudonyms k on k.number = t.customer_id "
            f"where length(t.customer_id) <= {LONGEST_NUMBER}"
        )
    return Finding("unknown_customer", "customer_id", lines)


def _lines(sql: str) -> Lines:
    found: Lines = lake.session().execute(f"{sql} order by line").fetchnumpy()["line"]
    return np.asarray(found, np.int64)


@contextmanager
def _pseudonyms(numbers: list[str]) -> Iterator[None]:
    """Show DuckDB the fact keys of the customers on file, as `pseudonyms`."""
    found = list(loading.known(numbers))
    table = pa.table(
        {
            "number": pa.array([number for number, _ in found], pa.string()),
            "fact_key": pa.array([key for _, key in found], pa.int64()),
        }
    )
    db = lake.session()
    db.register("pseudonyms", table)
    try:
        yield
    finally:
        db.unregister("pseudonyms")
