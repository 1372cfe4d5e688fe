"""Join the models to the customers: P(alive), expected purchases, money and its range.

The range is the middle 80 % of what one customer may bring: a mixture of nothing (stopped,
or alive and quiet) and a log-normal whose moments come from the number of purchases (exact)
and from the gamma-gamma's sum of that many (exact given the number). Parameters are taken as
known. Measured on held-out days it held 87 % of CDNOW's customers (many of whom bring
nothing, which no range can cut at 80 %) and 81 % of Online Retail's; each back-test states its
own `coverage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.engine.backends import Workbench, first_row
from regulars.engine.measures.concentration import Floats
from regulars.engine.models import DropoutModel, Fitted, NoFit, Spends, fit_gamma_gamma
from regulars.engine.models.histories import DAYS_PER_WEEK, Histories
from regulars.engine.models.horizon import log_spend_terms, outlook

TAIL = 0.10  # on each side of the range
# Above this number the spends are binned by half a per cent; the likelihood then moves in
# its ninth digit and the fit stays within a second.
EXACT_SPENDS = 200_000
BINS_PER_LOG = 200.0


@dataclass(frozen=True)
class Forecaster:
    """All that is needed to look ahead: one frozen value.

    Attributes
    ----------
    model, fitted
        Of the purchases.
    spend
        Of the money, None where it could not be fitted.
    mean_purchase
        The company's own, for that case.
    net_ratio
        What refunds leave of sales, 0-1.
    discount_rate
        Yearly.
    """

    model: DropoutModel
    fitted: Fitted
    spend: Fitted | None
    mean_purchase: float
    net_ratio: float
    discount_rate: float


def histories_of(summary: ir.Table) -> Histories:
    """Bring the distinct histories of a summary to NumPy."""
    grouped = (
        summary.group_by("repeat_count", "recency_age", "tenure_days")
        .agg(customers=summary.count())
        .order_by("repeat_count", "recency_age", "tenure_days")
        .to_pyarrow()
    )
    return Histories(*[column.to_numpy().astype(np.int64) for column in grouped.columns])


def spends_of(summary: ir.Table) -> Spends:
    """Bring the repeat buyers' mean spends to NumPy, binned where they are many."""
    paid = summary.filter((summary.repeat_count > 0) & (summary.mean_purchase > 0))
    if first_row(paid.agg(n=paid.count()))["n"] <= EXACT_SPENDS:
        rows = paid.select("repeat_count", "mean_purchase")
        rows = rows.order_by("repeat_count", "mean_purchase").to_pyarrow()
        return Spends.of(rows["repeat_count"].to_numpy(), rows["mean_purchase"].to_numpy())
    logs = paid.mean_purchase.ln()
    binned = paid.mutate(log_mean=logs, bin=(logs * BINS_PER_LOG).floor().cast("int64"))
    rows = (
        binned.group_by("repeat_count", "bin")
        .agg(
            mean=binned.mean_purchase.mean(),
            log_mean=binned.log_mean.mean(),
            customers=binned.count(),
        )
        .order_by("repeat_count", "bin")
        .to_pyarrow()
    )
    columns = ("repeat_count", "mean", "log_mean", "customers")
    return Spends(*[rows[name].to_numpy().astype(np.float64) for name in columns])


def forecaster(
    summary: ir.Table, *, model: DropoutModel, fitted: Fitted, discount_rate: float
) -> tuple[Forecaster, str | None]:
    """Fit the spend and put the models together; the second value says what is missing."""
    spend, missing = None, None
    try:
        spend = fit_gamma_gamma(spends_of(summary))
    except NoFit as reason:
        missing = str(reason)
    totals = summary.agg(
        sales=summary.revenue.sum(),
        net=summary.net_spend.sum(),
        days=summary.purchase_days.sum(),
    )
    row = first_row(totals)
    sales, days = row["sales"] or 0.0, row["days"] or 0
    net_ratio = min(1.0, max(0.0, row["net"] / sales)) if sales > 0 else 1.0
    mean = sales / days if days else 0.0
    return Forecaster(model, fitted, spend, mean, net_ratio, discount_rate), missing


