"""What every part of `windows` does with its rows."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir


def joined(
    wide: ir.Table, more: ir.Table, *, how: Literal["left", "outer"] = "left"
) -> ir.Table:
    both = wide.join(more, "customer_id", how=how)
    if how == "outer":
        either = ibis.coalesce(both.customer_id, both.customer_id_right)
        both = both.mutate(customer_id=either)
    return both.drop("customer_id_right")


def restricted(table: ir.Table, customers: ir.Table | None) -> ir.Table:
    if customers is None:
        return table
    return table.semi_join(customers, "customer_id")


def change_of(now: ir.NumericValue, before: ir.NumericValue) -> ir.FloatingValue:
    size = (now.abs() + before.abs()).cast("float64")
    return (now - before) / size.nullif(0.0)
