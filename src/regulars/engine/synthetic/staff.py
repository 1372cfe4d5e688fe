"""Org units, staff and books: who works where and looks after whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.columns import Bools, Ints
from regulars.engine.synthetic.names import given_names, surnames
from regulars.engine.synthetic.schema import SCHEMAS


@dataclass
class Staff:
    """Rows of the three tables while they are put together.

    `pool_keepers[b]` is the username of who talks to the pool of branch b.
    """

    org_units: list[tuple[str, str, str, str | None, str]] = field(default_factory=list)
    people: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    books: list[tuple[str, str, str, str, str | None, str | None]] = field(default_factory=list)
    pool_keepers: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def hire(self, name: str, pinyin: str, role: str, org_unit: str) -> str:
        """Add a person and return the username: the pinyin, numbered when taken."""
        plain = pinyin.replace(" ", "").lower()
        username, again = plain, 1
        while username in self.taken:
            again += 1
            username = f"{plain}{again}"
        self.taken.add(username)
        self.people.append((username, name, pinyin, role, org_unit))
        return username

    def keepers(self) -> Ints:
        """Return, for each book, the row in `people` of who talks to its customers."""
        row = {person[0]: number for number, person in enumerate(self.people)}
        pools = iter(self.pool_keepers)
        names = [book[4] if book[4] is not None else next(pools) for book in self.books]
        return np.array([row[name] for name in names])

    def tables(self) -> dict[str, pa.Table]:
        """Return the three Arrow tables."""
        return {
            name: rows_table(name, getattr(self, name))
            for name in ("org_units", "people", "books")
        }


def rows_table(name: str, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """Return rows as the table of `SCHEMAS` with this name."""
    schema = SCHEMAS[name]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, type=f.type) for column, f in zip(columns, schema, strict=True)],
        schema=schema,
    )


class Candidates:
    """An endless row of people of working age to hire."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._ready: list[tuple[str, str]] = []

    def next(self) -> tuple[str, str]:
        """Return the next (name, pinyin)."""
        if not self._ready:
            years = self._rng.integers(1968, 2000, 64)
            female = self._rng.random(64) < 0.55
            han, pinyin = given_names(self._rng, surnames(self._rng, 64), years, female)
            self._ready = list(zip(han, pinyin, strict=True))
        return self._ready.pop()


def books_needed(managed: Ints, *, usual: int, most: int) -> Ints:
    """Return how many books each branch needs for so many managed customers."""
    wanted = np.rint(managed / usual).astype(np.int64)
    enough = -(-managed // most)
    return np.maximum(np.maximum(wanted, enough), 1)


def assign_books(
    rng: np.random.Generator, branch: Ints, managed: Bools, books: Sequence[Sequence[int]]
) -> Ints:
    """Deal the managed customers of each branch evenly to its books, others to the pool.

    `books[b]` lists the book rows of branch b, the pool book last.
    """
    assigned = np.array([rows[-1] for rows in books])[branch]
    for number, rows in enumerate(books):
        mine = np.flatnonzero(managed & (branch == number))
        rng.shuffle(mine)
        assigned[mine] = np.array(rows[:-1])[np.arange(len(mine)) % (len(rows) - 1)]
    return assigned