def look_ahead(
    summary: ir.Table, ahead: Forecaster, bench: Workbench, *, months: Mapping[str, float]
) -> ir.Table:
    """Forecast every customer of a summary over some horizons.

    Parameters
    ----------
    months
        Horizons by the suffix of their columns, such as `{"12": 12, "36": 36}`.

    Returns
    -------
    Table, one row per customer (lazy)
        customer_id
        p_alive : float64, 0-1
        rate : float64, purchase days per year while alive
        expected_spend : float64, > 0, net money per purchase day
        and for each horizon h
        expected_h : float64, purchase days
        if_alive_h : float64, the same of a customer known to be alive
        discounted_h : float64, the same discounted, each month from its end
        money_low_h, money_high_h : float64, net money, the range, not discounted
        count_low_h, count_high_h : float64, purchase days, the range
        variance_h : float64, of the number of purchase days
    """
    wide = foresee(summary, outlooks(summary, ahead, bench, months=months), ahead, months)
    return wide.select(
        "customer_id", *FORESEEN, *[f"{each}_{h}" for h in months for each in AHEAD]
    )


FORESEEN = ("p_alive", "rate", "expected_spend")
AHEAD = (
    *("expected", "if_alive", "discounted", "variance"),
    *("count_low", "count_high", "money_low", "money_high"),
)


def foresee(
    summary: ir.Table, pairs: ir.Table, ahead: Forecaster, months: Mapping[str, float]
) -> ir.Table:
    """Put the columns of `look_ahead` beside those of a summary (lazy).

    Parameters
    ----------
    pairs
        From `outlooks`, over the same summary.
    """
    wide = summary.left_join(
        pairs, [summary.repeat_count == pairs.pair_x, summary.tenure_days == pairs.pair_age]
    )
    wide = wide.mutate(p_alive=_p_alive(wide, ahead), log_past=_log_past(wide, ahead))
    columns: dict[str, ir.Value] = {
        "rate": wide.pair_rate,
        "expected_spend": _expected_spend(wide, ahead),
    }
    for name in months:
        columns |= _horizon(wide, name, ahead.net_ratio)
    return wide.select(*summary.columns, "p_alive", **columns)


def outlooks(
    summary: ir.Table, ahead: Forecaster, bench: Workbench, *, months: Mapping[str, float]
) -> ir.Table:
    """Compute what depends on repeats and age only, once for each pair of them there is."""
    distinct = (
        summary.select(pair_x=summary.repeat_count, pair_age=summary.tenure_days)
        .distinct()
        .order_by("pair_x", "pair_age")
        .to_pyarrow()
    )
    x, age = (distinct[name].to_numpy().astype(np.int64) for name in distinct.column_names)
    r, alpha = ahead.fitted.parameters["r"], ahead.fitted.parameters["alpha"]
    columns: dict[str, Floats] = {
        "pair_x": x,
        "pair_age": age,
        "pair_rate": (r + x) / (alpha + age / DAYS_PER_WEEK) * 365.0 / DAYS_PER_WEEK,
    }
    for name, length in months.items():
        columns |= _pair_horizon(ahead, x, age, name, length)
    return bench.bring(pa.table(columns))


def _pair_horizon(
    ahead: Forecaster, x: np.ndarray, age: np.ndarray, name: str, months: float
) -> dict[str, Floats]:
    given = outlook(
        ahead.model, ahead.fitted, x, age, months=months, discount_rate=ahead.discount_rate
    )
    some = np.maximum(1.0 - given.none, 1e-300)
    count = np.maximum(given.expected / some, 1.0)  # mean number, given at least one
    square = (given.variance + given.expected**2) / some
    count_spread = np.log1p(np.maximum(square / count**2 - 1.0, 0.0))
    count_log = np.log(count) - count_spread / 2
    money_log, money_spread = count_log, count_spread
    if ahead.spend is not None:
        shift, spread = log_spend_terms(ahead.spend, x.astype(np.float64), np.exp(count_log))
        money_log, money_spread = shift, count_spread + spread
    return {
        f"expected_{name}": given.expected,
        f"discounted_{name}": given.discounted,
        f"variance_{name}": given.variance,
        f"none_{name}": given.none,
        f"count_log_{name}": count_log,
        f"count_sd_{name}": np.sqrt(count_spread),
        f"money_log_{name}": money_log,
        f"money_sd_{name}": np.sqrt(money_spread),
    }


