"""A file that was read, and what the records say about its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.server.channels.loading import Brought
from regulars.server.facts import lake
from regulars.server.intake import queries
from regulars.server.intake.actions.mending import write_refused
from regulars.server.intake.models import Import
from regulars.server.intake.reader import Mapping as Columns
from regulars.server.intake.reader import Problem, Read, Refused, Sniffed, schema, source
from regulars.server.intake.reader.refusals import Spool

Lines = npt.NDArray[np.int64]
ERASED = "erased_customer"  # the row of somebody who was erased: its line is kept, no value
NOT_FOUND: Lines = np.array([], np.int64)


@dataclass(frozen=True)
class Finding:
    """Rows that the records refuse: one reason, one field, their lines in the file."""

    code: str
    name: str
    lines: Lines
    params: Mapping[str, Any] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Arrived:
    """One file after reading: its accepted rows lie at `read.path` as typed Parquet."""

    found: Import
    sniffed: Sniffed
    mapping: Columns
    read: Read
    time_zone: str

    @property
    def table(self) -> str:
        """The accepted rows as a FROM clause."""
        return f"read_parquet({lake.quote(str(self.read.path))})"

    @property
    def stubs(self) -> bool:
        """Whether unknown customers are opened rather than refused."""
        return bool(self.found.options.get("unknown", "stub") == "stub")

    def rows(
        self, without: Iterable[Finding], *, size: int = 5_000
    ) -> Iterator[dict[str, Any]]:
        """Yield the accepted rows that no finding refuses."""
        refused = all_lines(without)
        for batch in pa.parquet.ParquetFile(self.read.path).iter_batches(batch_size=size):
            for row in batch.to_pylist():
                if row["line"] not in refused:
                    yield row

    def has(self, name: str) -> bool:
        return name in self.mapping.columns

    def columns(self) -> list[str]:
        return [name for name in schema(self.found.kind).names if self.has(name)]


@dataclass(frozen=True)
class Stored:
    """What a load brought, or would bring."""

    added: int
    known: int
    changed: int = 0
    customers_new: int = 0
    consents: Brought | None = None


def all_lines(findings: Iterable[Finding]) -> set[int]:
    return set(chain.from_iterable(map(int, one.lines) for one in findings))


@contextmanager
def refused_lines(findings: Iterable[Finding]) -> Iterator[None]:
    """Show DuckDB the lines that are refused, as `refused_lines`."""
    lines = np.concatenate([NOT_FOUND, *(one.lines for one in findings)])
    db = lake.session()
    db.register("refused_lines", pa.table({"line": pa.array(np.unique(lines), pa.int64())}))
    try:
        yield
    finally:
        db.unregister("refused_lines")


def spell_out(arrived: Arrived, findings: list[Finding]) -> dict[str, int]:
    """Write the rows that the records refuse beside those that the reader refused.

    The cells are fetched from the file itself, so that the row can be mended as it stood.
    """
    path = queries.refused_paths(arrived.found)[1]
    path.unlink(missing_ok=True)
    some = [finding for finding in findings if len(finding.lines)]
    if not some:
        return {}
    spool = Spool(path)
    wanted = np.concatenate([finding.lines for finding in some])
    try:
        for batch in source(queries.table(arrived.found), arrived.sniffed):
            rows = np.flatnonzero(np.isin(batch.lines, wanted))
            problems = {int(row): _problems(arrived, some, batch, int(row)) for row in rows}
            spool.add([_without_erased(row) for row in batch.refuse(problems)])
    finally:
        spool.close()
    return dict(spool.counts)


def examples(found: Import, *, most: int) -> list[tuple[int, list[dict[str, Any]]]]:
    """Some refused rows of every reason, (line, problems), in the order of their lines."""
    paths = [path for path in queries.refused_paths(found) if path.exists()]
    if not paths:
        return []
    listed = ", ".join(lake.quote(str(path)) for path in paths)
    chosen = lake.session().execute(
        f"""
        select line, problems from (
            select line, problems, row_number() over (partition by code order by line) as turn
            from (select line, problems,
                         regexp_extract(problems, '"code": "([a-z_]+)"', 1) as code
                  from read_parquet([{listed}])))
        order by turn > 20, line limit {most}
        """
    )
    return sorted((line, json.loads(problems)) for line, problems in chosen.fetchall())


def keep_errors(found: Import, *, language: str) -> Path:
    """Write the file of refused rows where it can be downloaded, in one language."""
    path = queries.errors_path(found, language=language)
    scratch = path.with_suffix(".part")
    write_refused(found, scratch, language=language)
    scratch.replace(path)
    return path


def _without_erased(row: Refused) -> Refused:
    """Keep of an erased customer's row where it stood, and why it was refused."""
    if all(one.code != ERASED for one in row.problems):
        return row
    problem = next(one for one in row.problems if one.code == ERASED)
    return replace(row, cells=(), problems=(replace(problem, value="…"),))


def _problems(arrived: Arrived, findings: list[Finding], batch: Any, row: int) -> list[Problem]:
    line = batch.lines[row]
    found = []
    for one in findings:
        place = np.searchsorted(one.lines, line)
        if place < len(one.lines) and one.lines[place] == line:
            column = arrived.mapping.columns[one.name]
            value = batch.columns[arrived.sniffed.header.index(column)][row].as_py() or ""
            found.append(Problem(one.code, column, value[:200], dict(one.params)))
    return found
