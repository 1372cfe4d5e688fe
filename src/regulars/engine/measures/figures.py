"""From a table of customers to key figures with numerator, denominator and n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.measures.kpis import Kpi


@dataclass(frozen=True)
class Figure:
    """How one key figure is counted from a table with a row per customer.

    Attributes
    ----------
    code
        Its name.
    top, bottom
        Columns that are summed for the numerator and the denominator; a boolean column
        counts its customers.
    among
        Boolean column: the customers of the denominator; the numerator is summed over
        them only.
    behind
        Boolean column: the customers behind the numerator.
    definition
        In words.
    """

    code: str
    top: str
    bottom: str
    among: str
    behind: str
    definition: str


def count_figures(customers: ir.Table, figures: Sequence[Figure]) -> list[Kpi]:
    """Count key figures from one table, in one query.

    Parameters
    ----------
    customers
        One row per customer with the columns that `figures` name; nulls count as nothing.

    Returns
    -------
    list of Kpi
        in the order of `figures`; `value` is None where the denominator is not above 0.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1, 2], "kept": [3.0, 9.0],
    ...                        "due": [10.0, 10.0], "asked": [True, True]})
    >>> wanted = Figure("kept", "kept", "due", "asked", "asked", "Kept over due.")
    >>> [figure.value for figure in count_figures(table, [wanted])]
    [0.6]
    """
    sums: dict[str, ir.Value] = {}
    for number, each in enumerate(figures):
        among = customers[each.among].fill_null(False)
        sums[f"top_{number}"] = _number(customers[each.top]).sum(where=among)
        sums[f"bottom_{number}"] = _number(customers[each.bottom]).sum(where=among)
        sums[f"n_{number}"] = among.cast("int64").sum()
    row = first_row(customers.agg(**sums))
    return [_kpi(each, row, number) for number, each in enumerate(figures)]


def _number(column: ir.Value) -> ir.FloatingValue:
    return column.cast("float64").fill_null(0.0)


def _kpi(figure: Figure, row: dict[str, float | None], number: int) -> Kpi:
    # Ten-thousandths of money: the last digits of a sum depend on the order of threads.
    top = round(float(row[f"top_{number}"] or 0.0), 4)
    bottom = round(float(row[f"bottom_{number}"] or 0.0), 4)
    return Kpi(
        figure.code,
        top / bottom if bottom > 0 else None,
        top,
        bottom,
        int(row[f"n_{number}"] or 0),
        figure.definition,
        figure.behind,
        figure.among,
    )
