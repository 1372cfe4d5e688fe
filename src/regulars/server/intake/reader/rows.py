"""Sort the rows of a batch into typed ones and refused ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.base import money
from regulars.server.intake.reader.batches import Batch, Mask, Refused, Texts
from regulars.server.intake.reader.cells import Fault, mask
from regulars.server.intake.reader.columns import ARROW, Column, whole_numbers
from regulars.server.intake.reader.fields import KINDS, KindSpec
from regulars.server.intake.reader.figures import Numbers, to_minor, too_large
from regulars.server.intake.reader.keys import Hasher, Keys, Occurrences, numbered
from regulars.server.intake.reader.mapping import REASON_COLUMNS
from regulars.server.intake.reader.moments import Order, OrderNeeded
from regulars.server.intake.reader.reasons import Notice, Problem
from regulars.server.intake.reader.transactions import Amounts, Totals, amounts

NOT_KEPT = frozenset({"unit_price"})  # it has done its work once the amount is known
LONGEST_SHOWN = 200
ENOUGH_IDS = 5

Columns = dict[str, Any]  # field: pyarrow array


def schema(kind: str) -> pa.Schema:
    """The columns of the accepted rows of a kind.

    `line` first, then every field of the kind whether the file has it or not, `local_date`
    after `occurred_at`, and `row_key` last. Money is whole minor units.
    """
    fields: list[tuple[str, Any]] = [("line", pa.int32())]
    for spec in KINDS[kind].fields:
        if spec.name not in NOT_KEPT:
            fields.append((spec.name, ARROW[spec.type]))
        if spec.name == "occurred_at":
            fields.append(("local_date", pa.date32()))
    return pa.schema([*fields, ("row_key", pa.int64())])


class Rows:
    """The rules for the rows of one file; remembers keys, totals and oddities."""

    def __init__(
        self,
        spec: KindSpec,
        columns: list[Column],
        *,
        header: tuple[str, ...],
        units: Mapping[str, Fraction],
        currency: str,
        decide: Callable[[Column], Order],
    ) -> None:
        self.spec, self.columns, self.units = spec, columns, units
        self.totals = Totals()
        self._by_name = {column.spec.name: column for column in columns}
        self._keyed = [place for place, name in enumerate(header) if name not in REASON_COLUMNS]
        self._schema, self._digits = schema(spec.name), money.digits(currency)
        self._decide = decide
        self._hasher, self._occurrences = Hasher(), Occurrences()
        self._rounded = self._negative = 0
        self._long_ids: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])

    def close(self) -> None:
        self._hasher.close()

    def sort_out(self, batch: Batch) -> tuple[pa.Table, list[Refused]]:
        """Return the accepted rows as a table, and the refused ones."""
        if not len(batch.lines):
            return self._schema.empty_table(), list(batch.broken)
        typing = _Typing(self, batch)
        typed = typing.columns()
        good = np.ones(len(batch.lines), np.bool_)
        good[list(typing.problems)] = False
        table = self._table(batch, typed, good)
        table, repeated = self._unrepeated(table, batch, good)
        self._note(table, typing)
        refused = [*batch.refuse({**typing.problems, **repeated}), *batch.broken]
        return table, sorted(refused, key=lambda row: row.line)

    def notices(self) -> list[Notice]:
        """What the whole file showed."""
        found = []
        if self._rounded:
            found.append(Notice("amounts_rounded", {"count": self._rounded}))
        purchases = self.totals.rows["purchase"] + self._negative
        if self._negative * 2 > purchases:
            seen = {"count": self._negative, "total": purchases}
            found.append(Notice("mostly_negative_purchases", seen))
        for column, (zeros, all_long) in self._long_ids.items():
            if all_long >= ENOUGH_IDS and zeros * 2 > all_long:
                found.append(Notice("ids_end_in_zeros", {"column": column}))
        return found

    def _table(self, batch: Batch, typed: Columns, good: Mask) -> pa.Table:
        size = len(batch.lines)
        given = {**typed, "line": pa.array(batch.lines), "row_key": self._keys(batch, typed)}
        arrays = [given.get(f.name, pa.nulls(size, f.type)) for f in self._schema]
        table = pa.table(arrays, schema=self._schema)
        return table if good.all() else table.filter(pa.array(good))

    def _keys(self, batch: Batch, typed: Columns) -> Any:
        kind = self.spec.name
        if self.spec.identity:
            return pa.array(self._hasher.keys(kind, *(typed[n] for n in self.spec.identity)))
        cells = [batch.columns[place] for place in self._keyed]
        if "external_id" not in typed:
            return pa.array(self._hasher.keys(kind, *cells))
        own = [typed[n] for n in ("customer_id", "kind", "external_id") if n in typed]
        keys, owned = self._hasher.keys(kind, *own), mask(pc.is_valid(typed["external_id"]))
        if not owned.all():
            keys = np.where(owned, keys, self._hasher.keys(kind, *cells))
        return pa.array(keys)

    def _unrepeated(
        self, table: pa.Table, batch: Batch, good: Mask
    ) -> tuple[pa.Table, dict[int, list[Problem]]]:
        """Number equal rows; refuse rows whose own number has come before."""
        keys: Keys = table["row_key"].to_numpy()
        counts = self._occurrences.count(keys)
        again = counts > 1
        if not again.any():
            return table, {}
        name = self.spec.identity[0] if self.spec.identity else "external_id"
        owned = mask(pc.is_valid(table[name])) if name in table.schema.names else ~again & False
        place = table.schema.get_field_index("row_key")
        table = table.set_column(place, "row_key", pa.array(numbered(keys, counts)))
        rows = np.flatnonzero(good)[again & owned]
        if not len(rows):
            return table, {}
        column = self._by_name[name]
        problems = {int(row): [_problem("repeated", column, batch, int(row))] for row in rows}
        return table.filter(pa.array(~(again & owned))), problems

    def _note(self, table: pa.Table, typing: _Typing) -> None:
        self._rounded += typing.rounded
        if self.spec.name == "transactions" and table.num_rows:
            kinds = np.array(table["kind"].to_pylist(), object)
            self.totals.add(kinds, table["amount"].to_numpy())
            self._negative += typing.negative_purchases
        for column in self.columns:
            if column.spec.type == "id":
                self._watch_ids(column, table[column.spec.name])

    def _watch_ids(self, column: Column, ids: Any) -> None:
        if (pc.max(pc.binary_length(ids)).as_py() or 0) < 16:
            return
        long = pc.match_substring_regex(ids, r"^[0-9]{16,}$")
        zeros = pc.match_substring_regex(ids, r"^[0-9]{13,}000$")
        self._long_ids[column.name][0] += pc.sum(zeros).as_py() or 0
        self._long_ids[column.name][1] += pc.sum(long).as_py() or 0


class _Typing:
    """The typed columns of one batch, and the problems of its rows."""

    def __init__(self, rows: Rows, batch: Batch) -> None:
        self.rows, self.batch = rows, batch
        self.problems: dict[int, list[Problem]] = {}
        self.rounded = self.negative_purchases = 0
        self._numbers: dict[str, Numbers] = {}

    def columns(self) -> Columns:
        typed: Columns = {}
        for column in self.rows.columns:
            typed |= self._column(column, self.batch.columns[column.place])
        if self.rows.spec.name == "transactions":
            typed |= self._amounts(typed.get("kind"))
        if self.rows.spec.name == "holdings":
            typed["holding_id"] = _holding_ids(typed)
        self._require(typed)
        return typed

    def _column(self, column: Column, texts: Texts) -> Columns:
        name = column.spec.name
        match column.spec.type:
            case "money" | "number" | "rate" | "whole":
                return self._figures(column, texts)
            case "date" | "moment":
                return self._moments(column, texts)
        found = column.words(texts)
        self._fault(column, found.faults)
        return {name: found.values}

    def _figures(self, column: Column, texts: Texts) -> Columns:
        name, found = column.spec.name, column.numbers(texts)
        self._numbers[name] = found
        self._fault(column, found.faults)
        if column.spec.type == "money":
            return {name: self._money(column, found)}
        if column.spec.type == "whole":
            values, faults = whole_numbers(found)
            self._fault(column, {r: f for r, f in faults.items() if r not in found.faults})
            return {name: values}
        return {name: pa.array(found.floats(), mask=~found.there)}

    def _money(self, column: Column, found: Numbers) -> Any:
        factor = self.rows.units.get(column.spec.name, Fraction(1))
        minor, rounded = to_minor(found, digits=self.rows._digits, factor=factor)
        self.rounded += rounded
        self._fault_all(column, found.there & too_large(minor), "too_large")
        return pa.array(minor, mask=~found.there)

    def _moments(self, column: Column, texts: Texts) -> Columns:
        try:
            found = column.moments(texts)
        except OrderNeeded:
            column.order = self.rows._decide(column)
            found = column.moments(texts)
        self._fault(column, found.faults)
        name, absent = column.spec.name, ~found.there
        days = pa.array(found.days(), mask=absent).cast(pa.date32())
        if column.spec.type == "date":
            return {name: days}
        utc = pa.array(found.utc, mask=absent).cast(pa.timestamp("us", tz="UTC"))
        return {name: utc, "local_date": days} if name == "occurred_at" else {name: utc}

    def _amounts(self, kind: Any) -> Columns:
        found = amounts(
            amount=self._numbers.get("amount"),
            quantity=self._numbers.get("quantity"),
            unit_price=self._numbers.get("unit_price"),
            kind=kind,
            digits=self.rows._digits,
            units=self.rows.units,
        )
        self.negative_purchases = found.negative_purchases
        self._demand_amounts(found)
        return {
            "amount": pa.array(found.minor, mask=~found.there),
            "kind": pa.array(found.kinds, pa.string()),
        }

    def _demand_amounts(self, found: Amounts) -> None:
        column = self._column_of("amount", "quantity")
        self._fault_all(column, found.there & too_large(found.minor), "too_large")
        for row in np.flatnonzero(~found.there):
            if not any(
                p.column in self._amount_columns() for p in self.problems.get(int(row), ())
            ):
                self._add(int(row), _problem("no_amount", column, self.batch, int(row)))

    def _amount_columns(self) -> set[str]:
        names = ("amount", "quantity", "unit_price")
        return {c.name for c in self.rows.columns if c.spec.name in names}

    def _column_of(self, *names: str) -> Column:
        return next(self.rows._by_name[name] for name in names if name in self.rows._by_name)

    def _require(self, typed: Columns) -> None:
        for column in self.rows.columns:
            if not column.spec.required:
                continue
            for row in np.flatnonzero(mask(pc.is_null(typed[column.spec.name]))).tolist():
                if any(p.column == column.name for p in self.problems.get(row, ())):
                    continue
                if column.spec.name == "customer_id":
                    # The only thing worth saying: nobody mends such a row cell by cell.
                    self.problems[row] = [_problem("no_customer", column, self.batch, row)]
                elif not any(p.code == "no_customer" for p in self.problems.get(row, ())):
                    self._add(row, _problem("missing", column, self.batch, row))

    def _fault(self, column: Column, faults: Mapping[int, Fault]) -> None:
        for row, fault in faults.items():
            self._add(row, _problem(fault.code, column, self.batch, row, fault.params))

    def _fault_all(self, column: Column, rows: Mask, code: str) -> None:
        for row in np.flatnonzero(rows).tolist():
            self._add(row, _problem(code, column, self.batch, row))

    def _add(self, row: int, problem: Problem) -> None:
        self.problems.setdefault(row, []).append(problem)


def _problem(
    code: str,
    column: Column,
    batch: Batch,
    row: int,
    params: Mapping[str, Any] | None = None,
) -> Problem:
    value = batch.columns[column.place][row].as_py()[:LONGEST_SHOWN]
    said = {"label": {"en": column.spec.en, "zh": column.spec.zh}} if code == "missing" else {}
    return Problem(code, column.name, value, {**(params or {}), **said})


def _holding_ids(typed: Columns) -> Any:
    """Let product and opening day stand for a holding that has no number."""
    product = typed["product_id"]
    opened = typed.get("opened_on", pa.nulls(len(product), pa.date32()))
    made = pc.binary_join_element_wise(
        product, pc.fill_null(opened.cast(pa.string()), ""), "@", null_handling="emit_null"
    )
    return pc.coalesce(typed["holding_id"], made) if "holding_id" in typed else made
