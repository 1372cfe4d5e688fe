"""A board is written: parts of everybody, the sample with its facts, where shares begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from regulars.server.facts import lake
from regulars.server.facts.lake import quote
from regulars.server.segments.bridge.board import SHARES, Board, point
from regulars.server.segments.bridge.joining import held, wide, with_kinds
from regulars.server.segments.bridge.records import ATTRIBUTES
from regulars.server.segments.bridge.workbench import open_workbench
from regulars.server.segments.rules.fields import INNER

PART = 1_000_000  # customers of one file: what a join holds in memory
SAMPLE = 64  # one customer in so many


@dataclass(frozen=True)
class Sources:
    """What a board is made of."""

    run: str
    scores: str  # the FROM clause of the run with its tiers; empty without a run
    facts: Mapping[str, Sequence[Path]]
    on: date
    kinds: Mapping[str, Sequence[str]]  # product kind -> codes
    zone: str


def build(root: Path, attributes_at: Path, sources: Sources, **known: Any) -> Board:
    """Write a board from a file of attributes, beside others of the same run.

    `known` holds made_at, mark and touch: when and up to where the records were read.
    """
    folder = attributes_at.parent
    with open_workbench() as db:
        columns = _describe(db, sources.scores)
        names = [name for name, _ in columns]
        _hold(db, sources)
        last, people = _parts(db, folder, attributes_at, sources, names)
        sampled = _sample(db, folder, sources)
        ranked = [name for name, type_ in columns if _is_figure(name, type_)]
        cuts = cuts_of(sources.scores, ranked, db) if sources.scores else {}
    attributes_at.unlink()
    board = Board(
        run=sources.run,
        scores=sources.scores,
        folder=str(folder.relative_to(root)),
        last_id=last,
        people=people,
        sampled=sampled,
        on=sources.on.isoformat(),
        facts={
            kind: sorted(path.name for path in paths) for kind, paths in sources.facts.items()
        },
        columns=[list(column) for column in columns],
        attributes=list(ATTRIBUTES),
        cuts=cuts,
        **known,
    )
    point(root, board)
    return board


def _describe(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    if not table:
        return []
    return [
        (row[0], row[1]) for row in db.execute(f"describe select * from {table}").fetchall()
    ]


def _is_figure(name: str, type_: str) -> bool:
    return type_ not in ("VARCHAR", "BOOLEAN", "DATE") and not INNER.fullmatch(name) and (
        type_.split("(")[0] in {"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT",
                                "DECIMAL"}
    )  # fmt: skip


def _hold(db: duckdb.DuckDBPyConnection, sources: Sources) -> None:
    table = lake.source(list(sources.facts.get("holdings", ())), "holdings")
    db.execute(f"create temp table held as {held(table, on=sources.on)}")


def _parts(
    db: duckdb.DuckDBPyConnection, folder: Path, path: Path, sources: Sources, names: list[str]
) -> tuple[int, int]:
    table = f"read_parquet({quote(str(path))})"
    counted = db.execute(f"select count(*), coalesce(max(customer_id), 0) from {table}")
    people, last = counted.fetchone() or (0, 0)
    bounds = [
        row[0]
        for row in db.execute(
            f"select customer_id from (select customer_id, row_number() over () - 1 as n "
            f"from {table}) where n % {PART} = 0 order by 1"
        ).fetchall()
    ] or [0]
    for number, (low, high) in enumerate(zip(bounds, [*bounds[1:], last + 1], strict=True)):
        inside = f"customer_id >= {low} and customer_id < {high}"
        scores = f"(select * from {sources.scores} where {inside})" if sources.scores else ""
        rows = wide(
            f"(select * from {table} where {inside})",
            scores,
            "select * from held",
            columns=names,
            kinds=with_kinds(sources.kinds),
        )
        part = quote(str(folder / f"part-{number:04}.parquet"))
        db.execute(
            f"copy ({rows} order by customer_id) to {part} "
            # Unpacking costs a quarter of a count, and boards come and go.
            "(format parquet, compression uncompressed, row_group_size 122880)"
        )
    return int(last), int(people)


def _sample(db: duckdb.DuckDBPyConnection, folder: Path, sources: Sources) -> int:
    """Write the sampled customers and all their facts."""
    parts = f"read_parquet({quote(str(folder / 'part-*.parquet'))})"
    path = quote(str(folder / "sample.parquet"))
    found = db.execute(
        f"copy (select * from {parts} where {in_sample('customer_id')} order by customer_id) "
        f"to {path} (format parquet, compression uncompressed)"
    ).fetchone()
    for kind, paths in sources.facts.items():
        if paths:
            db.execute(
                f"copy (select {lake.columns(kind, of='f.')} "
                f"from {lake.source(list(paths), kind)} f "
                f"semi join (select fact_key from read_parquet({path})) s using (fact_key)) "
                f"to {quote(str(folder / f'sample-{kind}.parquet'))} "
                "(format parquet, compression uncompressed)"
            )
    return int(found[0]) if found else 0


def in_sample(column: str) -> str:
    """Whether a customer belongs to the sample: by hash, so always the same ones."""
    return f"md5_number_lower({column}::varchar) % {SAMPLE} = 0"


def cuts_of(table: str, names: Sequence[str], db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Where the top shares of some figures begin."""
    if not names:
        return {}
    # Counted from the top, so that of five customers the top 20 % is one.
    points = ", ".join(f"{share / 100:.2f}" for share in SHARES)
    listed = ", ".join(
        f'quantile_disc(-"{name}"::double, [{points}]) as "{name}"' for name in names
    )
    row = db.execute(f"select {listed} from {table}").fetchone() or ()
    return {
        name: [-value for value in values] if values is not None else [None] * len(SHARES)
        for name, values in zip(names, row, strict=True)
    }
