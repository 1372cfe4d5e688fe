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
from regulars.engine.measures.lifecycle import stage, stage_with_balance, usual_gap
from regulars.engine.measures.rfm import Cuts

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
    """What a row is made of; tables by customer_id.

    Attributes
    ----------
    summary
        From `measures.activity.summarise`, with `monetary`.
    balances, held, contacts, forecast
        None where the ledger or the models do not give them.
    margin_share
        Share of net sales that is margin, over the whole base.
    """

    as_of: date
    basis: Basis
    summary: ir.Table
    margin_share: float
    balances: ir.Table | None = None
    held: ir.Table | None = None
    contacts: ir.Table | None = None
    forecast: ir.Table | None = None


def assemble(parts: Parts, cuts: Cuts | None, classes: AbcCuts) -> ir.Table:
    """Put the row of every customer together; see the module for its columns."""
    wide = _join(parts, cuts)
    basis = parts.basis
    wide = wide.mutate(
        cost_to_serve_12=(wide.contact_cost_12.fill_null(0.0) + basis.yearly_cost).round(4),
        earned_365=_zero(wide, "margin_365")
        + _zero(wide, "fees_365")
        + _zero(wide, "balance_income_365"),
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
    if parts.balances is not None:
        wide = wide.mutate(
            purchase_count=wide.purchase_count.fill_null(0),
            repeat_count=wide.repeat_count.fill_null(0),
            tenure_days=ibis.coalesce(wide.tenure_days, wide.days_known),
            **{name: _zero(wide, name) for name in _SUMS},
        )
    return wide.select(*[name for name in CUSTOMER_COLUMNS if name in wide.columns])


_SUMS = ("revenue", "net_spend", "spend_30", "spend_90", "spend_365", "spend_prev_365")


def _join(parts: Parts, cuts: Cuts | None) -> ir.Table:
    summary = parts.summary
    scored = rfm_measure.score(summary, cuts) if cuts else summary.mutate(**_no_rfm())
    if parts.balances is None:
        wide = scored.mutate(aum=ibis.null("float64"))
    else:
        kept = parts.balances.select("customer_id", *BALANCE_COLUMNS)
        both = scored.outer_join(kept, "customer_id")
        wide = both.mutate(
            customer_id=ibis.coalesce(both.customer_id, both.customer_id_right)
        ).drop("customer_id_right")
    wide = _left(wide, parts.held, {"products_held": "int64"})
    if parts.held is not None:
        wide = wide.mutate(products_held=wide.products_held.fill_null(0))
    wide = _left(wide, parts.contacts, {"contact_cost_12": "float64"})
    return _left(wide, parts.forecast, {})


def _left(wide: ir.Table, table: ir.Table | None, absent: dict[str, str]) -> ir.Table:
    if table is not None:
        return wide.left_join(table, "customer_id").drop("customer_id_right")
    return wide.mutate(**{name: ibis.null(kind) for name, kind in absent.items()})


def _no_rfm() -> dict[str, ir.Value]:
    numbers = {name: ibis.null("int8") for name in ("r", "f", "m")}
    return numbers | {name: ibis.null("string") for name in ("rfm", "rfm_type", "rfm_cell")}


def _stage(wide: ir.Table, parts: Parts) -> ir.StringValue:
    usual = usual_gap(parts.summary, parts.basis)
    by_activity = ibis.ifelse(
        wide.days_since_last.notnull(), stage(wide, usual=usual, basis=parts.basis), None
    )
    if parts.balances is None:
        return by_activity
    return stage_with_balance(by_activity, wide.aum, wide.days_known, parts.basis)


def _money(wide: ir.Table, parts: Parts) -> dict[str, ir.Value]:
    by_aum = parts.basis.value == "aum"
    if parts.forecast is None:
        empty = ("p_alive", "expected_12", "expected_36", *_CLV)
        stake = wide.aum.fill_null(0.0) if by_aum else ibis.null("float64")
        return {name: ibis.null("float64") for name in empty} | {"value_at_stake": stake}
    columns: dict[str, ir.Value] = {}
    for horizon in ("12", "36"):
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
