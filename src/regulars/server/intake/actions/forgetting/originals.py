"""The file as it came goes: in its time, or with somebody erased whom it names."""

from __future__ import annotations

import shutil
from datetime import datetime

from regulars.server.core import leftovers
from regulars.server.customers import queries as customers
from regulars.server.facts.lake import quote
from regulars.server.intake import queries
from regulars.server.intake.actions.arrived import ERASED, Arrived
from regulars.server.intake.models import Import
from regulars.server.intake.reader import Problem
from regulars.server.intake.reader import Refused as RefusedRow
from regulars.server.intake.reader.refusals import Spool, read_refused

BY_PERIOD, BY_ERASURE = "period", "erasure"  # why an original is gone
S = Import.State
LOADED = (S.DONE, S.UNDOING, S.WITHDRAWN)
NUMBERS = ("number", "customer_id")


def forget_original(found: Import, *, why: str, at: datetime) -> None:
    """Delete a loaded file as it came, and what was made of it before reading."""
    for path in (queries.folder(found) / "original", queries.prepared(found).parent):
        shutil.rmtree(path, ignore_errors=True)
    found.reading |= {"sample": []}
    found.report |= {"original_gone": {"why": why, "at": at.isoformat()}}
    Import.objects.filter(pk=found.pk).update(reading=found.reading, report=found.report)


def hide_erased(arrived: Arrived) -> bool:
    """Blank what the reader refused of people who were erased; tell whether there is any."""
    if not customers.anybody_buried():
        return False
    path = queries.refused_paths(arrived.found)[0]
    rows = list(read_refused(path)) if path.exists() else []
    gone = customers.buried({cell for row in rows for cell in _numbers(arrived, row)})
    if gone:
        spool = Spool(path)
        spool.add([_hidden(row, arrived, gone) for row in rows])
        spool.close()
    return bool(gone) or any(row.code == ERASED for row in rows)


def leave_out_erased(found: Import, *, at: datetime) -> None:
    """After a load that refused somebody who was erased: nothing that came with them stays."""
    by_records = queries.refused_paths(found)[1]
    accepted = queries.folder(found) / "read" / "accepted.parquet"
    if by_records.exists() and accepted.exists():
        erased = f"select line from read_parquet({quote(str(by_records))}) "
        erased += "where contains(problems, '\"erased_customer\"')"
        with leftovers.workbench() as db:
            leftovers.leave_out(db, accepted, f"line in ({erased})")
    forget_original(found, why=BY_ERASURE, at=at)


def _numbers(arrived: Arrived, row: RefusedRow) -> tuple[str, ...]:
    """The cells in which the customer's number may stand; any, where they do not fit."""
    header = list(arrived.sniffed.header)
    named = [arrived.mapping.columns[name] for name in NUMBERS if arrived.has(name)]
    if len(row.cells) != len(header) or not named:
        return row.cells
    return tuple(row.cells[header.index(column)] for column in named)


def _hidden(row: RefusedRow, arrived: Arrived, gone: set[str]) -> RefusedRow:
    if gone.isdisjoint(_numbers(arrived, row)):
        return row
    return RefusedRow(row.line, (), (Problem(ERASED, row.problems[0].column, "…", {}),))
