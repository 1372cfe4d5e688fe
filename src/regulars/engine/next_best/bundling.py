"""Bundles: what is bought or held together more often than by chance, and whom to offer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.ledger import Ledger
from regulars.engine.next_best.baskets import Baskets, Unit, count_baskets, lines_of
from regulars.engine.next_best.taking import Of, kind_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SURE = 0.025
# Pairs of which trios are made; their number grows with the cube.
MOST_FOR_TRIOS = 300
# A pair says nothing new beside a trio that has this share of its units.
SAME = 0.8


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


@dataclass(frozen=True)
class _Sets:
    """Sets of items with their counts and their lift over chance."""

    items: Ints
    support: Ints
    lift: Floats
    spread: Floats
    excess: Floats

    def only(self, rows: npt.NDArray[np.generic]) -> _Sets:
        return _Sets(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def sure(self, tests: int) -> _Sets:
        """Keep what is above chance beyond doubt; the largest excess first."""
        bound = NormalDist().inv_cdf(1 - SURE / max(tests, 1))
        kept = self.only(np.log(self.lift) - bound * self.spread > 0)
        columns = [kept.items[:, n] for n in reversed(range(kept.items.shape[1]))]
        return kept.only(np.lexsort((*columns, -kept.excess)))


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
    every = _pairs(baskets, min_support)
    pairs = every.sure(len(baskets.labels) * (len(baskets.labels) - 1) // 2)
    trios = _strongest(_trios(pairs, baskets, bench, min_support))
    pairs = _not_said_by(trios, pairs)
    chosen = sorted(
        [_entry(each, n) for each in (pairs, trios) for n in range(len(each.support))],
        key=lambda entry: (-entry[3], entry[0]),
    )
    return _told(chosen[:most], baskets, lines, bench, of_class)


_Entry = tuple[tuple[int, ...], int, float, float, float]


def _entry(sets: _Sets, n: int) -> _Entry:
    items = tuple(int(item) for item in sets.items[n])
    lift, spread = float(sets.lift[n]), float(sets.spread[n])
    return items, int(sets.support[n]), lift, float(sets.excess[n]), spread


def _pairs(baskets: Baskets, min_support: int) -> _Sets:
    one = baskets.lines.select("key", a="item")
    two = baskets.lines.select("key", b="item")
    both = one.join(two, "key").filter(lambda t: t.a < t.b)
    counts = both.group_by("a", "b").agg(n=both.count())
    found = counts.filter(counts.n >= min_support).order_by("a", "b").to_pyarrow()
    items = np.column_stack([found["a"].to_numpy(), found["b"].to_numpy()])
    support = found["n"].to_numpy()
    left, right = baskets.held[items[:, 0]], baskets.held[items[:, 1]]
    return _against_chance(items, support, left, right, baskets.units)


def _against_chance(items: Ints, support: Ints, left: Ints, right: Ints, units: int) -> _Sets:
    """Compare with two things meeting by chance; spread of the log lift by the delta rule."""
    expected = left * right / units
    spread = np.sqrt(np.maximum(1 / support - 1 / left - 1 / right + 1 / units, 0.0) + 1e-12)
    return _Sets(items, support, support / expected, spread, support - expected)


def _trios(pairs: _Sets, baskets: Baskets, bench: Workbench, min_support: int) -> _Sets:
    """Count the trios all of whose pairs go together."""
    known = {
        (int(a), int(b)): int(n) for (a, b), n in zip(pairs.items, pairs.support, strict=True)
    }
    wanted = _triangles(list(known)[:MOST_FOR_TRIOS])
    items = np.array(wanted, np.int64).reshape(-1, 3)
    if not len(items):
        return _against_chance(items, *(np.zeros(0, np.int64),) * 3, baskets.units)
    found = _count_trios(items, baskets, bench)
    support = np.array([found.get(trio, 0) for trio in wanted], np.int64)
    often = support >= min_support
    items, support = items[often], support[often]
    splits = [_split(items, pair, third, known, baskets) for pair, third in _SPLITS]
    chance = np.stack([left * right for left, right in splits])
    hardest = chance.argmax(axis=0) if len(items) else np.zeros(0, np.int64)
    rows = np.arange(len(items))
    left = np.stack([each for each, _ in splits])[hardest, rows]
    right = np.stack([each for _, each in splits])[hardest, rows]
    made = _against_chance(items, support, left, right, baskets.units)
    return made.sure(len(wanted))


_SPLITS = (((0, 1), 2), ((0, 2), 1), ((1, 2), 0))


def _split(
    items: Ints,
    pair: tuple[int, int],
    third: int,
    known: dict[tuple[int, int], int],
    of: Baskets,
) -> tuple[Ints, Ints]:
    together = [known[int(row[pair[0]]), int(row[pair[1]])] for row in items]
    return np.array(together, np.int64), of.held[items[:, third]]


def _triangles(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    known = set(pairs)
    after: dict[int, list[int]] = {}
    for a, b in sorted(pairs):
        after.setdefault(a, []).append(b)
    return [
        (a, b, c)
        for a, others in after.items()
        for b, c in combinations(others, 2)
        if (b, c) in known
    ]


def _count_trios(
    items: Ints, baskets: Baskets, bench: Workbench
) -> dict[tuple[int, int, int], int]:
    wanted = bench.bring(pa.table({"a": items[:, 0], "b": items[:, 1], "c": items[:, 2]}))
    lines = baskets.lines
    one, two = lines.select("key", a="item"), lines.select("key", b="item")
    both = one.join(two, "key").filter(lambda t: t.a < t.b)
    both = both.semi_join(wanted, ["a", "b"]).select("key", "a", "b")
    three = both.join(wanted, ["a", "b"])
    three = three.semi_join(lines.select("key", c="item"), ["key", "c"])
    counts = three.group_by("a", "b", "c").agg(n=three.count()).to_pyarrow().to_pylist()
    return {(row["a"], row["b"], row["c"]): row["n"] for row in counts}


def _strongest(trios: _Sets) -> _Sets:
    """Of trios that share two products keep the first, which has the largest excess."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for n, trio in enumerate(trios.items):
        inside = set(combinations((int(item) for item in trio), 2))
        if not inside & taken:
            kept.append(n)
            taken |= inside
    return trios.only(np.array(kept, np.int64))


def _not_said_by(trios: _Sets, pairs: _Sets) -> _Sets:
    most: dict[tuple[int, int], int] = {}
    for trio, support in zip(trios.items, trios.support, strict=True):
        for pair in combinations((int(item) for item in trio), 2):
            most[pair] = max(most.get(pair, 0), int(support))
    said = [
        most.get((int(a), int(b)), 0) >= SAME * support
        for (a, b), support in zip(pairs.items, pairs.support, strict=True)
    ]
    return pairs.only(~np.array(said, bool))


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
