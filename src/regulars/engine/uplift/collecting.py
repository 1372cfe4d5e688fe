"""From a table with one row per customer to the moments of each arm, in one query."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import Any

import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.uplift.moments import Moments, require_known, settled


def moments_by_arm(
    table: ir.Table, columns: Sequence[str], *, arm: str = "arm"
) -> dict[str, Moments]:
    """Sum outcomes and covariates of each arm; one query, one row per arm comes back.

    Parameters
    ----------
    table
        One row per *assigned* customer, contacted or not: `arm` (string, no nulls) and
        `columns` (numbers or booleans, no nulls: 0 where nothing happened). Join outcomes
        to assignments from the left, or customers who did nothing drop out and the effect
        is no longer that of the assignment.
    columns
        Outcomes, covariates known before the start, and 0/1 whether contacted.

    Returns
    -------
    Moments by arm, in the order of the arms' names.

    Raises
    ------
    BadInput
        where a column is absent or has nulls.

    Examples
    --------
    >>> import ibis
    >>> rows = {"arm": ["control", "treated", "treated"], "spend": [0.0, 5.0, 7.0]}
    >>> found = moments_by_arm(ibis.memtable(rows), ["spend"])
    >>> found["treated"].n, found["treated"].mean("spend")
    (2, 6.0)
    """
    return {str(key[0]): found for key, found in _grouped(table, columns, [arm])}


def moments_by_group(
    table: ir.Table, columns: Sequence[str], *, group: str, arm: str = "arm"
) -> dict[Any, dict[str, Moments]]:
    """Sum as `moments_by_arm` does, for each value of `group`: campaigns, tiers, days.

    Parameters
    ----------
    table, columns, arm
        As for `moments_by_arm`.
    group
        Column to group by, without nulls.

    Returns
    -------
    Moments by group and arm, in order.

    Examples
    --------
    >>> import ibis
    >>> rows = {"tier": ["a", "a", "b"], "arm": ["x", "y", "x"], "spend": [1.0, 2.0, 3.0]}
    >>> found = moments_by_group(ibis.memtable(rows), ["spend"], group="tier")
    >>> {tier: list(arms) for tier, arms in found.items()}
    {'a': ['x', 'y'], 'b': ['x']}
    """
    groups: dict[Any, dict[str, Moments]] = {}
    for key, found in _grouped(table, columns, [group, arm]):
        groups.setdefault(key[0], {})[str(key[1])] = found
    return groups


def _grouped(
    table: ir.Table, columns: Sequence[str], keys: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], Moments]]:
    absent = [name for name in (*keys, *columns) if name not in table.columns]
    if absent or not columns:
        raise BadInput(
            f"The table lacks {', '.join(absent) or 'an outcome'}; it has "
            f"{', '.join(table.columns)}. Name columns that it has."
        )
    rows = _summed(table, columns, keys).to_pyarrow().to_pylist()
    for row in rows:
        for place, name in enumerate(keys):
            require_known(name, row["n"] if row[f"k{place}"] is None else 0)
        for place, name in enumerate(columns):
            require_known(name, row["n"] - row[f"known{place}"])
            require_known(name, int(not math.isfinite(row[f"p{place}_{place}"])))
        yield tuple(row[f"k{place}"] for place in range(len(keys))), _read(row, columns)


def _summed(table: ir.Table, columns: Sequence[str], keys: Sequence[str]) -> ir.Table:
    named = table.select(
        **{f"k{place}": table[name] for place, name in enumerate(keys)},
        **{f"v{place}": _number(table[name]) for place, name in enumerate(columns)},
    )
    count = range(len(columns))
    sums = {f"s{i}": named[f"v{i}"].sum() for i in count}
    known = {f"known{i}": named[f"v{i}"].count() for i in count}
    products = {
        f"p{i}_{j}": (named[f"v{i}"] * named[f"v{j}"]).sum()
        for i, j in combinations_with_replacement(count, 2)
    }
    groups = [f"k{place}" for place in range(len(keys))]
    totals = named.group_by(groups).agg(n=named.count(), **known, **sums, **products)
    return totals.order_by(groups)


def _number(value: ir.Value) -> ir.FloatingValue:
    if value.type().is_boolean():
        value = value.cast("int8")
    return value.cast("float64")


def _read(row: dict[str, Any], columns: Sequence[str]) -> Moments:
    count = range(len(columns))
    return Moments(
        columns=tuple(columns),
        n=int(row["n"]),
        sums=settled(row[f"s{i}"] for i in count),
        products=tuple(settled(row[f"p{min(i, j)}_{max(i, j)}"] for j in count) for i in count),
    )
