"""What each customer brings after what he costs, and through which channel he costs it."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, LedgerError
from regulars.engine.measures.figures import Figure, count_figures
from regulars.engine.measures.kpis import Kpi

YEAR = timedelta(days=365)


def cost_by_channel(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Count the contacts of the last 365 days and their cost, by channel.

    Returns
    -------
    Table, one row per customer and channel with a contact (lazy)
        customer_id; channel : string; contacts : int64; cost : float64, the touch's own
        cost, else `basis.contact_costs` by channel, else 0

    Raises
    ------
    LedgerError
        where the ledger has no touches

    Examples
    --------
    >>> from datetime import date, datetime
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 1)],
    ...                       "amount": [1.0]})
    >>> touched = ibis.memtable({"customer_id": [1, 1], "channel": ["visit", "visit"],
    ...                          "at": [datetime(2026, 1, 5), datetime(2026, 2, 5)]})
    >>> table = cost_by_channel(Ledger(sold, touches=touched), as_of=date(2026, 3, 1),
    ...                         basis=BANK)
    >>> table.to_pyarrow().to_pylist()
    [{'customer_id': 1, 'channel': 'visit', 'contacts': 2, 'cost': 160.0}]
    """
    touches = ledger.touches
    if touches is None:
        raise LedgerError("This ledger has no touches. Give Ledger(touches=...) a table.")
    day = touches["at"].cast("date")
    recent = touches.filter((day <= as_of) & (day > as_of - YEAR))
    prices = [(name, float(cost)) for name, cost in basis.contact_costs.items()]
    by_channel = recent.channel.cases(*(prices or [("", 0.0)]), else_=0.0)
    cost = by_channel
    if "cost" in recent.columns:
        cost = ibis.coalesce(recent.cost.cast("float64") / ledger.scale, by_channel)
    return recent.group_by("customer_id", "channel").agg(
        contacts=recent.count(), cost=cost.sum().round(4)
    )


def contributions(
    sums: ir.Table,
    *,
    basis: Basis,
    kept: ir.Table | None = None,
    costs: ir.Table | None = None,
) -> ir.Table:
    """Put together what each customer brought in 365 days and what he cost.

    Parameters
    ----------
    sums
        From `measures.activity.totals`.
    kept
        From `measures.balances.balances`; None counts no margin on balances.
    costs
        From `cost_by_channel`; None counts no contacts.

    Returns
    -------
    Table, one row per customer of `sums` or `kept` (lazy)
        customer_id
        margin, fees, balance_income : float64
        contacts : int64; contact_cost, keeping_cost : float64, keeping is
            `basis.yearly_cost`
        contribution : float64, the income less the cost
        costs_more : boolean, contribution < 0
        costliest_channel : string, where most of the contact cost arose; null where none
        costliest_channel_cost : float64, what leading the customer to self-service could
            save there; null where none

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import Basis
    >>> sums = ibis.memtable({"customer_id": [1], "margin_365": [50.0], "fees_365": [10.0]})
    >>> costs = ibis.memtable({"customer_id": [1], "channel": ["visit"], "contacts": [1],
    ...                        "cost": [80.0]})
    >>> table = contributions(sums, basis=Basis(yearly_cost=5.0), costs=costs)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["contribution"], row["costs_more"], row["costliest_channel"]
    (-25.0, True, 'visit')
    """
    wide = _income(sums, kept)
    if costs is not None:
        wide = wide.left_join(_costs(costs), "customer_id").drop("customer_id_right")
    else:
        nothing = {"contacts": "int64", "contact_cost": "float64"}
        nothing |= {"costliest_channel": "string", "costliest_channel_cost": "float64"}
        wide = wide.mutate(**{name: ibis.null(kind) for name, kind in nothing.items()})
    wide = wide.mutate(
        contacts=wide.contacts.fill_null(0),
        contact_cost=wide.contact_cost.fill_null(0.0),
        keeping_cost=ibis.literal(float(basis.yearly_cost)),
    )
    left = wide.margin + wide.fees + wide.balance_income - wide.contact_cost
    left = (left - wide.keeping_cost).round(4)
    return wide.select(
        *("customer_id", "margin", "fees", "balance_income"),
        *("contacts", "contact_cost", "keeping_cost"),
        "costliest_channel",
        "costliest_channel_cost",
        contribution=left,
        costs_more=left < 0,
    )


def contribution_figures(customers: ir.Table) -> list[Kpi]:
    """Count what the base brings, what serving it costs, and who costs more than he brings.

    Parameters
    ----------
    customers
        From `contributions`.

    Returns
    -------
    list of Kpi
        `contribution_per_customer`, `cost_to_serve` (cost over income),
        `contact_cost` (per contact), `costing_more` (share of customers below 0)

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import Basis
    >>> sums = ibis.memtable({"customer_id": [1, 2], "margin_365": [50.0, 0.0],
    ...                       "fees_365": [10.0, 0.0]})
    >>> table = contributions(sums, basis=Basis(yearly_cost=6.0))
    >>> {figure.code: figure.value for figure in contribution_figures(table)}["cost_to_serve"]
    0.2
    """
    table = customers.mutate(
        everybody=ibis.literal(True),
        income=customers.margin + customers.fees + customers.balance_income,
        cost=customers.contact_cost + customers.keeping_cost,
        contacted=customers.contacts > 0,
    )
    everybody = ("everybody", "everybody")
    return count_figures(
        table,
        [
            Figure(
                "contribution_per_customer",
                "contribution",
                "everybody",
                *everybody,
                "Margin, fees and margin on balances of 365 days less contacts and keeping, "
                "per customer.",
            ),
            Figure(
                "cost_to_serve",
                "cost",
                "income",
                *everybody,
                "Contacts and keeping of 365 days over margin, fees and margin on balances.",
            ),
            Figure(
                "contact_cost",
                "contact_cost",
                "contacts",
                "contacted",
                "contacted",
                "Cost of contacts over contacts, of 365 days.",
            ),
            Figure(
                "costing_more",
                "costs_more",
                "everybody",
                "everybody",
                "costs_more",
                "Customers who cost more than they brought in 365 days, over all.",
            ),
        ],
    )


def _income(sums: ir.Table, kept: ir.Table | None) -> ir.Table:
    income = sums.select("customer_id", margin=sums.margin_365, fees=sums.fees_365)
    if kept is None:
        return income.mutate(balance_income=ibis.literal(0.0))
    on_balances = kept.select("customer_id", balance_income=kept.balance_income_365)
    both = income.outer_join(on_balances, "customer_id")
    names = ("margin", "fees", "balance_income")
    filled = both.mutate(
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right),
        **{name: both[name].fill_null(0.0) for name in names},
    )
    return filled.drop("customer_id_right")


def _costs(costs: ir.Table) -> ir.Table:
    # Of channels that cost the same, the first by name: the answer must not depend on the
    # order of rows.
    best = ibis.window(group_by=costs.customer_id, order_by=[costs.cost.desc(), costs.channel])
    ranked = costs.mutate(place=ibis.row_number().over(best))
    first = (ranked.place == 0) & (ranked.cost > 0)
    return ranked.group_by("customer_id").agg(
        contacts=ranked.contacts.sum(),
        contact_cost=ranked.cost.sum().round(4),
        costliest_channel=ranked.channel.max(where=first),
        costliest_channel_cost=ranked.cost.max(where=first),
    )
