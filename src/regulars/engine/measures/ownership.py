"""How many kinds of product customers hold, and who of those who could holds which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, known_balances
from regulars.engine.measures.balances import latest_holdings
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi

YEAR = timedelta(days=365)


def categories_held(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    categories: Mapping[str, str] | None = None,
) -> ir.Table:
    """List the product categories each customer holds on the day.

    What is held: holdings not closed and not matured, and accounts with a balance above 0
    whose product is named. Where the ledger has neither, the categories (else products)
    bought within 365 days.

    Parameters
    ----------
    categories
        Category by product id; a product that is not named is a category of its own.
        None takes every product for a category, except that purchases bring theirs.

    Returns
    -------
    Table, one row per customer and category (lazy)
        customer_id; category : string

    Raises
    ------
    BadInput
        where no table names a product

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1], "amount": [5.0, 5.0],
    ...     "local_date": [date(2026, 1, 1)] * 2, "category": ["tea", "cake"]})
    >>> table = categories_held(Ledger(sold), as_of=date(2026, 3, 1), basis=RETAIL)
    >>> sorted(table.to_pyarrow()["category"].to_pylist())
    ['cake', 'tea']
    """
    parts = [part for part in (_held(ledger, as_of), _kept(ledger, as_of)) if part is not None]
    if parts:
        both = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
        named = both.mutate(category=_category(both.item, categories))
    else:
        named = _bought(ledger, as_of, basis, categories)
    return named.select("customer_id", "category").distinct()


def products_per_customer(held: ir.Table, active: ir.Table | None = None) -> ir.Table:
    """Count the categories each active customer holds.

    Parameters
    ----------
    held
        From `categories_held`.
    active
        Table with customer_id, once each: the active customers. None takes all who hold
        anything. A customer in both counts; one who holds without being active does not.

    Returns
    -------
    Table, one row per active customer (lazy)
        customer_id; categories_held : int64, >= 0; holds_2, holds_3 : boolean, at least so
        many; active : boolean, true

    Examples
    --------
    >>> import ibis
    >>> held = ibis.memtable({"customer_id": [1, 1, 2], "category": ["a", "b", "a"]})
    >>> table = products_per_customer(held).order_by("customer_id")
    >>> table.to_pyarrow()["categories_held"].to_pylist()
    [2, 1]
    """
    counted = held.group_by("customer_id").agg(categories_held=held.category.nunique())
    if active is not None:
        everybody = active.select("customer_id")
        counted = everybody.left_join(counted, "customer_id").drop("customer_id_right")
        counted = counted.mutate(categories_held=counted.categories_held.fill_null(0))
    return counted.mutate(
        holds_2=counted.categories_held >= 2,
        holds_3=counted.categories_held >= 3,
        active=ibis.literal(True),
    )


def ownership_figures(customers: ir.Table) -> list[Kpi]:
    """Count products per customer and the cross-sell ratios of the base.

    Parameters
    ----------
    customers
        From `products_per_customer`.

    Returns
    -------
    list of Kpi
        `products_per_customer` (categories over active customers), `cross_sell_2` and
        `cross_sell_3` (customers with so many categories over active customers)

    Examples
    --------
    >>> import ibis
    >>> held = ibis.memtable({"customer_id": [1, 1, 2], "category": ["a", "b", "a"]})
    >>> [figure.value for figure in ownership_figures(products_per_customer(held))]
    [1.5, 0.5, 0.0]
    """
    ratio = "Active customers with {} or more product categories, over active customers."
    return count_figures(
        customers,
        [
            Figure(
                "products_per_customer",
                "categories_held",
                "active",
                "active",
                "active",
                "Distinct product categories held, over active customers.",
            ),
            Figure(
                "cross_sell_2", "holds_2", "active", "active", "holds_2", ratio.format("two")
            ),
            Figure(
                "cross_sell_3", "holds_3", "active", "active", "holds_3", ratio.format("three")
            ),
        ],
    )


def penetration(
    held: ir.Table, eligible: ir.Table, *, categories: Sequence[str] | None = None
) -> ir.Table:
    """Say for every customer and category he is eligible for whether he holds it.

    Parameters
    ----------
    held
        From `categories_held`.
    eligible
        Table with customer_id and, where eligibility differs by category, category. Who
        may be offered what is a rule of suitability, decided elsewhere.
    categories
        To look at; needed where `eligible` names none.

    Returns
    -------
    Table, one row per customer and category he is eligible for (lazy)
        customer_id; category; eligible : boolean, true; holds : boolean

    Raises
    ------
    BadInput
        where neither `eligible` nor `categories` name a category

    Examples
    --------
    >>> import ibis
    >>> held = ibis.memtable({"customer_id": [1, 3], "category": ["fund", "fund"]})
    >>> may = ibis.memtable({"customer_id": [1, 2]})
    >>> table = penetration(held, may, categories=["fund"]).order_by("customer_id")
    >>> table.to_pyarrow()["holds"].to_pylist()
    [True, False]
    """
    if "category" in eligible.columns:
        wanted = eligible.select("customer_id", "category").distinct()
        if categories is not None:
            wanted = wanted.filter(wanted.category.isin(list(categories)))
    elif categories:
        names = ibis.memtable(pa.table({"category": sorted(set(categories))}))
        wanted = eligible.select("customer_id").distinct().cross_join(names)
    else:
        raise BadInput(
            "Penetration was asked for no category; name them, or give eligible customers "
            "with a category."
        )
    has = held.mutate(has=ibis.literal(True))
    both = wanted.left_join(has, ["customer_id", "category"])
    return both.select(
        customer_id=both.customer_id,
        category=both.category,
        eligible=ibis.literal(True),
        holds=both.has.fill_null(False),
    )


def penetration_figures(table: ir.Table) -> dict[str, Kpi]:
    """Count the penetration of every category: holders over eligible customers.

    Parameters
    ----------
    table
        From `penetration`.

    Returns
    -------
    dict
        category to Kpi, sorted by category

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1, 2], "category": ["fund", "fund"],
    ...                        "eligible": [True, True], "holds": [True, False]})
    >>> penetration_figures(table)["fund"].value
    0.5
    """
    per = table.group_by("category").agg(
        holders=table.holds.cast("int64").sum(), eligible=table.count()
    )
    said = "Holders of {} among the customers eligible for it, over those."
    return {
        row["category"]: Kpi(
            "penetration",
            row["holders"] / row["eligible"],
            float(row["holders"]),
            float(row["eligible"]),
            int(row["eligible"]),
            said.format(row["category"]),
            "holds",
            "eligible",
        )
        for row in per.order_by("category").to_pyarrow().to_pylist()
    }


def _held(ledger: Ledger, as_of: date) -> ir.Table | None:
    if ledger.holdings is None:
        return None
    current = latest_holdings(ledger)
    live = current.opened_on.cast("date") <= as_of
    for column in ("closed_on", "matures_on"):
        if column in current.columns:
            ends = current[column].cast("date")
            live &= ends.isnull() | (ends > as_of)
    return current.filter(live).select("customer_id", item=current.product_id.cast("string"))


def _kept(ledger: Ledger, as_of: date) -> ir.Table | None:
    if ledger.balances is None or "product_id" not in ledger.balances.columns:
        return None
    rows = known_balances(ledger, until=as_of)
    now = rows.group_by("customer_id", "account", "product_id").agg(
        balance=rows.balance.argmax(rows.day)
    )
    live = now.filter((now.balance > 0) & (now.product_id != ""))
    return live.select("customer_id", item=live.product_id)


def _bought(
    ledger: Ledger, as_of: date, basis: Basis, categories: Mapping[str, str] | None
) -> ir.Table:
    known = facts(ledger, until=as_of)
    known = known.filter(
        known.kind.isin(basis.activity) & (known.day > day_number(as_of - YEAR))
    )
    if categories is None and "category" in known.columns:
        named = known.category.cast("string")
    elif "product_id" in known.columns:
        named = _category(known.product_id.cast("string"), categories)
    else:
        raise BadInput(
            "No table names a product: give holdings, balances with product_id, or "
            "transactions with category or product_id."
        )
    return known.mutate(category=named).filter(named.notnull())


def _category(product: ir.StringValue, categories: Mapping[str, str] | None) -> ir.StringValue:
    return product.cases(*categories.items(), else_=product) if categories else product
