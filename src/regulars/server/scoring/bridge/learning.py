"""What is learned after the scores are out: each lesson is a table by pseudonym, or a card.

The scores of a run are needed at once; what follows takes longer and may find nothing. So a
lesson that the data cannot teach is noted with its reason, and the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.base.errors import BadInput
from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.frame import session
from regulars.server.scoring.bridge.lesson import Ground, Lesson
from regulars.server.scoring.bridge.lessons import LESSONS
from regulars.server.scoring.bridge.names import CUSTOMERS, HAD, LEARNED, NEXT

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from regulars.engine import Ledger

Progress = Callable[[str], None]
BY_PRODUCT = "product_id, customer_id"  # a page asks for the holders of a few products


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
    kept = ((lesson.rows, NEXT, "customer_id, place"), (lesson.behind, HAD, BY_PRODUCT))
    for table, name, order in kept:
        if table is not None:
            path = ground.folder / f"{code}.rows.parquet"
            table.to_parquet(path)
            _by_customer(ground.folder, path, name, order)
            path.unlink()
    if lesson.table is None:
        return []
    path = ground.folder / f"{code}.part.parquet"
    lesson.table.to_parquet(path)
    return [path]


def _by_customer(folder: Path, path: Path, into: str, order: str) -> None:
    with session(folder) as db:
        db.execute(
            f"copy (select k.customer_id, p.* exclude (customer_id) "
            f"from read_parquet({quote(str(path))}) p "
            f"join read_parquet({quote(str(folder / CUSTOMERS))}) k "
            f"on k.fact_key = p.customer_id order by {order}) "
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
