"""Net new money: what customers brought and took, without interest and the market."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.averages import balance_steps
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi


@dataclass(frozen=True, kw_only=True)
class MoneyKinds:
    """Which kinds of transaction bring money and which take it.

    Attributes
    ----------
    inward, outward
        Kinds; a refund lessens what `purchase` took, where `purchase` is outward.
    interest
        Kinds that the bank pays on balances; neither brought nor taken.
    internal
        Categories of moves between own products. They are left out where the product is a
        managed asset, because the money stays within the assets; what a loan pays out
        and takes back is counted.
    """

    inward: tuple[str, ...] = ("inflow", "payroll")
    outward: tuple[str, ...] = ("outflow", "purchase", "fee")
    interest: tuple[str, ...] = ("interest",)
    internal: tuple[str, ...] = ("own_product",)


def net_new_money(
    ledger: Ledger,
    *,
    start: date,
    stop: date,
    basis: Basis,
    kinds: MoneyKinds | None = None,
) -> ir.Table:
    """Split the change of each customer's assets into new money, interest and market.

    `aum_end = aum_begin + net_new_money + interest + valuation`, for every customer. Where
    the ledger knows movements of money (any of inflow, outflow, payroll within the
    period), new money is counted from them and `valuation` is what remains; else new
    money is the change of the balances less interest, and `valuation` is 0.

    Parameters
    ----------
    start, stop
        The period, half-open.
    basis
        Products with a weight of 0 in `aum_weights` are no assets; all others count
        in full here, whatever their weight, because money that changes product is not new.

    Returns
    -------
    Table, one row per customer with a balance or a movement by the end (lazy)
        customer_id
        aum_begin, aum_end : float64, at the end of the day before `start` and of the last
        inflow, outflow : float64, 0 where counted from balances; an outflow below 0 is
            refunds that exceed what was taken
        net_new_money : float64
        interest : float64
        valuation : float64, change of prices, and whatever no transaction explains
        counted_from : string, "transactions" or "balances", the same for all

    Raises
    ------
    LedgerError
        where the ledger has no balances

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> moved = ibis.memtable({"customer_id": [1, 1], "amount": [50.0, 2.0],
    ...     "local_date": [date(2026, 3, 5), date(2026, 3, 21)],
    ...     "kind": ["inflow", "interest"]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "balance": [100.0, 155.0],
    ...                       "on": [date(2026, 1, 1), date(2026, 3, 30)]})
    >>> table = net_new_money(Ledger(moved, kept), start=date(2026, 3, 1),
    ...                       stop=date(2026, 4, 1), basis=BANK)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["net_new_money"], row["interest"], row["valuation"]
    (50.0, 2.0, 3.0)
    """
    kinds = kinds or MoneyKinds()
    moved = facts(ledger, until=stop - timedelta(days=1))
    moved = moved.filter(moved.day >= day_number(start))
    known = _knows_movements(moved, kinds)
    assets = _assets(ledger, start=start, stop=stop, basis=basis)
    wide = _both(assets, _flows(moved, ledger, basis, kinds))
    change = wide.aum_end - wide.aum_begin
    new = wide.inflow - wide.outflow if known else change - wide.interest
    zero = ibis.literal(0.0)
    return wide.select(
        "customer_id",
        aum_begin=wide.aum_begin,
        aum_end=wide.aum_end,
        inflow=wide.inflow if known else zero,
        outflow=wide.outflow if known else zero,
        net_new_money=new.round(4),
        interest=wide.interest,
        valuation=(change - new - wide.interest).round(4) if known else zero,
        counted_from=ibis.literal("transactions" if known else "balances"),
    )


def new_money_figures(table: ir.Table) -> list[Kpi]:
    """Count the base's net new money and its parts over the assets at the beginning.

    Parameters
    ----------
    table
        From `net_new_money`.

    Returns
    -------
    list of Kpi
        `net_new_money`, `new_money_interest`, `new_money_valuation`: each over the assets
        at the beginning, all customers together, those who came new as well

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1], "aum_begin": [100.0], "aum_end": [155.0],
    ...     "net_new_money": [50.0], "interest": [2.0], "valuation": [3.0]})
    >>> [(figure.code, figure.value) for figure in new_money_figures(table)][0]
    ('net_new_money', 0.5)
    """
    held = table.mutate(
        everybody=ibis.literal(True),
        begin=table.aum_begin,
    )
    said = {
        "net_new_money": "Money brought less money taken, over the assets at the beginning.",
        "interest": "Interest paid, over the assets at the beginning.",
        "valuation": "Change of prices, over the assets at the beginning.",
    }
    figures = [
        Figure(
            name if name == "net_new_money" else f"new_money_{name}",
            name,
            "begin",
            "everybody",
            "everybody",
            words,
        )
        for name, words in said.items()
    ]
    return count_figures(held, figures)


def _knows_movements(moved: ir.Table, kinds: MoneyKinds) -> bool:
    wanted = sorted({*kinds.inward, "outflow"})
    found = moved.filter(moved.kind.isin(wanted)).limit(1)
    return bool(first_row(found.agg(n=found.count()))["n"])


def _assets(ledger: Ledger, *, start: date, stop: date, basis: Basis) -> ir.Table:
    last = stop - timedelta(days=1)
    lines = balance_steps(ledger, since=start, as_of=last)
    lines = lines.filter(_managed(lines.product_id, basis))
    begin, end = day_number(start) - 1, day_number(last)
    per = lines.group_by("customer_id").agg(
        aum_begin=lines.balance.sum(where=(lines.start <= begin) & (lines.stop > begin)),
        aum_end=lines.balance.sum(where=(lines.start <= end) & (lines.stop > end)),
    )
    return per.mutate(
        **{name: money(per[name].fill_null(0.0), ledger) for name in ("aum_begin", "aum_end")}
    )


def _managed(product: ir.StringValue, basis: Basis) -> ir.BooleanValue:
    outside = sorted(name for name, weight in basis.aum_weights.items() if weight == 0)
    return ~product.isin(outside) if outside else ibis.literal(True)


def _flows(moved: ir.Table, ledger: Ledger, basis: Basis, kinds: MoneyKinds) -> ir.Table:
    counted = ~_within(moved, basis, kinds.internal)
    size = moved.amount.abs()
    taken = moved.kind.isin(kinds.outward)
    if "purchase" in kinds.outward:
        # What a shop gives back was never taken.
        size = ibis.ifelse(moved.kind == "refund", -size, size)
        taken |= moved.kind == "refund"
    per = moved.group_by("customer_id").agg(
        inflow=size.sum(where=moved.kind.isin(kinds.inward) & counted),
        outflow=size.sum(where=taken & counted),
        interest=moved.amount.sum(where=moved.kind.isin(kinds.interest)),
    )
    names = ("inflow", "outflow", "interest")
    return per.mutate(**{name: money(per[name].fill_null(0.0), ledger) for name in names})


def _within(moved: ir.Table, basis: Basis, internal: Collection[str]) -> ir.BooleanValue:
    if "category" not in moved.columns or not internal:
        return ibis.literal(False)
    inside = moved.category.cast("string").isin(sorted(internal)).fill_null(False)
    if "product_id" not in moved.columns:
        return inside
    return inside & _managed(moved.product_id.cast("string").fill_null(""), basis)


def _both(assets: ir.Table, flows: ir.Table) -> ir.Table:
    both = assets.outer_join(flows, "customer_id")
    names = ("aum_begin", "aum_end", "inflow", "outflow", "interest")
    filled = both.mutate(
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right),
        **{name: both[name].fill_null(0.0) for name in names},
    )
    return filled.drop("customer_id_right")
