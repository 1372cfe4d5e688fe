"""Would it have worked here? The models are fitted on the past and judged on what followed.

The last quarter of the company's own history (at least 90 days, at most a year) is kept
from the models; they are compared with the two things anybody can do without them: carry
each customer's own rate forward, and believe in past revenue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.evaluate.metrics import Errors, Floats, errors, share_caught
from regulars.engine.ledger import Ledger
from regulars.engine.measures.histories import histories
from regulars.engine.models import MBG_NBD, DropoutModel, Histories, NoFit, cnbd
from regulars.engine.models.choice import Choice, Records, choose
from regulars.engine.sampling import hash_sample
from regulars.engine.value.ahead import look_ahead
from regulars.engine.value.forecast import forecaster, histories_of

SHORTEST_HISTORY = 26 * 7
SHORTEST_HOLDOUT, LONGEST_HOLDOUT = 90, 365
MONTH = 365.0 / 12
# What forecasts are made with, the default first: models whose P(alive) is closed in
# (x, t_x, T), so that a query scores millions. BG/NBD is fitted beside them as the reference;
# it takes everybody without a repeat for alive, which is of no use to a manager.
MODELS = (MBG_NBD, cnbd(2), cnbd(3), cnbd(4))
# Shares and errors of so many customers are good to a fraction of a per cent.
MOST_CUSTOMERS = 200_000
# A top fifth chosen by chance brings a fifth. Below this no way of choosing is worth a list.
NO_SIGNAL_GINI = 0.05

METHODS = ("model", "naive_rate", "past_revenue")
_NAMES = {
    "model": "the model",
    "naive_rate": "the naive rate",
    "past_revenue": "past revenue",
}


@dataclass(frozen=True)
class Quality:
    """What the back-test found.

    Attributes
    ----------
    skipped
        Why there is no back-test; null where there is one, and then the rest is filled.
    cutoff, holdout_days, customers
        Customers known at the end of `cutoff` were forecast over the days after it.
    share
        Of the base that was judged: above 200,000 customers a sample by hash of the id.
    purchases, revenue
        Errors by method, on purchase days and on net money.
    top_fifth
        By method, the share of the held-out revenue that the chosen fifth brought, 0-1.
    hindsight
        The same for whoever knew the future.
    coverage
        Share of customers whose revenue fell into the model's 80 % range, 0-1.
    level_winner, choice_winner
        The method that met the amounts best (by RMSE of purchases) and that chose best.
    verdict
        One sentence for a person.
    """

    skipped: str | None = None
    cutoff: date | None = None
    holdout_days: int = 0
    customers: int = 0
    share: float = 1.0
    purchases: dict[str, Errors] | None = None
    revenue: dict[str, Errors] | None = None
    top_fifth: dict[str, float] | None = None
    hindsight: float | None = None
    coverage: float | None = None
    level_winner: str | None = None
    choice_winner: str | None = None
    verdict: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        if self.skipped is not None:
            return {"skipped": self.skipped, "verdict": self.verdict}
        return {
            "cutoff": self.cutoff.isoformat() if self.cutoff else None,
            "holdout_days": self.holdout_days,
            "customers": self.customers,
            "share": self.share,
            "purchases": {
                name: each.to_dict() for name, each in (self.purchases or {}).items()
            },
            "revenue": {name: each.to_dict() for name, each in (self.revenue or {}).items()},
            "top_fifth": dict(self.top_fifth or {}),
            "hindsight": self.hindsight,
            "coverage": self.coverage,
            "level_winner": self.level_winner,
            "choice_winner": self.choice_winner,
            "verdict": self.verdict,
        }


def holdout_days(span: int) -> int:
    """Give how many of `span` days of history are kept from the models."""
    return min(LONGEST_HOLDOUT, max(SHORTEST_HOLDOUT, span // 4))


@dataclass(frozen=True)
class Past:
    """The same customers at an earlier date and now: what every trial is held against.

    Attributes
    ----------
    then, now
        Their summaries (`measures.histories`) at the end of `cutoff` and now, kept; `now`
        may hold more of them.
    cutoff, length, span
        The last day that was known; days held out; days of history before them.
    share
        Of the base that is tried: above 200,000 customers a sample by hash of the id.
    """

    then: ir.Table
    now: ir.Table
    cutoff: date
    length: int
    span: int
    share: float


class TooShort(BadInput):
    """The history is too short to hold a part of it out."""


def look_back(
    ledger: Ledger,
    now: ir.Table,
    bench: Workbench,
    *,
    first: date | None,
    as_of: date,
    basis: Basis,
    holdout: int | None = None,
) -> Past:
    """Sum up the company as it was known some time ago.

    Parameters
    ----------
    now
        The summary as of `as_of`; what it has more than the one of the cutoff is what
        happened.
    first
        First day with activity; None where there is none.
    holdout
        Days to hold out; None takes `holdout_days`.

    Raises
    ------
    TooShort
        with less than 26 weeks of history.
    """
    span = (as_of - first).days + 1 if first is not None else 0
    if span < SHORTEST_HISTORY:
        raise TooShort(
            f"The history covers {span} days; a back-test needs {SHORTEST_HISTORY} (26 weeks)."
        )
    length = holdout or holdout_days(span)
    cutoff = as_of - timedelta(days=length)
    now, share = _sample(now, bench)
    ledger = ledger.of(now) if share < 1.0 else ledger
    then = bench.keep(histories(ledger, bench, as_of=cutoff, basis=basis))
    return Past(then, now, cutoff, length, span - length, share)


def backtest(past: Past, bench: Workbench, *, basis: Basis, model: DropoutModel) -> Quality:
    """Judge `model` on the company's own history."""
    try:
        fitted = model.fit(histories_of(past.then))
    except NoFit as reason:
        return skipped(str(reason))
    ahead, _ = forecaster(
        past.then, model=model, fitted=fitted, discount_rate=basis.discount_rate
    )
    forecast = look_ahead(past.then, ahead, bench, months={"h": past.length / MONTH})
    return _judge(_meet(past.then, forecast, past.now), past)


