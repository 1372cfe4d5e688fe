"""Share of wallet: recorded where somebody asked, else estimated and called so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.averages import balance_steps

YEAR = 365
# A record of what a household keeps elsewhere grows stale.
OLDEST_DAYS = 730
COLUMNS = ("customer_id", "category", "amount", "recorded_on")


def own_by_category(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    categories: Mapping[str, str] | None = None,
) -> ir.Table:
    """Give what each customer keeps or spends with us, by category.

    Parameters
    ----------
    basis
        `value` decides: balances of the day, or net spend of 365 days.
    categories
        Category by product id; a product that is not named is a category of its own.
        Purchases without it take their own category, "" where they name none.

    Returns
    -------
    Table, one row per customer and category (lazy)
        customer_id; category : string; own : float64, not below 0

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1], "amount": [5.0, 7.0],
    ...     "local_date": [date(2026, 1, 1)] * 2, "category": ["tea", "tea"]})
    >>> own_by_category(Ledger(sold), as_of=date(2026, 3, 1), basis=RETAIL
    ...                 ).to_pyarrow()["own"].to_pylist()
    [12.0]
    """
    if basis.value == "aum":
        rows = balance_steps(ledger, since=as_of, as_of=as_of)
        rows = rows.filter(rows.stop > day_number(as_of))
        rows = rows.mutate(item=rows.product_id, amount=rows.balance)
    else:
        known = facts(ledger, until=as_of)
        spent = known.kind.isin(basis.activity) | (known.kind == "refund")
        rows = known.filter(spent & (known.day > day_number(as_of) - YEAR))
        column = "product_id" if categories else "category"
        named = column in rows.columns
        rows = rows.mutate(item=rows[column].cast("string") if named else ibis.literal(""))
    item = rows["item"].fill_null("")
    named_item = item.cases(*categories.items(), else_=item) if categories else item
    per = rows.group_by("customer_id", category=named_item).agg(own=rows.amount.sum())
    return per.mutate(own=ibis.greatest(money(per.own, ledger), 0.0))


def wallet_gaps(
    own: ir.Table, wallets: ir.Table, *, as_of: date, oldest_days: int = OLDEST_DAYS
) -> ir.Table:
    """Compare what was recorded of each wallet with what we have of it.

    Parameters
    ----------
    own
        From `own_by_category`.
    wallets
        customer_id, category, amount (reporting currency: what the customer keeps or
        spends in that category with everybody), recorded_on (date). The latest record by
        `as_of` counts; records older than `oldest_days` do not.

    Returns
    -------
    Table, one row per customer and category recorded (lazy)
        customer_id; category; wallet : float64, >= own: a record below what we have is
        out of date; own : float64; gap : float64, >= 0; share : float64, 0-1, null for an
        empty wallet; recorded_on : date

    Raises
    ------
    BadInput
        where a column is missing

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> own = ibis.memtable({"customer_id": [1], "category": ["fund"], "own": [20.0]})
    >>> said = ibis.memtable({"customer_id": [1], "category": ["fund"], "amount": [80.0],
    ...                       "recorded_on": [date(2026, 1, 1)]})
    >>> row = wallet_gaps(own, said, as_of=date(2026, 3, 1)).to_pyarrow().to_pylist()[0]
    >>> row["share"], row["gap"]
    (0.25, 60.0)
    """
    lacking = [name for name in COLUMNS if name not in wallets.columns]
    if lacking:
        raise BadInput(
            f"The wallets lack {', '.join(lacking)}; a record needs a customer, a category, "
            "an amount and the day it was recorded."
        )
    latest = _latest(wallets, as_of=as_of, oldest_days=oldest_days)
    both = latest.left_join(own, ["customer_id", "category"])
    kept = both.own.fill_null(0.0)
    wallet = ibis.greatest(both.amount, kept)
    return both.select(
        customer_id=both.customer_id,
        category=both.category,
        wallet=wallet,
        own=kept,
        gap=(wallet - kept).round(4),
        share=(kept / wallet.nullif(0.0)).round(6),
        recorded_on=both.recorded_on,
    )


def share_of_wallet(
    potentials: ir.Table,
    gaps: ir.Table | None = None,
) -> ir.Table:
    """Give each customer's share of wallet: recorded, else estimated by his potential.

    Parameters
    ----------
    potentials
        From `find_potentials` or `with_evidence`.
    gaps
        From `wallet_gaps`; None where nothing was ever recorded.

    Returns
    -------
    Table, one row per customer of `potentials` (lazy)
        customer_id
        wallet_share : float64, 0-1; recorded: over the recorded categories; estimated:
            value / potential; null where both are 0
        wallet_gap : float64, >= 0, what is elsewhere, by the same
        wallet_estimated : boolean, nothing recorded
        wallet_categories : int64, recorded; 0 where estimated
        wallet_recorded_on : date, the oldest of the records used; null where estimated

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1], "value": [10.0], "potential": [40.0]})
    >>> row = share_of_wallet(table).to_pyarrow().to_pylist()[0]
    >>> row["wallet_share"], row["wallet_estimated"]
    (0.25, True)
    """
    guess = potentials.value / potentials.potential.nullif(0.0)
    missing = potentials.potential - potentials.value
    if gaps is None:
        return potentials.select(
            "customer_id",
            wallet_share=guess.round(6),
            wallet_gap=missing.round(4),
            wallet_estimated=ibis.literal(True),
            wallet_categories=ibis.literal(0, "int64"),
            wallet_recorded_on=ibis.null("date"),
        )
    per = gaps.group_by("customer_id").agg(
        own=gaps.own.sum(),
        wallet=gaps.wallet.sum(),
        gap=gaps.gap.sum(),
        categories=gaps.count(),
        recorded_on=gaps.recorded_on.min(),
    )
    known = potentials.select("customer_id", guess=guess, missing=missing)
    wide = known.left_join(per, "customer_id").drop("customer_id_right")
    recorded = wide.categories.notnull()
    return wide.select(
        "customer_id",
        wallet_share=ibis.ifelse(
            recorded, wide.own / wide.wallet.nullif(0.0), wide.guess
        ).round(6),
        wallet_gap=ibis.ifelse(recorded, wide.gap, wide.missing).round(4),
        wallet_estimated=~recorded,
        wallet_categories=wide.categories.fill_null(0),
        wallet_recorded_on=wide.recorded_on,
    )


def _latest(wallets: ir.Table, *, as_of: date, oldest_days: int) -> ir.Table:
    on = wallets.recorded_on.cast("date")
    rows = wallets.select(
        *("customer_id", "category"),
        amount=ibis.greatest(wallets.amount.cast("float64").fill_null(0.0), 0.0),
        recorded_on=on,
    )
    known = rows.filter(
        (rows.recorded_on <= as_of) & (rows.recorded_on > as_of - timedelta(days=oldest_days))
    )
    # Of two records of one day the larger: a wallet is rather overlooked than invented.
    latest = ibis.window(
        group_by=[known.customer_id, known.category],
        order_by=[known.recorded_on.desc(), known.amount.desc()],
    )
    ranked = known.mutate(place=ibis.row_number().over(latest))
    return ranked.filter(ranked.place == 0).drop("place")
