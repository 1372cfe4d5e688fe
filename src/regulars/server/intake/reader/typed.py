"""Type the cells of a batch by the rules of its kind; collect what is wrong with each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Batch, Mask, Texts
from regulars.server.intake.reader.cells import Fault, Remembered, mask
from regulars.server.intake.reader.columns import Column, whole_numbers
from regulars.server.intake.reader.fields import KindSpec
from regulars.server.intake.reader.figures import Numbers, to_minor, too_large
from regulars.server.intake.reader.idnumbers import keyed, tail
from regulars.server.intake.reader.moments import Moments, Order, OrderNeeded
from regulars.server.intake.reader.phones import e164, world_number
from regulars.server.intake.reader.reasons import Problem
from regulars.server.intake.reader.transactions import Amounts, amounts
from regulars.server.intake.reader.vocabulary import TOTALS

LONGEST_SHOWN = 200
EPOCH = date(1970, 1, 1)

Columns = dict[str, Any]  # field: pyarrow array


@dataclass(frozen=True)
class Rules:
    """What holds for every batch of one file."""

    spec: KindSpec
    columns: list[Column]
    units: Mapping[str, Fraction]
    digits: int  # decimal places of the currency
    decide: Callable[[Column], Order]  # tells day from month when a column needs it
    today: date  # of the company, when the file is read
    id_key: bytes | None = None  # under which the numbers of identity papers are hashed
    world_number: Remembered = field(default_factory=lambda: Remembered(world_number))


class Typing:
    """The typed columns of one batch, and the problems of its rows."""

    def __init__(self, rules: Rules, batch: Batch) -> None:
        self.rules, self.batch = rules, batch
        self.problems: dict[int, list[Problem]] = {}
        self.rounded = self.negative_purchases = 0
        self._numbers: dict[str, Numbers] = {}
        self._by_name = {column.spec.name: column for column in rules.columns}

    def columns(self) -> Columns:
        typed: Columns = {}
        for column in self.rules.columns:
            typed |= self._column(column, self.batch.columns[column.place])
        if self.rules.spec.name == "transactions":
            typed |= self._amounts(typed.get("kind"))
        if self.rules.spec.name == "holdings":
            typed["holding_id"] = _holding_ids(typed)
        self._require(typed)
        self._refuse_totals(typed)
        return typed

    def _column(self, column: Column, texts: Texts) -> Columns:
        name = column.spec.name
        match column.spec.type:
            case "money" | "number" | "rate" | "whole":
                return self._figures(column, texts)
            case "date" | "moment":
                return self._moments(column, texts)
            case "phone":
                return self._phones(column, texts)
            case "identity":
                return self._identities(column, texts)
        found = column.words(texts)
        self._fault(column, found.faults)
        return {name: found.values}

    def _phones(self, column: Column, texts: Texts) -> Columns:
        found, name = column.words(texts), column.spec.name
        self._fault(column, found.faults)
        return {name: found.values, f"{name}_e164": e164(found.values, self.rules.world_number)}

    def _identities(self, column: Column, texts: Texts) -> Columns:
        found, key = column.words(texts), self.rules.id_key
        self._fault(column, found.faults)
        numbers = found.values.to_pylist()
        hashes = [keyed(number, key) if number and key else None for number in numbers]
        return {
            column.spec.name: pa.nulls(len(numbers), pa.string()) if key else found.values,
            "id_tail": pa.array([number and tail(number) for number in numbers], pa.string()),
            "id_hash": pa.array(hashes, pa.string()),
        }

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
        factor = self.rules.units.get(column.spec.name, Fraction(1))
        minor, rounded = to_minor(found, digits=self.rules.digits, factor=factor)
        self.rounded += rounded
        self._fault_all(column, found.there & too_large(minor), "too_large")
        return pa.array(minor, mask=~found.there)

    def _moments(self, column: Column, texts: Texts) -> Columns:
        try:
            found = column.moments(texts)
        except OrderNeeded:
            column.order = self.rules.decide(column)
            found = column.moments(texts)
        self._fault(column, found.faults)
        self._refuse_ahead(column, found)
        name, absent = column.spec.name, ~found.there
        days = pa.array(found.days(), mask=absent).cast(pa.date32())
        if column.spec.type == "date":
            return {name: days}
        utc = pa.array(found.utc, mask=absent).cast(pa.timestamp("us", tz="UTC"))
        return {name: utc, "local_date": days} if name == "occurred_at" else {name: utc}

    def _refuse_ahead(self, column: Column, found: Moments) -> None:
        if column.spec.ahead is None:
            return
        last = self.rules.today + timedelta(days=column.spec.ahead)
        beyond = found.there & (found.days() > (last - EPOCH).days)
        fault = Fault("lies_ahead", {"last": last.isoformat()})
        self._fault(column, dict.fromkeys(np.flatnonzero(beyond).tolist(), fault))

    def _amounts(self, kind: Any) -> Columns:
        found = amounts(
            amount=self._numbers.get("amount"),
            quantity=self._numbers.get("quantity"),
            unit_price=self._numbers.get("unit_price"),
            kind=kind,
            digits=self.rules.digits,
            units=self.rules.units,
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
                self._add(int(row), problem("no_amount", column, self.batch, int(row)))

    def _amount_columns(self) -> set[str]:
        names = ("amount", "quantity", "unit_price")
        return {c.name for c in self.rules.columns if c.spec.name in names}

    def _column_of(self, *names: str) -> Column:
        return next(self._by_name[name] for name in names if name in self._by_name)

    def _require(self, typed: Columns) -> None:
        for column in self.rules.columns:
            if not column.spec.required:
                continue
            for row in np.flatnonzero(mask(pc.is_null(typed[column.spec.name]))).tolist():
                if any(p.column == column.name for p in self.problems.get(row, ())):
                    continue
                if column.spec.name == "customer_id":
                    # The only thing worth saying: nobody mends such a row cell by cell.
                    self.problems[row] = [problem("no_customer", column, self.batch, row)]
                elif not any(p.code == "no_customer" for p in self.problems.get(row, ())):
                    self._add(row, problem("missing", column, self.batch, row))

    def _refuse_totals(self, typed: Columns) -> None:
        """A row that adds up the others is nobody's, whatever else stands in it."""
        column = self._by_name.get("customer_id") or self._by_name.get(
            next(iter(self.rules.spec.identity), "")
        )
        if column is None:
            return
        sums = pc.is_in(typed[column.spec.name], pa.array(TOTALS))
        for row in np.flatnonzero(mask(sums)).tolist():
            self.problems[row] = [problem("total_row", column, self.batch, row)]

    def _fault(self, column: Column, faults: Mapping[int, Fault]) -> None:
        for row, fault in faults.items():
            self._add(row, problem(fault.code, column, self.batch, row, fault.params))

    def _fault_all(self, column: Column, rows: Mask, code: str) -> None:
        for row in np.flatnonzero(rows).tolist():
            self._add(row, problem(code, column, self.batch, row))

    def _add(self, row: int, found: Problem) -> None:
        self.problems.setdefault(row, []).append(found)


def problem(
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
