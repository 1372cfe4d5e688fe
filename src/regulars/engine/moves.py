"""Who went where between two dates: the migration matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

NEW, LEFT = "new", "left"


@dataclass(frozen=True)
class Migration:
    """Counts and shares of customers from state to state.

    Attributes
    ----------
    states
        In order; `new` stands first among the rows (who was not there before) and `left`
        last among the columns (who is not there any more).
    counts
        `counts[before][after]`; zero cells included.
    shares
        Each row of counts over its sum; a row without customers has zeros only.
    value_moved
        Sum of the measure after less before, per cell; None where no measure was given.
    """

    states: tuple[str, ...]
    counts: dict[str, dict[str, int]]
    shares: dict[str, dict[str, float]]
    value_moved: dict[str, dict[str, float]] | None = None

    @property
    def opening(self) -> int:
        """Customers who were there before."""
        return sum(sum(self.counts[state].values()) for state in self.states)

    @property
    def closing(self) -> int:
        """Customers who are there after; opening + new - left."""
        return sum(row[state] for row in self.counts.values() for state in self.states)

    @property
    def promoted(self) -> int:
        """Customers who rose; states are given best first."""
        return self._moved(better=True)

    @property
    def demoted(self) -> int:
        """Customers who fell, those who left not counted."""
        return self._moved(better=False)

    def _moved(self, *, better: bool) -> int:
        place = {state: number for number, state in enumerate(self.states)}
        return sum(
            self.counts[before][after]
            for before in self.states
            for after in self.states
            if place[before] != place[after] and (place[after] < place[before]) == better
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "states": list(self.states),
            "counts": self.counts,
            "shares": self.shares,
            "value_moved": self.value_moved,
            "opening": self.opening,
            "closing": self.closing,
            "promoted": self.promoted,
            "demoted": self.demoted,
        }


def migration(
    before: ir.Table,
    after: ir.Table,
    *,
    state: str = "tier",
    states: Sequence[str] | None = None,
    value: str | None = None,
) -> Migration:
    """Count who went from which state to which between two tables of customers.

    Parameters
    ----------
    before, after
        One row per customer, with customer_id and the column `state`; of one connection.
        A null state counts as not being there.
    states
        All states, best first; others that occur follow, sorted.
    value
        A column of money in both tables, to report what moved.

    Returns
    -------
    Migration

    Examples
    --------
    >>> before = ibis.memtable({"customer_id": [1, 2, 3], "tier": ["gold", "basic", "basic"]})
    >>> after = ibis.memtable({"customer_id": [1, 2, 4], "tier": ["gold", "gold", "basic"]})
    >>> found = migration(before, after, states=["gold", "basic"])
    >>> found.counts["basic"]
    {'gold': 1, 'basic': 0, 'left': 1}
    >>> found.opening, found.promoted, found.closing
    (3, 1, 3)
    """
    wanted = {"state": state} | ({"value": value} if value else {})
    old = before.filter(before[state].notnull()).select("customer_id", **wanted)
    now = after.filter(after[state].notnull()).select("customer_id", **wanted)
    both = old.outer_join(now, "customer_id")
    if value:
        both = both.mutate(moved=both.value_right.fill_null(0) - both.value.fill_null(0))
    else:
        both = both.mutate(moved=ibis.literal(0.0))
    cells = both.group_by(old=both.state.fill_null(NEW), now=both.state_right.fill_null(LEFT))
    rows = (
        cells.agg(customers=both.count(), moved=both.moved.cast("float64").sum())
        .to_pyarrow()
        .to_pylist()
    )
    found = {row["old"] for row in rows} | {row["now"] for row in rows}
    given = tuple(states or ())
    order = (*given, *sorted(found - {NEW, LEFT, *given}))
    return _matrix(order, rows, with_value=value is not None)


def _matrix(
    states: tuple[str, ...], rows: list[dict[str, Any]], *, with_value: bool
) -> Migration:
    counts = {old: dict.fromkeys((*states, LEFT), 0) for old in (NEW, *states)}
    moved = {old: dict.fromkeys((*states, LEFT), 0.0) for old in (NEW, *states)}
    for row in rows:
        counts[row["old"]][row["now"]] = row["customers"]
        moved[row["old"]][row["now"]] = row["moved"]
    shares = {}
    for old, cells in counts.items():
        total = sum(cells.values())
        shares[old] = {now: n / total if total else 0.0 for now, n in cells.items()}
    return Migration(states, counts, shares, moved if with_value else None)
