"""Rows and counts of a run's file, as far as the viewer sees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import duckdb
import pyarrow as pa
from django.db.models import QuerySet

from regulars.base.errors import BadInput
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring.models import Run
from regulars.server.scoring.queries.runs import columns, table_of

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class UnknownColumn(BadInput):
    """A run's frame has no such column."""


def visible_ids(viewer: Person) -> list[int] | None:
    """Ids of the customers the viewer may see; None when it is everybody."""
    if viewer.scope.everything:
        return None
    ids = Customer.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True)
    return list(ids)


def seen(viewer: Person, run: Run) -> str:
    """Return the FROM clause of a run's frame with the viewer's customers only.

    Who refused profiling since the run is left out.
    """
    return within(viewer, table_of(run))


def within(viewer: Person, table: str) -> str:
    """Return the FROM clause of a table by `customer_id` with the viewer's customers only.

    PostgreSQL names the ids; DuckDB keeps them for this thread's next queries.
    """
    if viewer.scope.everything:
        gone = refusing()
        if not gone:
            return table
        lake.hold("gone_ids", _ids(gone))
        return f"(select * from {table} anti join gone_ids using (customer_id))"
    ids = list(scored(viewer).order_by("pk").values_list("pk", flat=True))
    lake.hold("seen_ids", _ids(ids))
    return f"(select * from {table} semi join seen_ids using (customer_id))"


def refusing() -> list[int]:
    """Customers who refuse profiling: what a run's files still hold of them is not shown."""
    refused = Customer.objects.filter(no_profiling=True).order_by("pk")
    return list(refused.values_list("pk", flat=True))


def scored(viewer: Person) -> QuerySet[Customer]:
    return Customer.objects.visible_to(viewer).filter(no_profiling=False)


def _ids(of: Sequence[int]) -> pa.Table:
    return pa.table({"customer_id": pa.array(of, pa.int64())})


def rows(
    viewer: Person,
    run: Run,
    where: Sequence[tuple[str, str]],
    *,
    order: str = "value",
    offset: int = 0,
    most: int = 50,
    before: Run | None = None,
) -> tuple[list[int], int, Decimal]:
    """Return the customers of a run that answer to all conditions.

    `where` holds (column, value) pairs; an empty value asks for null, and "a..b" for the
    half-open range of numbers or dates, either end left out. Several values of one column
    are alternatives. A column that begins with `was_` is looked up in the run
    `before`. Returns (ids of this page in order of `order` descending, how many in all,
    sum of their value).

    :raises UnknownColumn: the frame lacks a column that was asked for, or a range does not
        fit its column.
    """
    table = seen(viewer, run)
    join = ""
    if before is not None:
        join = (
            f"full join (select columns(*) as 'was_\\0' from {seen(viewer, before)}) was "
            "on was.was_customer_id = now.customer_id"
        )
    conditions, parameters = _conditions(run, where, before)
    source = f"(select * from {table} now {join}) where {conditions}"
    db = lake.session()
    try:
        found = db.execute(
            f"select count(*), coalesce(sum(value), 0) from {source}", parameters
        ).fetchone() or (0, 0)
    except (duckdb.BinderException, duckdb.ConversionException) as error:
        # A range of words, or a day that no month has.
        raise UnknownColumn(
            "A range does not fit its column. Go back and choose a figure."
        ) from error
    if order not in columns(run):
        raise UnknownColumn(f"A run has no column {order!r} to sort by.")
    page = db.execute(
        f"select coalesce(customer_id, {'was_customer_id' if before else 'customer_id'}) "
        f'from {source} order by "{order}" desc nulls last, 1 limit ? offset ?',
        [*parameters, most, offset],
    ).fetchall()
    return [row[0] for row in page], int(found[0]), Decimal(str(round(found[1] or 0, 2)))


def _conditions(
    run: Run, where: Sequence[tuple[str, str]], before: Run | None
) -> tuple[str, list[str]]:
    known = set(columns(run))
    if before is not None:
        known |= {f"was_{name}" for name in columns(before)}
    asked: dict[str, list[str]] = {}
    for name, value in where:
        if name not in known:
            raise UnknownColumn(f"A run has no column {name!r}. Go back and choose a figure.")
        asked.setdefault(name, []).append(value)
    parts: list[str] = ["true"]
    parameters: list[str] = []
    for name, values in asked.items():
        given = [value for value in values if value != "" and ".." not in value]
        either = [f'"{name}" is null'] if "" in values else []
        for value in values:
            if ".." in value:
                span, ends = _range(name, value)
                either.append(span)
                parameters += ends
        if given:
            either.append(f'"{name}"::varchar in ({", ".join("?" for _ in given)})')
            parameters += given
        parts.append("(" + " or ".join(either) + ")")
    return " and ".join(parts), parameters


def _range(name: str, value: str) -> tuple[str, list[str]]:
    """Read "a..b" as a condition and its parameters.

    :raises UnknownColumn: an end is neither a number nor a date.
    """
    low, _, high = value.partition("..")
    parts, parameters = [], []
    for end, sign in ((low, ">="), (high, "<")):
        if not end:
            continue
        kind = "date" if DATE.fullmatch(end) else "double"
        if kind == "double" and not NUMBER.fullmatch(end):
            raise UnknownColumn(f"{value!r} is no range. Write 200000..500000.")
        parts.append(f'"{name}" {sign} ?::{kind}')
        parameters.append(end)
    return f"({' and '.join(parts) or 'true'})", parameters


def counts(viewer: Person, run: Run, column: str) -> Mapping[str | None, tuple[int, Decimal]]:
    """Customers and value per value of one column, for what the viewer sees."""
    if column not in columns(run):
        raise UnknownColumn(f"A run has no column {column!r}.")
    found = lake.rows(
        f'select "{column}"::varchar, count(*), coalesce(sum(value), 0) '
        f"from {seen(viewer, run)} group by 1 order by 1"
    )
    return {name: (n, Decimal(str(round(total, 2)))) for name, n, total in found}
