"""Rows that come as rows, not as a file, take the same path as a file does.

They are written down as a small Parquet file, which is kept like any other: so typing,
refusals, history, conflicts and undo are those of a file, whoever sent the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.intake.actions.files import begin
from regulars.server.intake.actions.sources import ensure_source
from regulars.server.intake.actions.work import check, load
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader import KINDS, propose

MOST_ROWS = 100_000  # of one batch; more come as a file


class NoRows(BadInput):
    """The batch is empty, or too large to be one."""


@transaction.atomic
def bring_rows(
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    source: Source | str,
    by: Actor,
    at: datetime,
    unknown: str = "stub",
    dry_run: bool = False,
    into_demo: bool = False,
) -> Import:
    """Load a batch of rows keyed by the names of a kind's fields, whole rows or refused ones.

    `source` is a remembered one, or the name of one that is opened when first used. The
    answer says what came of the batch; `queries.refusals(found)` says which rows were
    refused and why, by their place in the batch.

    :raises NoRows: there are none, or more than a batch may hold.
    :raises UnknownField: a row has a field that this kind does not have.
    :raises MappingIncomplete: no row has a field that this kind needs.
    :raises DemoKeepsItsData: this is the demo, and nobody allowed it to take files.
    """
    names = _fields(kind, rows)
    if isinstance(source, str):
        source = ensure_source(source, way=Source.Way.API, kind=kind, by=by, at=at)
    with TemporaryDirectory() as scratch, scope.restored():
        path = Path(scratch) / f"{kind}-{at:%Y%m%d-%H%M%S}.parquet"
        _write(path, names, rows)
        found = begin(
            path, kind=kind, source=source, into_demo=into_demo, ours=True, by=by, at=at
        )
        found.mapping = {name: name for name in names}
        found.options["unknown"] = unknown
        return (check if dry_run else load)(found, by=by, at=at)


def _fields(kind: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not 0 < len(rows) <= MOST_ROWS:
        raise NoRows(
            f"A batch holds 1 to {MOST_ROWS} rows; this one holds {len(rows)}. "
            "Send fewer at once, or bring them as a file."
        )
    names = list(dict.fromkeys(name for row in rows for name in row))
    # Says which field is unknown, or which one is missing, before anything is written.
    propose(names, kind, {name: name for name in names}).demand_complete()
    return [one.name for one in KINDS[kind].fields if one.name in names]


def _write(path: Path, names: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [pa.array([cell(row.get(name)) for row in rows], pa.string()) for name in names]
    parquet.write_table(pa.table(columns, names=names), path)


def cell(value: Any) -> str | None:
    """Write a value as a file would; the reader types it by the same rules as any other."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # never 1e-07
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
