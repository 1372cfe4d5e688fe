"""One row per customer: what was measured and modelled, put together.

Returns of `assemble`, in this order (money in the reporting currency, float64, unless said)

    customer_id        int64 or string, unique
    purchase_count     int64, distinct orders; 0 for a customer with balances only
    repeat_count       int64, days with activity after the first
    first_on, last_on  date of the first and last activity, null without any
    days_since_last    int64, from the last activity to as_of; null without any
    recency_age        int64, from the first activity to the last
    tenure_days        int64, from the first activity (or balance) to as_of
    revenue            amounts of activity before refunds (a bank: turnover)
    net_spend          the same less refunds; may be below 0
    mean_purchase      mean per repeat day, null without one
    median_gap         float64 days, own rhythm, null under 3 active days
    spend_30, spend_90, spend_365, spend_prev_365      net, by windows of days
    r, f, m            int8, 1-5, 5 is best; null without activity
    rfm                string such as "555"
    rfm_type, rfm_cell codes of the 8 types and of the 25-cell map
    abc_class          "A", "B" or "C" by net_spend (a bank: aum)
    stage              new active loyal at_risk dormant lost reactivated
    p_alive            0-1, probability that the customer still comes; null where no model
                       could be fitted or without activity
    expected_12, expected_36        days with activity, float64
    clv_12, clv_36     expected margin, discounted by the month, before cost to serve.
                       Retail: purchases x spend x margin share. Bank: the present yearly
                       margin for as long as activity is expected to last.
    clv_12_low ... clv_36_high      the middle 80 % of what this customer may bring
    contribution_12    margin, fees and balance margin of the last 365 days less cost to serve
    cost_to_serve_12   contacts of the last 365 days and the yearly cost
    with balances      aum adb_month adb_90 aum_prev_30 flow_5 flow_low flow_high
                       large_movement days_known, see `measures.balances`
    products_held      int64, with holdings
    value              retail: net spend of the last 365 days; bank: aum
    value_at_stake     what stops if the customer leaves. Retail: revenue of the next 12
                       months expected of this customer while he stays (not multiplied by
                       P(alive): who is slipping must not count less for it). Bank: aum.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.measures import rfm as rfm_measure
from regulars.engine.measures.abc import abc_class
from regulars.engine.measures.concentration import AbcCuts
from regulars.engine.measures.lifecycle import stage, stage_with_balance
from regulars.engine.measures.rfm import Cuts
from regulars.engine.value.ahead import foresee
from regulars.engine.value.forecast import Forecaster

HORIZONS = {"12": 12.0, "36": 36.0}

CUSTOMER_COLUMNS = (
    *("customer_id", "purchase_count", "repeat_count", "first_on", "last_on"),
    *("days_since_last", "recency_age", "tenure_days", "revenue", "net_spend"),
    *("mean_purchase", "median_gap", "spend_30", "spend_90", "spend_365", "spend_prev_365"),
    *("r", "f", "m", "rfm", "rfm_type", "rfm_cell", "abc_class", "stage", "p_alive"),
    *("expected_12", "expected_36", "clv_12", "clv_36"),
    *("clv_12_low", "clv_12_high", "clv_36_low", "clv_36_high"),
    *("contribution_12", "cost_to_serve_12"),
    *("aum", "adb_month", "adb_90", "aum_prev_30", "flow_5", "flow_low", "flow_high"),
    *("large_movement", "days_known", "products_held", "value", "value_at_stake"),
)

BALANCE_COLUMNS = (
    *("aum", "adb_month", "adb_90", "aum_prev_30", "flow_5", "flow_low", "flow_high"),
    *("large_movement", "days_known", "balance_income_365"),
)


@dataclass(frozen=True)
class Parts:
    """What a row is made of.

    Attributes
    ----------
    base
        One row per customer, from `gather`, kept.
    pieces
        The same in ranges of customers that rise; empty where one range would do.
    summary
        The rows of `base` with activity.
    margin_share
        Share of net sales that is margin, over the whole base.
    usual_gap
        The rhythm of customers without an own one; see `measures.lifecycle`.
    with_balances, with_holdings
        Whether the ledger has them.
    ahead, pairs
        The models and what they say by pairs (see `value.forecast`); None without models.
    """

    as_of: date
    basis: Basis
    base: ir.Table
    summary: ir.Table
    margin_share: float
    usual_gap: float
    with_balances: bool
    with_holdings: bool
    ahead: Forecaster | None = None
    pairs: ir.Table | None = None
    pieces: tuple[ir.Table, ...] = ()

    @property
    def foreseen(self) -> ir.Table:
        """The base with its forecast beside it, if there is one (lazy)."""
        if self.ahead is None or self.pairs is None:
            return self.base
        return foresee(self.base, self.pairs, self.ahead, HORIZONS)


def gather(
    summary: ir.Table,
    *,
    basis: Basis,
    balances: ir.Table | None,
    held: ir.Table | None,
    contacts: ir.Table | None,
) -> ir.Table:
    """Put what was measured side by side (lazy): one row per customer.

    Parameters
    ----------
    summary
        From `measures.histories`; `monetary`, what RFM calls money, is added: sales before
        refunds, for a bank the 90-day balance.
    balances, held, contacts
        From `measures.balances` and `measures.cost_to_serve`; None where the ledger does
        not give them.
    """
    wide = summary
    if balances is not None:
        kept = balances.select("customer_id", *BALANCE_COLUMNS)
        both = summary.outer_join(kept, "customer_id")
        key = ibis.coalesce(both.customer_id, both.customer_id_right)
        wide = both.mutate(customer_id=key).drop("customer_id_right")
    for table in (held, contacts):
        if table is not None:
            wide = wide.left_join(table, "customer_id").drop("customer_id_right")
    by_balance = basis.value == "aum" and balances is not None
    money = wide.adb_90.fill_null(0.0) if by_balance else wide.revenue
    return wide.mutate(monetary=ibis.greatest(money, 0.0))


def assemble(parts: Parts, cuts: Cuts | None, classes: AbcCuts) -> ir.Table:
    """Make the row of every customer (lazy); see the module for its columns."""
    basis = parts.basis
    wide = _complete(parts.foreseen, parts)
    scored = rfm_measure.score(wide, cuts) if cuts else wide.mutate(**_no_rfm())
    served = _zero(scored, "contact_cost_12") + basis.yearly_cost
    wide = scored.mutate(
        cost_to_serve_12=served.round(4),
        earned_365=_zero(scored, "margin_365")
        + _zero(scored, "fees_365")
        + _zero(scored, "balance_income_365"),
    )
    by_aum = basis.value == "aum"
    ranked = wide.aum.fill_null(0.0) if by_aum else wide.net_spend
    wide = wide.mutate(
        abc_class=abc_class(ranked.fill_null(0.0), classes),
        stage=_stage(wide, parts),
        contribution_12=(wide.earned_365 - wide.cost_to_serve_12).round(4),
        value=(wide.aum.fill_null(0.0) if by_aum else _zero(wide, "spend_365")),
        **_money(wide, parts),
    )
    if parts.with_balances:
        wide = wide.mutate(
            purchase_count=wide.purchase_count.fill_null(0),
            repeat_count=wide.repeat_count.fill_null(0),
            tenure_days=ibis.coalesce(wide.tenure_days, wide.days_known),
            **{name: _zero(wide, name) for name in _SUMS},
        )
    wide = wide.mutate(**{name: wide[name].cast("int64") for name in _COUNTS})
    return wide.select(*[name for name in CUSTOMER_COLUMNS if name in wide.columns])


_SUMS = ("revenue", "net_spend", "spend_30", "spend_90", "spend_365", "spend_prev_365")
_COUNTS = (
    *("purchase_count", "repeat_count", "days_since_last", "recency_age"),
    *("tenure_days", "products_held"),
)


def _complete(wide: ir.Table, parts: Parts) -> ir.Table:
    """Give the columns that a ledger without balances or holdings lacks."""
    columns: dict[str, ir.Value] = {}
    if not parts.with_balances:
        columns["aum"] = ibis.null("float64")
    columns["products_held"] = (
        wide.products_held.fill_null(0) if parts.with_holdings else ibis.null("int64")
    )
    return wide.mutate(**columns)


def _no_rfm() -> dict[str, ir.Value]:
    numbers = {name: ibis.null("int8") for name in ("r", "f", "m")}
    return numbers | {name: ibis.null("string") for name in ("rfm", "rfm_type", "rfm_cell")}


def _stage(wide: ir.Table, parts: Parts) -> ir.StringValue:
    by_activity = ibis.ifelse(
        wide.days_since_last.notnull(),
        stage(wide, usual=parts.usual_gap, basis=parts.basis),
        None,
    )
    if not parts.with_balances:
        return by_activity
    return stage_with_balance(by_activity, wide.aum, wide.days_known, parts.basis)


def _money(wide: ir.Table, parts: Parts) -> dict[str, ir.Value]:
    by_aum = parts.basis.value == "aum"
    if parts.ahead is None:
        empty = ("p_alive", "expected_12", "expected_36", *_CLV)
        stake = wide.aum.fill_null(0.0) if by_aum else ibis.null("float64")
        return {name: ibis.null("float64") for name in empty} | {"value_at_stake": stake}
    columns: dict[str, ir.Value] = {}
    for horizon in HORIZONS:
        columns |= _bank_clv(wide, horizon) if by_aum else _retail_clv(wide, parts, horizon)
    stake = wide.aum.fill_null(0.0) if by_aum else wide.if_alive_12 * wide.expected_spend
    return columns | {"value_at_stake": stake.round(4)}


_CLV = ("clv_12", "clv_36", "clv_12_low", "clv_12_high", "clv_36_low", "clv_36_high")


def _retail_clv(wide: ir.Table, parts: Parts, horizon: str) -> dict[str, ir.Value]:
    share = parts.margin_share
    # The range is of undiscounted money; the customer's own mean discount brings it down.
    discount = wide[f"discounted_{horizon}"] / wide[f"expected_{horizon}"].nullif(0.0)
    discount = discount.fill_null(1.0)
    return {
        f"clv_{horizon}": (wide[f"discounted_{horizon}"] * wide.expected_spend * share).round(
            4
        ),
        f"clv_{horizon}_low": (wide[f"money_low_{horizon}"] * discount * share).round(4),
        f"clv_{horizon}_high": (wide[f"money_high_{horizon}"] * discount * share).round(4),
    }


def _bank_clv(wide: ir.Table, horizon: str) -> dict[str, ir.Value]:
    known = ibis.least(ibis.greatest(wide.days_known, wide.tenure_days, 30), 365)
    yearly = wide.earned_365 * (365.0 / known)
    per_day = yearly / wide.rate
    years = wide[f"discounted_{horizon}"] / wide.rate
    # Customers who never did anything carry the base's mean of remaining years.
    usual = years.mean().over(ibis.window())
    discount = (
        wide[f"discounted_{horizon}"] / wide[f"expected_{horizon}"].nullif(0.0)
    ).fill_null(1.0)
    return {
        f"clv_{horizon}": (yearly * ibis.coalesce(years, usual)).round(4),
        f"clv_{horizon}_low": (wide[f"count_low_{horizon}"] * discount * per_day).round(4),
        f"clv_{horizon}_high": (wide[f"count_high_{horizon}"] * discount * per_day).round(4),
    }


def _zero(wide: ir.Table, name: str) -> ir.FloatingValue:
    return wide[name].fill_null(0.0) if name in wide.columns else ibis.literal(0.0)
