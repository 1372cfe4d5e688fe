"""Sort the rows of a batch into typed ones and refused ones."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Batch, Mask, Refused
from regulars.server.intake.reader.cells import mask
from regulars.server.intake.reader.columns import ARROW, Column
from regulars.server.intake.reader.fields import KINDS
from regulars.server.intake.reader.keys import Hasher, Keys, Occurrences, numbered
from regulars.server.intake.reader.mapping import REASON_COLUMNS
from regulars.server.intake.reader.reasons import Notice, Problem
from regulars.server.intake.reader.transactions import Totals
from regulars.server.intake.reader.typed import Columns, Rules, Typing, problem

# What a field tells besides itself.
DERIVED: dict[str, tuple[tuple[str, Any], ...]] = {
    "occurred_at": (("local_date", pa.date32()),),
    "phone": (("phone_e164", pa.string()),),
    "id_number": (("id_tail", pa.string()), ("id_hash", pa.string())),
}
NOT_KEPT = frozenset({"unit_price"})  # it has done its work once the amount is known
ENOUGH_IDS = 5


def schema(kind: str) -> pa.Schema:
    """The columns of the accepted rows of a kind.

    `line` first, then every field of the kind whether the file has it or not, and `row_key`
    last. After `occurred_at` comes `local_date`; after `phone` comes `phone_e164`, empty
    where no such number exists; after `id_number`, itself empty when a key was given, come
    `id_tail` and `id_hash`. Money is whole minor units.
    """
    fields: list[tuple[str, Any]] = [("line", pa.int32())]
    for spec in KINDS[kind].fields:
        if spec.name not in NOT_KEPT:
            fields.append((spec.name, ARROW[spec.type]))
        fields += DERIVED.get(spec.name, ())
    return pa.schema([*fields, ("row_key", pa.int64())])


class Rows:
    """The rules for the rows of one file; remembers keys, totals and oddities."""

    def __init__(self, rules: Rules, header: tuple[str, ...]) -> None:
        self.spec, self.columns, self._rules = rules.spec, rules.columns, rules
        self.totals = Totals()
        self._by_name = {column.spec.name: column for column in rules.columns}
        self._keyed = [place for place, name in enumerate(header) if name not in REASON_COLUMNS]
        self._schema = schema(rules.spec.name)
        self._hasher, self._occurrences = Hasher(), Occurrences()
        self._rounded = self._negative = 0
        self._long_ids: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._damaged: dict[str, tuple[int, str]] = {}  # by column: how many, an example

    def close(self) -> None:
        self._hasher.close()

    def sort_out(self, batch: Batch) -> tuple[pa.Table, list[Refused]]:
        """Return the accepted rows as a table, and the refused ones."""
        if not len(batch.lines):
            return self._schema.empty_table(), list(batch.broken)
        typing = Typing(self._rules, batch)
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
        for column, (count, value) in self._damaged.items():
            lost = {"column": column, "count": count, "value": value}
            found.append(Notice("numbers_damaged", lost))
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
        problems = {int(row): [problem("repeated", column, batch, int(row))] for row in rows}
        return table.filter(pa.array(~(again & owned))), problems

    def _note(self, table: pa.Table, typing: Typing) -> None:
        self._rounded += typing.rounded
        self._watch_damage(typing)
        if self.spec.name == "transactions" and table.num_rows:
            kinds = np.array(table["kind"].to_pylist(), object)
            self.totals.add(kinds, table["amount"].to_numpy())
            self._negative += typing.negative_purchases
        for column in self.columns:
            if column.spec.type == "id":
                self._watch_ids(column, table[column.spec.name])

    def _watch_damage(self, typing: Typing) -> None:
        for problems in typing.problems.values():
            for one in problems:
                if one.code == "damaged_number":
                    count, value = self._damaged.get(one.column, (0, one.value))
                    self._damaged[one.column] = count + 1, value

    def _watch_ids(self, column: Column, ids: Any) -> None:
        if (pc.max(pc.binary_length(ids)).as_py() or 0) < 16:
            return
        long = pc.match_substring_regex(ids, r"^[0-9]{16,}$")
        zeros = pc.match_substring_regex(ids, r"^[0-9]{13,}000$")
        self._long_ids[column.name][0] += pc.sum(zeros).as_py() or 0
        self._long_ids[column.name][1] += pc.sum(long).as_py() or 0
