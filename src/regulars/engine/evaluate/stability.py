"""Has the base changed since a score was made? Two tables of the same columns, compared.

A score keeps its meaning only while the customers it looks at stay alike. The population
stability index sums, over classes of a column, (now - before) * ln(now / before); banks
read it as below 0.10 stable, to 0.25 watch, above that changed (Siddiqi 2006, "Credit Risk
Scorecards"). Classes of a number are the tenths of the earlier table, those of a text its
values; what is null is a class of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import first_row

Verdict = Literal["stable", "watch", "changed", "not_enough"]

WATCH, CHANGED = 0.10, 0.25
TENTHS = tuple(n / 10 for n in range(1, 10))
# A class that is empty on one side would make the index infinite.
SMALLEST_SHARE = 1e-4
# By chance alone the index is about classes * (1/n + 1/m): with so few customers it would
# cry wolf.
FEWEST_CUSTOMERS = 200
MOST_VALUES = 40  # values of a text; the rest is one class


@dataclass(frozen=True)
class Drift:
    """How far one column moved between two tables.

    Attributes
    ----------
    column
        Its name.
    index
        Population stability index, >= 0; None with fewer than 200 customers on a side.
    verdict
        `stable` below 0.10, `watch` below 0.25, else `changed`; `not_enough`.
    before, now
        Mean of a number; share of the commonest value of a text. None where all is null.
    classes
        One (class, share before, share now) each; a number's classes are named by their
        upper edge, null by None.
    """

    column: str
    index: float | None
    verdict: Verdict
    before: float | None
    now: float | None
    classes: tuple[tuple[str | None, float, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"classes": [list(each) for each in self.classes]}


def drift(before: ir.Table, now: ir.Table, columns: Sequence[str]) -> tuple[Drift, ...]:
    """Compare some columns of two tables, the most changed first.

    Parameters
    ----------
    before, now
        One row per customer, on the same backend; columns that one of them lacks are left
        out.

    Returns
    -------
    One `Drift` per column, by falling index; ties by name.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, chapter 8.

    Examples
    --------
    >>> import ibis
    >>> then = ibis.memtable({"spend": [float(n) for n in range(1000)]})
    >>> later = ibis.memtable({"spend": [float(n + 500) for n in range(1000)]})
    >>> drift(then, then, ["spend"])[0].verdict
    'stable'
    >>> drift(then, later, ["spend"])[0].verdict
    'changed'
    """
    shared = [name for name in columns if name in before.columns and name in now.columns]
    found = [_of_column(before, now, name) for name in shared]
    return tuple(sorted(found, key=lambda each: (-(each.index or 0.0), each.column)))


def stability_index(before: Sequence[float], now: Sequence[float]) -> float:
    """Give the population stability index of two lists of shares of the same classes.

    Parameters
    ----------
    before, now
        Shares, each summing to 1; a share below 0.0001 counts as 0.0001.

    Returns
    -------
    float, >= 0; 0 where nothing changed.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, chapter 8.

    Examples
    --------
    >>> stability_index([0.5, 0.5], [0.5, 0.5])
    0.0
    >>> round(stability_index([0.5, 0.5], [0.7, 0.3]), 4)
    0.1695
    """
    pairs = [
        (max(was, SMALLEST_SHARE), max(is_now, SMALLEST_SHARE))
        for was, is_now in zip(before, now, strict=True)
    ]
    return sum((is_now - was) * log(is_now / was) for was, is_now in pairs)


def _of_column(before: ir.Table, now: ir.Table, name: str) -> Drift:
    numeric = before[name].type().is_numeric()
    edges = _edges(before, name) if numeric else _common(before, name)
    was, is_now = (_counts(table, name, edges, numeric=numeric) for table in (before, now))
    sides = [sum(each.values()) for each in (was, is_now)]
    classes = [*edges, *([float("inf")] if numeric else ["…"]), None]
    shares = [
        (
            _label(each),
            was.get(each, 0) / max(sides[0], 1),
            is_now.get(each, 0) / max(sides[1], 1),
        )
        for each in classes
        if each in was or each in is_now
    ]
    index = None
    if min(sides) >= FEWEST_CUSTOMERS:
        index = round(stability_index([s[1] for s in shares], [s[2] for s in shares]), 6)
    first, then = _level(before, name, edges), _level(now, name, edges)
    return Drift(name, index, _verdict(index), first, then, tuple(shares))


def _verdict(index: float | None) -> Verdict:
    if index is None:
        return "not_enough"
    return "stable" if index < WATCH else "watch" if index < CHANGED else "changed"


def _edges(table: ir.Table, name: str) -> list[Any]:
    value = table[name].cast("float64")
    found = first_row(table.agg(edges=value.quantile(list(TENTHS))))["edges"]
    return sorted({float(edge) for edge in found or [] if edge is not None})


def _common(table: ir.Table, name: str) -> list[Any]:
    known = table.filter(table[name].notnull())
    value = known[name].cast("string")
    by = known.group_by(value=value).agg(n=known.count())
    by = by.order_by(ibis.desc("n"), "value").limit(MOST_VALUES)
    return [row["value"] for row in by.to_pyarrow().to_pylist()]


def _counts(table: ir.Table, name: str, edges: list[Any], *, numeric: bool) -> dict[Any, int]:
    if numeric:
        value = table[name].cast("float64")
        tests = [(value <= edge, place) for place, edge in enumerate(edges)]
    else:
        value = table[name].cast("string")
        tests = [(value == each, place) for place, each in enumerate(edges)]
    place = ibis.cases((value.isnull(), -1), *tests, else_=len(edges))
    by = table.group_by(place=place.cast("int64")).agg(n=table.count())
    names = [*edges, float("inf") if numeric else "…", None]
    return {names[row["place"]]: row["n"] for row in by.to_pyarrow().to_pylist()}


def _level(table: ir.Table, name: str, edges: list[Any]) -> float | None:
    column = table[name]
    if column.type().is_numeric():
        value = column.cast("float64").mean()
    elif edges:
        value = (column.cast("string") == edges[0]).cast("float64").mean()
    else:
        return None
    found = first_row(table.agg(level=value))["level"]
    return None if found is None else round(float(found), 6)


def _label(each: Any) -> str | None:
    if each is None or isinstance(each, str):
        return each
    return "inf" if each == float("inf") else f"{each:.6g}"
