"""Where intermediate tables live while one valuation is made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from regulars.engine.backends.duckdb import Connection, keeping_order


def first_row(table: ir.Table) -> dict[str, Any]:
    """Bring the one row of an aggregate.

    As a table, because Ibis takes a single value through pandas, whose import costs half a
    second.
    """
    return dict(table.to_pyarrow().to_pylist()[0])


@dataclass
class Workbench:
    """Compute a table once, reuse it, clear it away.

    Ibis is lazy: an expression used five times is computed five times. What several
    measures need is kept here as a temporary table.
    """

    connection: Connection
    seconds: dict[str, float] = field(default_factory=dict)
    _kept: list[str] = field(default_factory=list)

    def keep(self, expression: ir.Table, *, in_order: bool = False) -> ir.Table:
        """Compute now and keep until `clear`, in the expression's order if asked."""
        name = gen_name("regulars")
        self._kept.append(name)
        with keeping_order(self.connection) if in_order else nullcontext():
            return self.connection.create_table(name, obj=expression, temp=True)

    def add(self, kept: ir.Table, expression: ir.Table) -> None:
        """Compute more rows of what is kept; they come behind those that are there."""
        with keeping_order(self.connection):
            self.connection.insert(kept.op().name, expression)

    def bring(self, columns: pa.Table) -> ir.Table:
        """Take a small table made in NumPy in, to be joined."""
        name = gen_name("regulars")
        self._kept.append(name)
        return self.connection.create_table(name, obj=columns, temp=True)

    def clear(self, *, but: ir.Table | None = None) -> None:
        """Drop what was kept, except `but`."""
        spared = but.op().name if but is not None else None
        for name in self._kept:
            if name != spared:
                self.connection.drop_table(name, force=True)
        self._kept = [spared] if spared is not None else []

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of a step to `seconds`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[step] = round(self.seconds.get(step, 0.0) + spent, 4)
