"""What every part of `windows` does with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import ibis
import ibis.expr.types as ir


def joined(
    wide: ir.Table,
    more: ir.Table,
    keys: Sequence[str],
    *,
    how: Literal["left", "outer"] = "left",
) -> ir.Table:
    both = wide.join(more, list(keys), how=how)
    other = {key: f"{key}_right" for key in keys}
    if how == "outer":
        both = both.mutate(
            **{key: ibis.coalesce(both[key], both[right]) for key, right in other.items()}
        )
    return both.drop(*other.values())


def restricted(table: ir.Table, customers: ir.Table | None) -> ir.Table:
    if customers is None:
        return table
    return table.semi_join(customers, "customer_id")


def change_of(now: ir.NumericValue, before: ir.NumericValue) -> ir.FloatingValue:
    size = (now.abs() + before.abs()).cast("float64")
    return (now - before) / size.nullif(0.0)
