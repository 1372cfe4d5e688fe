"""The whole valuation: from a ledger and a date to one row per customer, with its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import RETAIL, Basis
from regulars.engine.evaluate.backtest import Quality, backtest
from regulars.engine.ledger import Ledger, LedgerError
from regulars.engine.measures import rfm as rfm_measure
from regulars.engine.measures.activity import (
    daily_activity,
    order_counts,
    span_days,
    summarise,
    totals,
)
from regulars.engine.measures.balances import balances, products_held, steps
from regulars.engine.measures.concentration import Pareto, abc_cuts, pareto
from regulars.engine.measures.cost_to_serve import contact_costs
from regulars.engine.measures.rfm import Cuts, Thresholds
from regulars.engine.models import BG_NBD, MBG_NBD, Fitted, NoFit
from regulars.engine.scores import Parts, assemble
from regulars.engine.tally import abc, counts, next_year, totals_of
from regulars.engine.value.forecast import Forecaster, forecaster, histories_of, look_ahead

HORIZONS = {"12": 12.0, "36": 36.0}


@dataclass(frozen=True)
class Valuation:
    """One valuation: a row per customer and what it rests on.

    Attributes
    ----------
    customers
        One row per customer, see `regulars.engine.scores`; `.to_pandas()` brings them.
    as_of
        The last day that exists for this valuation.
    models, missing_models
        Fitted models by name; why another could not be fitted.
    rfm
        definition, cut points, customers per score, `555`, and the net counts.
    abc, lifecycle, types, cells
        Customers (and value, for abc) per class, stage, 8-type and 25-map cell.
    pareto
        The measured curve of `basis.value`.
    forecast
        Next 12 months of the base: purchase days, revenue, its range.
    quality
        The back-test.
    summary
        customers, active_customers, orders, revenue (net of refunds; a bank: margin and
        fees of the last 365 days, with turnover apart), gross_revenue, top20_share, gini,
        repeat_rate, and aum where there are balances.
    seconds
        Time of each step.
    """

    customers: ir.Table
    as_of: date
    basis: Basis
    models: Mapping[str, Fitted]
    missing_models: Mapping[str, str]
    rfm: Mapping[str, Any]
    abc: Mapping[str, Any]
    pareto: Pareto
    lifecycle: Mapping[str, int]
    types: Mapping[str, int]
    cells: Mapping[str, int]
    forecast: Mapping[str, Any]
    quality: Quality
    summary: Mapping[str, Any]
    seconds: Mapping[str, float] = field(compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the customers as plain values for JSON."""
        return {
            "as_of": self.as_of.isoformat(),
            **self.summary,
            "summary": dict(self.summary),
            "abc": dict(self.abc),
            "rfm": dict(self.rfm),
            "lifecycle": dict(self.lifecycle),
            "types": dict(self.types),
            "cells": dict(self.cells),
            "pareto": self.pareto.to_dict(),
            "models": {name: fitted.to_dict() for name, fitted in self.models.items()},
            "missing_models": dict(self.missing_models),
            "forecast": dict(self.forecast),
            "quality": self.quality.to_dict(),
            "seconds": dict(self.seconds),
        }

    def write(self, folder: str | Path) -> None:
        """Write `customers.parquet`, sorted by customer_id, and `result.json`."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.customers.order_by("customer_id").to_parquet(folder / "customers.parquet")
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "result.json").write_text(text + "\n", encoding="utf-8")


def valuate(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis = RETAIL,
    thresholds: Thresholds | None = None,
) -> Valuation:
    """Value every customer of a ledger as of a date.

    Facts after `as_of` do not exist. A customer has a row who was active by then (see
    `basis.activity`) or, where the ledger has balances, ever had one.

    Parameters
    ----------
    thresholds
        Fixed cut points for RFM; None takes the fifths of this base.

    Raises
    ------
    LedgerError
        where the basis asks for balances and the ledger has none.
    """
    if basis.value == "aum" and ledger.balances is None:
        raise LedgerError(
            "The basis takes assets under management as value, but the ledger has no "
            "balances. Give the balances, or a basis with value='net_spend'."
        )
    bench = Workbench(ledger.transactions.get_backend())
    try:
        return _valuate(ledger, bench, as_of=as_of, basis=basis, thresholds=thresholds)
    except BaseException:
        bench.clear()
        raise


def _valuate(
    ledger: Ledger,
    bench: Workbench,
    *,
    as_of: date,
    basis: Basis,
    thresholds: Thresholds | None,
) -> Valuation:
    parts, days = _measure(ledger, bench, as_of=as_of, basis=basis)
    with bench.timed("rfm"):
        cuts, scores = _rfm(parts, thresholds)
    with bench.timed("fit"):
        fits = _fit(parts)
    with bench.timed("pareto"):
        values = _values(parts)
        curve, classes = pareto(values), abc_cuts(values)
    with bench.timed("score"):
        if fits.ahead is not None:
            forecast = look_ahead(parts.summary, fits.ahead, bench, months=HORIZONS)
            parts = replace(parts, forecast=bench.keep(forecast))
        customers = bench.keep(assemble(parts, cuts, classes))
    with bench.timed("backtest"):
        quality = _backtest(ledger, days, parts, bench)
    with bench.timed("count"):
        counted = counts(customers)
        whole = totals_of(customers, parts, curve)
        ahead = next_year(customers, parts, quality)
    bench.clear(but=customers)
    return Valuation(
        customers=customers,
        as_of=as_of,
        basis=basis,
        models=fits.models,
        missing_models=fits.missing,
        rfm=scores | {"counts": counted["rfm"], "555": counted["rfm"].get("555", 0)},
        abc=abc(customers, classes),
        pareto=curve,
        lifecycle=counted["stage"],
        types=counted["rfm_type"],
        cells=counted["rfm_cell"],
        forecast=ahead,
        quality=quality,
        summary=whole,
        seconds=bench.seconds,
    )


def _measure(
    ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis
) -> tuple[Parts, ir.Table]:
    with bench.timed("days"):
        days = bench.keep(daily_activity(ledger, as_of=as_of, basis=basis))
    with bench.timed("totals"):
        sums = bench.keep(totals(ledger, as_of=as_of, basis=basis))
    with bench.timed("orders"):
        counts = order_counts(ledger, as_of=as_of, basis=basis)
        orders = bench.keep(counts) if counts is not None else None
    with bench.timed("balances"):
        kept = _balances(ledger, bench, as_of=as_of, basis=basis)
    with bench.timed("summary"):
        summary = bench.keep(
            _with_monetary(summarise(days, sums, orders, as_of=as_of, basis=basis), kept, basis)
        )
        share = _margin_share(summary, ledger, basis)
    with bench.timed("service"):
        contacts = contact_costs(ledger, as_of=as_of, basis=basis)
        held = products_held(ledger, as_of=as_of)
    parts = Parts(
        as_of=as_of,
        basis=basis,
        summary=summary,
        margin_share=share,
        balances=kept,
        held=held,
        contacts=contacts,
    )
    return parts, days


def _balances(
    ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis
) -> ir.Table | None:
    if ledger.balances is None:
        return None
    lines = bench.keep(steps(ledger, as_of=as_of, basis=basis))
    return bench.keep(balances(lines, as_of=as_of, basis=basis))


def _with_monetary(summary: ir.Table, kept: ir.Table | None, basis: Basis) -> ir.Table:
    """Add what RFM calls money: sales before refunds, for a bank the 90-day balance."""
    if basis.value == "net_spend" or kept is None:
        return summary.mutate(monetary=ibis.greatest(summary.revenue, 0.0))
    wide = summary.left_join(kept.select("customer_id", "adb_90"), "customer_id")
    wide = wide.mutate(monetary=ibis.greatest(wide.adb_90.fill_null(0.0), 0.0))
    return wide.drop("customer_id_right", "adb_90")


def _margin_share(summary: ir.Table, ledger: Ledger, basis: Basis) -> float:
    if "cost" not in ledger.transactions.columns:
        return basis.margin_rate
    row = summary.agg(margin=summary.margin_365.sum(), net=summary.spend_365.sum())
    margin, net = first_row(row).values()
    return float(margin / net) if net and net > 0 else basis.margin_rate


@dataclass(frozen=True)
class _Fits:
    models: dict[str, Fitted]
    missing: dict[str, str]
    ahead: Forecaster | None


def _fit(parts: Parts) -> _Fits:
    models: dict[str, Fitted] = {}
    missing: dict[str, str] = {}
    histories = histories_of(parts.summary)
    for model in (MBG_NBD, BG_NBD):
        try:
            models[model.name] = model.fit(histories)
        except NoFit as reason:
            missing[model.name] = str(reason)
    if MBG_NBD.name not in models:
        return _Fits(models, missing, None)
    ahead, lack = forecaster(
        parts.summary,
        model=MBG_NBD,
        fitted=models[MBG_NBD.name],
        discount_rate=parts.basis.discount_rate,
    )
    if ahead.spend is not None:
        models["gamma_gamma"] = ahead.spend
    if lack is not None:
        missing["gamma_gamma"] = lack
    return _Fits(models, missing, ahead)


def _rfm(parts: Parts, thresholds: Thresholds | None) -> tuple[Cuts | None, dict[str, Any]]:
    summary = parts.summary
    if first_row(summary.agg(n=summary.count()))["n"] == 0:
        return None, {"definition": "none: nobody was active", "net_555": 0}
    cuts = rfm_measure.cuts_of(summary, thresholds)
    said = {"definition": cuts.definition, "cuts": cuts.to_dict()}
    if parts.basis.value == "aum":
        return cuts, said | {"money": "average balance of 90 days", "net_555": None}
    net = summary.mutate(monetary=ibis.greatest(summary.net_spend, 0.0))
    net = rfm_measure.score(net, rfm_measure.cuts_of(net, thresholds))
    best = first_row(net.agg(n=(net.rfm == "555").cast("int64").sum()))["n"]
    return cuts, said | {"money": "sales before refunds", "net_555": best}


def _values(parts: Parts) -> Any:  # an array of floats, whatever NumPy calls it
    if parts.basis.value == "aum" and parts.balances is not None:
        return parts.balances.select("aum").to_pyarrow()["aum"].to_numpy()
    return parts.summary.select("net_spend").to_pyarrow()["net_spend"].to_numpy()


def _backtest(ledger: Ledger, days: ir.Table, parts: Parts, bench: Workbench) -> Quality:
    span = span_days(days)
    first = span[0] if span is not None else None
    return backtest(
        ledger,
        days,
        parts.summary,
        bench,
        first=first,
        as_of=parts.as_of,
        basis=parts.basis,
        model=MBG_NBD,
    )