def choose_model(past: Past, everything: Histories) -> Choice:
    """Choose how forecasts are made: MBG/NBD unless gaps are even enough for CNBD-k.

    Parameters
    ----------
    everything
        All histories of today, on which the winner is fitted.

    Raises
    ------
    NoFit
        where no model could be fitted.
    """
    columns = ("repeat_count", "recency_age", "tenure_days", "log_gaps")
    then, now = (each.select("customer_id", *columns) for each in (past.then, past.now))
    later = now.rename({f"{name}_now": name for name in columns})
    rows = then.join(later, "customer_id").order_by("customer_id").to_pyarrow()
    at = {name: rows[name].to_numpy() for name in rows.column_names}
    earlier = Records(*[at[name] for name in columns])
    return choose(
        earlier,
        Records(*[at[f"{name}_now"] for name in columns]),
        everything,
        candidates=MODELS,
    )


def _sample(now: ir.Table, bench: Workbench) -> tuple[ir.Table, float]:
    """Take about MOST_CUSTOMERS by a hash of the id, the same ones on every backend."""
    customers = first_row(now.agg(n=now.count()))["n"]
    if customers <= MOST_CUSTOMERS:
        return now, 1.0
    few, share = hash_sample(now, MOST_CUSTOMERS / customers)
    return bench.keep(few), share


def skipped(reason: str) -> Quality:
    """Say why there is no back-test."""
    return Quality(skipped=reason, verdict=f"No back-test yet: {reason}")


def _meet(summary: ir.Table, forecast: ir.Table, now: ir.Table) -> dict[str, Floats]:
    """Put forecast and what followed side by side, one entry per customer."""
    later = now.select("customer_id", days_now="purchase_days", net_now="net_spend")
    wide = summary.join(forecast, "customer_id").join(later, "customer_id")
    columns = wide.select(
        "customer_id",
        expected=wide.expected_h,
        spend=wide.expected_spend,
        low=wide.money_low_h,
        high=wide.money_high_h,
        repeats=wide.repeat_count.cast("float64"),
        age=wide.tenure_days.cast("float64"),
        past_days=wide.purchase_days.cast("float64"),
        past_money=wide.net_spend,
        bought=(wide.days_now - wide.purchase_days).cast("float64"),
        money=wide.net_now - wide.net_spend,
    )
    rows = columns.order_by("customer_id").drop("customer_id").to_pyarrow()
    return {name: rows[name].to_numpy() for name in rows.column_names}


def _judge(rows: dict[str, Floats], past: Past) -> Quality:
    purchases, revenue = _forecasts(rows, length=past.length, span=past.span)
    # A customer who returned more than he bought brought nothing; hindsight would not
    # choose him, and a negative sum would make shares exceed 1.
    money = np.maximum(rows["money"], 0.0)
    by_count = {name: errors(purchases[name], rows["bought"]) for name in METHODS}
    by_money = {name: errors(revenue[name], money) for name in METHODS}
    caught = {name: share_caught(revenue[name], money) for name in METHODS}
    level = min(METHODS, key=lambda name: by_count[name].rmse)
    choice = max(METHODS, key=lambda name: caught[name])
    inside = (rows["money"] >= rows["low"] - 1e-6) & (rows["money"] <= rows["high"] + 1e-6)
    found = Quality(
        cutoff=past.cutoff,
        holdout_days=past.length,
        customers=len(money),
        share=past.share,
        purchases=by_count,
        revenue=by_money,
        top_fifth=caught,
        hindsight=share_caught(money, money),
        coverage=float(inside.mean()),
        level_winner=level,
        choice_winner=choice,
    )
    return replace(found, verdict=_verdict(found))


def _forecasts(
    rows: dict[str, Floats], *, length: int, span: int
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    age = np.maximum(rows["age"], 1.0)
    naive = rows["repeats"] / age * length
    per_day = rows["past_money"].sum() / max(rows["past_days"].sum(), 1.0)
    own_mean = rows["past_money"] / np.maximum(rows["past_days"], 1.0)
    past = np.maximum(rows["past_money"], 0.0) / max(span, 1) * length
    purchases = {
        "model": rows["expected"],
        "naive_rate": naive,
        "past_revenue": past / per_day if per_day > 0 else past * 0.0,
    }
    revenue = {
        "model": rows["expected"] * rows["spend"],
        "naive_rate": naive * own_mean,
        "past_revenue": past,
    }
    return purchases, revenue


def _verdict(found: Quality) -> str:
    assert found.top_fifth
    assert found.purchases
    assert found.level_winner
    assert found.choice_winner
    best = found.top_fifth[found.choice_winner]
    if max(each.gini for each in found.purchases.values()) < NO_SIGNAL_GINI:
        return (
            "No signal: over the held-out days nothing in the history told customers apart; "
            f"the best chosen fifth brought {best:.1%} of the revenue."
        )
    level, choice = _NAMES[found.level_winner], _NAMES[found.choice_winner]
    shares = ", ".join(f"{_NAMES[name]} {found.top_fifth[name]:.1%}" for name in METHODS)
    return (
        f"Over {found.holdout_days} held-out days {level} came closest in amount and "
        f"{choice} chose the best fifth of customers (revenue caught: {shares})."
    )