def _p_alive(wide: ir.Table, ahead: Forecaster) -> ir.FloatingValue:
    r, alpha, a, b = (ahead.fitted.parameters[name] for name in ("r", "alpha", "a", "b"))
    shift = ahead.model.chances_before_repeat
    x = wide.repeat_count.cast("float64")
    longer = (alpha + wide.tenure_days / DAYS_PER_WEEK) / (
        alpha + wide.recency_age / DAYS_PER_WEEK
    )
    # exp(700) is near the largest double; beyond it he has stopped for certain.
    odds = a / (b + x + shift - 1.0) * ibis.least((r + x) * longer.ln(), 700.0).exp()
    alive = 1.0 / (1.0 + odds)
    # Without a chance to stop before the first repeat, nobody without one has stopped.
    return alive if shift else ibis.ifelse(x == 0, 1.0, alive)


def _past(wide: ir.Table) -> ir.FloatingValue:
    return (wide.repeat_count * wide.mean_purchase.fill_null(0.0)).fill_null(0.0)


def _log_past(wide: ir.Table, ahead: Forecaster) -> ir.FloatingValue:
    if ahead.spend is None:
        # No model of money: every purchase is taken at the company's mean.
        return ibis.literal(float(np.log(max(ahead.mean_purchase, 1e-12))))
    return (ahead.spend.parameters["v"] + _past(wide)).ln()


def _expected_spend(wide: ir.Table, ahead: Forecaster) -> ir.FloatingValue:
    if ahead.spend is None:
        return ibis.literal(ahead.mean_purchase * ahead.net_ratio)
    p, q, v = (ahead.spend.parameters[name] for name in ("p", "q", "v"))
    repeats = wide.repeat_count.cast("float64")
    per = p * (v + _past(wide)) / (p * repeats + q - 1.0)
    return per * ahead.net_ratio


def _horizon(wide: ir.Table, name: str, net_ratio: float) -> dict[str, ir.Value]:
    alive, given = wide.p_alive, wide[f"expected_{name}"]
    nothing = 1.0 - alive * (1.0 - wide[f"none_{name}"])
    count, count_sd = wide[f"count_log_{name}"], wide[f"count_sd_{name}"]
    money, money_sd = wide[f"money_log_{name}"] + wide.log_past, wide[f"money_sd_{name}"]
    variance = alive * (wide[f"variance_{name}"] + given * given) - (alive * given) ** 2
    return {
        f"expected_{name}": alive * given,
        f"if_alive_{name}": given,
        f"discounted_{name}": alive * wide[f"discounted_{name}"],
        f"variance_{name}": variance,
        f"count_low_{name}": _quantile(TAIL, nothing, count, count_sd),
        f"count_high_{name}": _quantile(1.0 - TAIL, nothing, count, count_sd),
        f"money_low_{name}": _quantile(TAIL, nothing, money, money_sd) * net_ratio,
        f"money_high_{name}": _quantile(1.0 - TAIL, nothing, money, money_sd) * net_ratio,
    }


# No CASE stands around what is costly here: backends share an expression that occurs
# several times, but not inside of a CASE.
def _quantile(
    level: float, nothing: ir.FloatingValue, log: ir.FloatingValue, sd: ir.FloatingValue
) -> ir.FloatingValue:
    """Give a quantile of the mixture; 0 where the level falls on nothing."""
    above = (level - nothing) / ibis.greatest(1.0 - nothing, 1e-12)
    u = ibis.least(ibis.greatest(above, 1e-12), 1.0 - 1e-12)
    return (log + _deviate(u) * sd).exp() * (above > 0).cast("float64")


def _deviate(u: ir.FloatingValue) -> ir.FloatingValue:
    """Find the normal deviate of a probability."""
    # Abramowitz & Stegun 26.2.23: a sum and a quotient, good to 4.5e-4.
    t = (ibis.least(u, 1.0 - u).ln() * -2.0).sqrt()
    top = 2.515517 + t * (0.802853 + t * 0.010328)
    z = t - top / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    return z * ((u >= 0.5).cast("float64") * 2.0 - 1.0)
