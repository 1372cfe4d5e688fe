"""On which days customers are looked at: on one, or on several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.engine.ledger import day_number

DAY = "day_on"
# Days; longer than any history.
BEFORE_ALL = 10**6
Today: TypeAlias = int | ir.IntegerValue


@dataclass(frozen=True)
class Look:
    """The days a description is made of, so that one expression serves one day and many.

    Attributes
    ----------
    days
        Since 1970-01-01.
    keys
        What a row of the description stands for: a customer, or a day and a customer.
    """

    days: tuple[int, ...]
    keys: tuple[str, ...] = ("customer_id",)

    @classmethod
    def at(cls, as_of: date) -> Look:
        """Look at one day."""
        return cls((day_number(as_of),))

    @classmethod
    def at_each(cls, dates: Sequence[date]) -> Look:
        """Look at several days; every row then says in `day_on` which."""
        return cls(tuple(day_number(on) for on in dates), (DAY, "customer_id"))

    def day_of(self, table: ir.Table) -> Today:
        """Give the day that a row is seen from."""
        return table[DAY] if DAY in self.keys else self.days[0]

    def crossed(self, table: ir.Table) -> ir.Table:
        """Repeat the rows for each day."""
        if DAY not in self.keys:
            return table
        days = ibis.memtable(pa.table({DAY: pa.array(self.days, pa.int64())}))
        return table.cross_join(days)

    def seen(self, table: ir.Table) -> ir.Table:
        """Repeat the rows for each day that was not before their own `day`."""
        rows = self.crossed(table)
        return rows.filter(rows.day <= self.day_of(rows))
