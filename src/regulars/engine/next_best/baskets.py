"""What was bought at once, or is held by one customer: the units that bundles are found in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.ledger import Ledger, day_number, facts
from regulars.engine.next_best.counting import MOST_OF_ONE, MOST_PAIRS
from regulars.engine.next_best.taking import NoProducts, Of, spells
from regulars.engine.sampling import hash_sample

Unit = Literal["customer", "order"]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Baskets:
    """Units and what is in them.

    Attributes
    ----------
    lines
        key; customer_id; item : int64; amount : float64, null of holdings. One row
        per unit and product.
    labels
        Product ids, by item.
    units
        How many there are, those with other products too.
    held : (i,)
        Units with each product.
    share
        Of the units, the share that was counted; below 1 a sample by hash.
    """

    lines: ir.Table
    labels: tuple[str, ...]
    units: int
    held: Ints
    share: float


def lines_of(
    ledger: Ledger, *, as_of: date, since: date | None, of: Of, unit: Unit
) -> ir.Table:
    """Give key, customer_id, product_id, amount: one row per unit and product (lazy)."""
    if of == "holdings":
        if unit == "order":
            raise BadInput("Holdings have no orders. Take unit 'customer'.")
        return _held(ledger, as_of)
    if of not in ledger.transactions.columns:
        raise NoProducts(f"The transactions have no column {of}. Map it or take another.")
    known = facts(ledger, until=as_of)
    bought = known.filter((known.kind == "purchase") & known[of].notnull())
    if since is not None:
        bought = bought.filter(bought.day >= day_number(since))
    keyed = bought.mutate(key=_key(bought, unit), product_id=bought[of].cast("string"))
    summed = keyed.group_by("key", "customer_id", "product_id").agg(amount=keyed.amount.sum())
    return summed.mutate(amount=summed.amount / float(ledger.scale))


def _held(ledger: Ledger, as_of: date) -> ir.Table:
    taken = spells(ledger, as_of=as_of, of="holdings", again_after=None)
    held = taken.filter(taken.closed.isnull()).select("customer_id", "product_id").distinct()
    return held.mutate(key=held.customer_id.cast("string"), amount=ibis.null("float64")).select(
        "key", "customer_id", "product_id", "amount"
    )


def _key(bought: ir.Table, unit: Unit) -> ir.Value:
    if unit == "customer":
        return bought.customer_id
    customer = bought.customer_id.cast("string")
    day = ibis.literal("day ") + bought.day.cast("string")
    order = bought.order_id.cast("string") if "order_id" in bought.columns else None
    return customer + "\x1f" + (order.fill_null(day) if order is not None else day)


def count_baskets(
    lines: ir.Table, bench: Workbench, *, min_support: int, most_products: int
) -> Baskets:
    """Number the products that are in enough units; sample the units if they are too many."""
    units = int(first_row(lines.agg(n=lines.key.nunique()))["n"])
    counts = lines.group_by("product_id").agg(n=lines.count())
    often = counts.filter(counts.n >= min_support)
    often = often.order_by(often.n.desc(), often.product_id).limit(most_products)
    labels = sorted(row["product_id"] for row in often.to_pyarrow().to_pylist())
    codes = bench.bring(
        pa.table({"product_id": pa.array(labels, pa.string()), "item": np.arange(len(labels))})
    )
    coded = bench.keep(
        lines.join(codes, "product_id").select("key", "customer_id", "item", "amount")
    )
    coded, share = _sampled(coded)
    found = coded.group_by("item").agg(n=coded.count()).to_pyarrow()
    held = np.zeros(len(labels), np.int64)
    held[found["item"].to_numpy()] = found["n"].to_numpy()
    return Baskets(coded, tuple(labels), round(units * share), held, share)


def _sampled(lines: ir.Table) -> tuple[ir.Table, float]:
    sizes = lines.group_by("key").agg(n=lines.count())
    sizes = sizes.filter(sizes.n <= MOST_OF_ONE)
    work = first_row(sizes.agg(pairs=(sizes.n * sizes.n).sum()))["pairs"] or 0
    lines = lines.semi_join(sizes, "key")
    if work <= 2 * MOST_PAIRS:
        return lines, 1.0
    return hash_sample(lines, 2 * MOST_PAIRS / work, key="key")
