"""ABC: the class of every row, by the cut values that `concentration` measured."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regulars.engine.measures.concentration import AbcCuts


def abc_class(value: ir.FloatingValue, cuts: AbcCuts) -> ir.StringValue:
    """Class each customer: "A", "B" or "C"; no value is C."""
    positive = value > 0
    return ibis.cases(
        (positive & (value >= cuts.a), "A"),
        (positive & (value >= cuts.b), "B"),
        else_="C",
    )
