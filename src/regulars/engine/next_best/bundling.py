"""Bundles: what is bought or held together more often than by chance, and whom to offer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.ledger import Ledger
from regulars.engine.next_best.baskets import Baskets, Unit, count_baskets, lines_of
from regulars.engine.next_best.sets import Sets, not_said_by, pairs_of, strongest, trios_of
from regulars.engine.next_best.taking import Of, kind_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bundle:
    """Two or three products that go together.

    Attributes
    ----------
    products
        Product ids, sorted.
    of_class
        The class of customers it was found in; null: all.
    support
        Units (customers or orders) with all of them, >= the least support asked for.
    share
        Of all units (of the class), 0-1.
    lift, lift_low, lift_high
        Support over what chance would give, with 95 % interval; for three products chance
        is the best of its pairs meeting the third.
    excess
        Units more than by chance, >= 0; bundles come in its order.
    revenue_share
        Revenue of these products in these units over all revenue (of the class), 0-1; null
        of holdings.
    offer_to
        Customers who have all but one of the products.
    """

    products: tuple[str, ...]
    of_class: str | None
    support: int
    share: float
    lift: float
    lift_low: float
    lift_high: float
    excess: float
    revenue_share: float | None
    offer_to: int

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def bundles(
    ledger: Ledger,
    *,
    as_of: date,
    of: Of | None = None,
    unit: Unit = "customer",
    by: str | None = None,
    since: date | None = None,
    min_support: int = 30,
    most: int = 50,
    most_products: int = 1000,
) -> list[Bundle]:
    """Find pairs and trios of products that go together more often than by chance.

    Only those stay whose lift is above 1 beyond doubt, though so many pairs were looked at
    (Bonferroni at 2.5 %). A pair is left out beside a trio with 80 % of its units, and of
    trios that share two products only the strongest stays.

    Parameters
    ----------
    of
        As in `next_products`. Holdings are those held on the day.
    unit
        `customer`: had by one customer; `order`: bought at once (order_id, else the day).
    by
        A column of `ledger.attributes`, such as a tier: bundles are found in each class of
        customers by itself, classes with fewer customers than `min_support` are left out.
    since
        First day of purchases; None takes all.
    min_support
        Units that must have the whole bundle, and each product.
    most
        So many bundles, of each class.
    most_products
        The most frequent so many products are looked at.

    Returns
    -------
    list of Bundle
        by class, then by excess over chance, the largest first.

    Raises
    ------
    NoProducts, BadInput
        Nothing names products; orders of holdings; a class that is no attribute.

    References
    ----------
    Agrawal, Srikant (1994), Fast algorithms for mining association rules.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine.ledger import Ledger
    >>> rows = [(n, p) for n in range(400) for p in ("tea", "cup")[: 1 + n % 2 * (n < 300)]]
    >>> rows += [(n, "cup") for n in range(400, 440)] + [(n, "rice") for n in range(500, 900)]
    >>> sales = ibis.memtable(
    ...     {
    ...         "customer_id": [n for n, _ in rows],
    ...         "local_date": [date(2025, 1, 1)] * len(rows),
    ...         "amount": [10.0] * len(rows),
    ...         "product_id": [p for _, p in rows],
    ...     }
    ... )
    >>> (found,) = bundles(Ledger(sales), as_of=date(2025, 12, 31))
    >>> found.products, found.support, round(found.lift, 2), found.offer_to
    (('cup', 'tea'), 150, 1.66, 290)
    """
    bench = Workbench(ledger.transactions.get_backend())
    try:
        kind = of or kind_of(ledger)
        lines = bench.keep(lines_of(ledger, as_of=as_of, since=since, of=kind, unit=unit))
        if by is None:
            return _found(lines, bench, None, min_support, most, most_products)
        found: list[Bundle] = []
        for name, members in _classes(ledger, by, min_support):
            part = lines.semi_join(members, "customer_id")
            found += _found(part, bench, name, min_support, most, most_products)
        return found
    finally:
        bench.clear()


def _classes(ledger: Ledger, by: str, least: int) -> list[tuple[str, ir.Table]]:
    table = ledger.attributes
    if table is None or by not in table.columns:
        raise BadInput(f"The attributes have no column {by}. Name another class.")
    named = table.select("customer_id", of_class=table[by].cast("string"))
    counts = named.group_by("of_class").agg(n=named.count())
    wanted = counts.filter((counts.n >= least) & counts.of_class.notnull())
    rows = wanted.order_by("of_class").to_pyarrow().to_pylist()
    names = [row["of_class"] for row in rows]
    return [(name, named.filter(named.of_class == name)) for name in names]


def _found(
    lines: ir.Table,
    bench: Workbench,
    of_class: str | None,
    min_support: int,
    most: int,
    most_products: int,
) -> list[Bundle]:
    baskets = count_baskets(lines, bench, min_support=min_support, most_products=most_products)
    if len(baskets.labels) < 2:
        return []
    every = pairs_of(baskets, min_support)
    pairs = every.sure(len(baskets.labels) * (len(baskets.labels) - 1) // 2)
    trios = strongest(trios_of(pairs, baskets, bench, min_support))
    pairs = not_said_by(trios, pairs)
    chosen = sorted(
        [_entry(each, n) for each in (pairs, trios) for n in range(len(each.support))],
        key=lambda entry: (-entry[3], entry[0]),
    )
    return _told(chosen[:most], baskets, lines, bench, of_class)


_Entry = tuple[tuple[int, ...], int, float, float, float]


def _entry(sets: Sets, n: int) -> _Entry:
    items = tuple(int(item) for item in sets.items[n])
    lift, spread = float(sets.lift[n]), float(sets.spread[n])
    return items, int(sets.support[n]), lift, float(sets.excess[n]), spread


def _told(
    chosen: Sequence[_Entry],
    baskets: Baskets,
    lines: ir.Table,
    bench: Workbench,
    of_class: str | None,
) -> list[Bundle]:
    if not chosen:
        return []
    members = [(n, item) for n, entry in enumerate(chosen) for item in entry[0]]
    table = bench.bring(
        pa.table(
            {
                "bundle": [n for n, _ in members],
                "item": [item for _, item in members],
                "size": [len(chosen[n][0]) for n, _ in members],
            }
        )
    )
    revenue, total = _revenue(table, baskets), _total(lines, baskets)
    offers = _offers(table, baskets)
    return [
        Bundle(
            products=tuple(baskets.labels[item] for item in items),
            of_class=of_class,
            support=round(support / baskets.share),
            share=support / baskets.units,
            lift=lift,
            lift_low=float(lift * np.exp(-1.959964 * spread)),
            lift_high=float(lift * np.exp(1.959964 * spread)),
            excess=excess / baskets.share,
            revenue_share=revenue.get(n, 0.0) / total if total else None,
            offer_to=round(offers.get(n, 0) / baskets.share),
        )
        for n, (items, support, lift, excess, spread) in enumerate(chosen)
    ]


def _revenue(members: ir.Table, baskets: Baskets) -> dict[int, float]:
    wide = baskets.lines.join(members, "item")
    per = wide.group_by("bundle", "key", "size").agg(n=wide.count(), amount=wide.amount.sum())
    whole = per.filter(per.n == per["size"])
    sums = whole.group_by("bundle").agg(amount=whole.amount.sum().round(4))
    rows = sums.to_pyarrow().to_pylist()
    return {row["bundle"]: float(row["amount"] or 0.0) for row in rows}


def _total(lines: ir.Table, baskets: Baskets) -> float:
    total = first_row(lines.agg(amount=lines.amount.sum().round(4)))["amount"]
    return float(total or 0.0) * baskets.share


def _offers(members: ir.Table, baskets: Baskets) -> dict[int, int]:
    has = baskets.lines.select("customer_id", "item").distinct().join(members, "item")
    per = has.group_by("bundle", "customer_id", "size").agg(n=has.count())
    part = per.filter(per.n == per["size"] - 1)
    rows = part.group_by("bundle").agg(n=part.count()).to_pyarrow().to_pylist()
    return {row["bundle"]: row["n"] for row in rows}
