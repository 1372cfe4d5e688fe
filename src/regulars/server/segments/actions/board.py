"""Making the board: after a run, after facts came, and when many records changed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.core.rules import EVERYBODY
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments import bridge
from regulars.server.segments.bridge import Board, Sources
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import saved
from regulars.server.segments.queries.ground import (
    board_of,
    changed,
    ground,
    mark,
    product_kinds,
)

# A board of ten million takes minutes; records that changed are laid over it meanwhile.
PAUSE, OLDEST = timedelta(minutes=10), timedelta(hours=24)
log = logging.getLogger(__name__)


def make_board(*, at: datetime, only_if_due: bool = False) -> Board | None:
    """Make the board of the current run and tally the segments; None where nothing is due.

    Records are read in one transaction; the files are written outside any.
    """
    with scope.everything():
        run = scoring.current_run()
        if run is None or (only_if_due and not _due(run, at)):
            return None
        root = scoring.folder(run)
        before = bridge.read_board(root)  # whatever it was made of, somebody may read it
        since, sources = mark(at), _sources(run, at)
        path, touch = bridge.copy_out(bridge.new_folder(root), zone=sources.zone)
    board = bridge.build(
        root,
        path,
        sources,
        made_at=at.isoformat(),
        mark=since.isoformat(),
        touch=touch,
    )
    with scope.everything():
        _tally(run, at)
    # The board before stays for whoever reads it at this moment.
    bridge.sweep(root, keep=[board.folder, *([before.folder] if before else [])])
    return board


def _due(run: Run, at: datetime) -> bool:
    board = board_of(run)
    if board is None:
        return True
    if at - board.known_to < PAUSE:
        return False
    if at - board.known_to > OLDEST:
        return True
    return board.facts != _files() or changed(board, scope.house()) is None


def _sources(run: Run, at: datetime) -> Sources:
    return Sources(
        run=run.public_id,
        scores=scoring.table_of(run),
        facts={kind: facts.living(kind) for kind in lake.COLUMNS},
        on=facts.last_day(until=core.local_date(at)) or core.local_date(at),
        kinds=product_kinds(),
        zone=str(core.time_zone()),
    )


def _files() -> dict[str, list[str]]:
    return {kind: sorted(path.name for path in facts.living(kind)) for kind in lake.COLUMNS}


def _tally(run: Run, at: datetime) -> None:
    """Write how many of each book are in each segment, so that its line can be drawn."""
    rows: dict[str, list[object]] = {
        name: [] for name in ("segment_id", "version", "book_id", "customers", "value")
    }
    for found in Segment.objects.filter(archived_at__isnull=True).order_by("pk"):
        viewer = _eyes(found.owner)
        try:
            of = ground(viewer, at)
            if of.run != run:
                return  # another run was published meanwhile; its board brings its tally
            tallied = saved.tally_rows(found, of, viewer)
        except RegularsError as error:
            log.warning("The segment %s was not tallied: %s", found.public_id, error)
            continue
        for book, customers, value in tallied or [(0, 0, Decimal(0))]:
            for name, cell in zip(
                rows, (found.pk, found.version, book, customers, value), strict=True
            ):
                rows[name].append(cell)
    table = pa.table(
        {
            "segment_id": pa.array(rows["segment_id"], pa.int64()),
            "version": pa.array(rows["version"], pa.int64()),
            "book_id": pa.array(rows["book_id"], pa.int64()),
            "customers": pa.array(rows["customers"], pa.int64()),
            "value": pa.array([float(str(v)) for v in rows["value"]], pa.float64()),
        }
    )
    _write(table, scoring.folder(run) / bridge.TALLY)


def _eyes(owner: Person) -> Person:
    """The owner with eyes for everybody: a tally is kept by book and shown by book."""
    seen = Person.objects.select_related("org_unit").get(pk=owner.pk)
    seen.__dict__["scope"] = EVERYBODY
    return seen


def _write(table: pa.Table, path: Path) -> None:
    scratch = path.with_suffix(".part")
    pq.write_table(table, scratch)
    scratch.replace(path)
