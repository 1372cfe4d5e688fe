"""Where intermediate tables live while one valuation is made."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from regulars.engine.backends.duckdb import (
    Connection,
    spill_folder,
    write_table,
)


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
    _folder: TemporaryDirectory[str] | None = None

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute now and keep until `clear`."""
        name = gen_name("regulars")
        self._kept.append(name)
        return self.connection.create_table(name, obj=expression, temp=True)

    def keep_in_parts(self, parts: Iterable[ir.Table]) -> tuple[ir.Table, list[ir.Table]]:
        """Compute one part after the other and keep them as files until `close`.

        For what would fill the memory: files are read again column by column.

        Returns
        -------
        whole, pieces
            All parts as one table, and each by itself in the order it was given.
        """
        if self._folder is None:
            where = spill_folder(self.connection)
            self._folder = TemporaryDirectory(prefix="regulars-", dir=where)
        folder, paths = Path(self._folder.name), []
        before = list(self._kept)
        for part in parts:
            paths.append(str(folder / f"{gen_name('part')}.parquet"))
            write_table(part, paths[-1])
            self._drop_all_but(before)
        read = self.connection.read_parquet
        return read(paths), [read(path) for path in paths]

    def close(self) -> None:
        """Remove the files of `keep_in_parts`."""
        if self._folder is not None:
            self._folder.cleanup()

    def bring(self, columns: pa.Table) -> ir.Table:
        """Take a small table made in NumPy in, to be joined."""
        name = gen_name("regulars")
        self._kept.append(name)
        return self.connection.create_table(name, obj=columns, temp=True)

    def clear(self, *, but: Sequence[ir.Table] = ()) -> None:
        """Drop what was kept, except `but`."""
        self._drop_all_but([table.op().name for table in but])

    def _drop_all_but(self, spared: Sequence[str]) -> None:
        for name in self._kept:
            if name not in spared:
                self.connection.drop_table(name, force=True)
        self._kept = [name for name in self._kept if name in spared]

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of a step to `seconds`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[step] = round(self.seconds.get(step, 0.0) + spent, 4)
