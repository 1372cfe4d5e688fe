"""What is learned after the scores are out: each lesson is a table by pseudonym, or a card.

The scores of a run are needed at once; what follows takes longer and may find nothing. So a
lesson that the data cannot teach is noted with its reason, and the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.base.errors import BadInput
from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.frame import session
from regulars.server.scoring.bridge.names import (
    ATTRIBUTES,
    CUSTOMERS,
    DECLINED,
    LEARNED,
    NEXT,
)

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from ibis.expr.types import Table

    from regulars.engine import Basis, Ledger
    from regulars.engine.backends import Workbench

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Ground:
    """What the lessons stand on."""

    folder: Path
    ledger: Ledger
    bench: Workbench
    as_of: date
    basis: Basis
    horizon_days: int
    loans: Sequence[str] = ()
    risky: Mapping[str, int] = field(default_factory=dict)  # product -> risk level 1-5

    def records(self, name: str) -> Table:
        """Open a table of the snapshot."""
        return self.bench.connection.read_parquet(self.folder / name)


@dataclass(frozen=True)
class Lesson:
    """What one lesson brought."""

    table: Table | None = None  # one row per customer; joins the frame
    card: Mapping[str, Any] | None = None  # goes into the run's result
    rows: Table | None = None  # several rows per customer; a file of its own


def ground(folder: Path, ledger: Ledger, **known: Any) -> Ground:
    """Lay the ground for the lessons of one run."""
    from regulars.engine.backends import Workbench

    return Ground(folder, ledger, Workbench(ledger.transactions.get_backend()), **known)


def learn(ground: Ground, *, progress: Progress) -> dict[str, Any]:
    """Take every lesson; return the cards, the seconds, and why a lesson was skipped."""
    cards: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    seconds: dict[str, float] = {}
    brought: list[Path] = []
    for code, teach in LESSONS.items():
        progress(code)
        began = time.monotonic()
        try:
            lesson = teach(ground)
            brought += _keep(ground, code, lesson)
            if lesson.card is not None:
                cards[code] = dict(lesson.card)
        except BadInput as reason:
            skipped[code] = str(reason)
        seconds[code] = round(time.monotonic() - began, 3)
        ground.bench.clear()
    progress("frame")
    _join(ground.folder, brought)
    return {"cards": cards, "skipped": skipped, "seconds": seconds}


def _keep(ground: Ground, code: str, lesson: Lesson) -> list[Path]:
    if lesson.rows is not None:
        path = ground.folder / f"{code}.rows.parquet"
        lesson.rows.to_parquet(path)
        _by_customer(ground.folder, path, NEXT)
        path.unlink()
    if lesson.table is None:
        return []
    path = ground.folder / f"{code}.part.parquet"
    lesson.table.to_parquet(path)
    return [path]


def _by_customer(folder: Path, path: Path, into: str) -> None:
    with session(folder) as db:
        db.execute(
            f"copy (select k.customer_id, p.* exclude (customer_id) "
            f"from read_parquet({quote(str(path))}) p "
            f"join read_parquet({quote(str(folder / CUSTOMERS))}) k "
            "on k.fact_key = p.customer_id order by k.customer_id, p.place) "
            f"to {quote(str(folder / into))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )


def _join(folder: Path, parts: Sequence[Path]) -> None:
    """Put the tables of all lessons side by side, by PostgreSQL's customer ids."""
    joins = " ".join(
        f"left join (select customer_id as own_{n}, * exclude (customer_id) "
        f"from read_parquet({quote(str(path))})) part_{n} on part_{n}.own_{n} = k.fact_key"
        for n, path in enumerate(parts)
    )
    chosen = ", ".join(f"part_{n}.* exclude (own_{n})" for n in range(len(parts)))
    with session(folder) as db:
        db.execute(
            f"copy (select k.customer_id{', ' if chosen else ''}{chosen} "
            f"from read_parquet({quote(str(folder / CUSTOMERS))}) k {joins} "
            f"order by k.customer_id) to {quote(str(folder / LEARNED))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )
    for path in parts:
        path.unlink()


def _changes(ground: Ground) -> Lesson:
    from regulars.engine.movements import find_changes

    found = find_changes(ground.ledger, ground.bench, as_of=ground.as_of, basis=ground.basis)
    table = found.customers.rename(change_headline="headline")
    return Lesson(table=table)


def _dormancy(ground: Ground) -> Lesson:
    from regulars.engine.measures.dormancy import dormancy_ladder, initiated_days

    days = initiated_days(ground.ledger, as_of=ground.as_of, basis=ground.basis)
    ladder = dormancy_ladder(ground.bench.keep(days), as_of=ground.as_of, basis=ground.basis)
    wanted = ("customer_id", "dormancy_step", "step_since", "silence", "rhythm", "spend_asleep")
    return Lesson(table=ladder.select(*wanted))


def _next(ground: Ground) -> Lesson:
    from regulars.engine.next_best.finding import next_products

    found = next_products(
        ground.ledger,
        as_of=ground.as_of,
        eligible=_eligible(ground),
        declined=ground.records(DECLINED),
    )
    return Lesson(rows=found.table, card=found.to_dict())


def _eligible(ground: Ground) -> dict[str, Table] | None:
    """Nobody is offered a product riskier than what he can bear."""
    if not ground.risky:
        return None
    people = ground.records(ATTRIBUTES)
    able = people.risk_tolerance.fill_null(1)
    return {
        product: people.filter(able >= level).select("customer_id")
        for product, level in ground.risky.items()
        if level > 1
    }


def _quarter(ground: Ground) -> Lesson:
    from regulars.engine.value.quarter import forecast_quarter

    branches = ground.records(ATTRIBUTES).select("customer_id", group="branch")
    found = forecast_quarter(
        ground.ledger, as_of=ground.as_of, basis=ground.basis, groups=branches
    )
    return Lesson(card=found.to_dict())


LESSONS: Mapping[str, Callable[[Ground], Lesson]] = {
    "changes": _changes,
    "dormancy": _dormancy,
    "next": _next,
    "quarter": _quarter,
}
