"""Whom to offer a bundle: those who have all of it but one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.ledger import Ledger
from regulars.engine.next_best.baskets import lines_of
from regulars.engine.next_best.taking import Of, kind_of


def bundle_prospects(
    ledger: Ledger,
    products: Sequence[str],
    *,
    as_of: date,
    of: Of | None = None,
    customers: ir.Table | None = None,
    declined: ir.Table | None = None,
) -> ir.Table:
    """Give the customers who have all of a bundle but one, and what they lack.

    Parameters
    ----------
    products
        Two or more product ids, as in `Bundle.products`.
    customers
        A table of customer_id to choose from, such as one tier; None takes all.
    declined
        customer_id, product_id, until (null for ever): who said "not now" to the missing
        product is left out before that day.

    Returns
    -------
    Table, one row per customer (lazy)
        customer_id; product_id : string, the one that is missing

    Raises
    ------
    BadInput
        Fewer than two products.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine.ledger import Ledger
    >>> sales = ibis.memtable(
    ...     {
    ...         "customer_id": [1, 1, 2],
    ...         "local_date": [date(2025, 1, 1)] * 3,
    ...         "amount": [10.0, 5.0, 10.0],
    ...         "product_id": ["tea", "cup", "tea"],
    ...     }
    ... )
    >>> found = bundle_prospects(Ledger(sales), ["tea", "cup"], as_of=date(2025, 12, 31))
    >>> found.to_pyarrow().to_pylist()
    [{'customer_id': 2, 'product_id': 'cup'}]
    """
    wanted = sorted({str(name) for name in products})
    if len(wanted) < 2:
        raise BadInput(f"{list(products)} is no bundle; name two products or more.")
    kind = of or kind_of(ledger)
    lines = lines_of(ledger, as_of=as_of, since=None, of=kind, unit="customer")
    has = lines.filter(lines.product_id.isin(wanted))
    per = has.group_by("customer_id").agg(
        n=has.count(),
        **{f"has_{n}": (has.product_id == name).any() for n, name in enumerate(wanted)},
    )
    part = per.filter(per.n == len(wanted) - 1)
    lacks = ibis.cases(*[(~part[f"has_{n}"], name) for n, name in enumerate(wanted)])
    found = part.select("customer_id", product_id=lacks)
    if customers is not None:
        found = found.semi_join(customers, "customer_id")
    if declined is not None:
        until = declined.until.cast("date")
        resting = declined.filter(until.isnull() | (until > as_of))
        found = found.anti_join(resting, ["customer_id", "product_id"])
    return found
