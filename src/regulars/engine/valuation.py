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

from regulars.engine.backends import Workbench, first_row, write_parts, write_table
from regulars.engine.basis import RETAIL, Basis
from regulars.engine.daily import id_ranges
from regulars.engine.evaluate.backtest import (
    MODELS,
    Past,
    Quality,
    TooShort,
    backtest,
    look_back,
    skipped,
)
from regulars.engine.fits import Fits, fit
from regulars.engine.ledger import Ledger, LedgerError
from regulars.engine.measures import rfm as rfm_measure
from regulars.engine.measures.balances import balances, products_held, steps
from regulars.engine.measures.concentration import AbcCuts, Pareto, concentration
from regulars.engine.measures.cost_to_serve import contact_costs
from regulars.engine.measures.histories import histories
from regulars.engine.measures.lifecycle import usual_gap
from regulars.engine.measures.rfm import Cuts, Thresholds
from regulars.engine.models import Choice, Fitted
from regulars.engine.scores import HORIZONS, Parts, assemble, gather
from regulars.engine.tally import abc, counts, marks, next_year, totals_of
from regulars.engine.value.ahead import outlooks

CUSTOMERS = "customers.parquet"
# Sums of the customers of so many days stay in the processor's reach.
ROWS_AT_ONCE = 12_000_000
# Transactions lie in no order of customers, so that each range reads all of them: a few.
LINES_AT_ONCE = 32_000_000


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
    choice
        The model that forecasts are made with and how the others did on the months held out;
        None where the history is too short to try them: then it is MBG/NBD.
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
    written_to
        The folder where `customers` lies already, None where it is in the engine's memory.
    """

    customers: ir.Table
    as_of: date
    basis: Basis
    models: Mapping[str, Fitted]
    missing_models: Mapping[str, str]
    choice: Choice | None
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
    written_to: Path | None = field(default=None, compare=False)

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
            "choice": self.choice.to_dict() if self.choice is not None else None,
            "forecast": dict(self.forecast),
            "quality": self.quality.to_dict(),
            "seconds": dict(self.seconds),
        }

    def write(self, folder: str | Path) -> None:
        """Write `customers.parquet`, sorted by customer_id, and `result.json`."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if folder != self.written_to:
            write_table(self.customers.order_by("customer_id"), folder / CUSTOMERS)
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "result.json").write_text(text + "\n", encoding="utf-8")


def valuate(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis = RETAIL,
    thresholds: Thresholds | None = None,
    folder: str | Path | None = None,
) -> Valuation:
    """Value every customer of a ledger as of a date.

    Facts after `as_of` do not exist. A customer has a row who was active by then (see
    `basis.activity`) or, where the ledger has balances, ever had one. Where the ledger has
    `days`, transactions are not read.

    Parameters
    ----------
    thresholds
        Fixed cut points for RFM; None takes the fifths of this base.
    folder
        Where to write the result at once, as `Valuation.write` does; a large base then is
        computed and written in one go. None keeps it in the engine's memory.

    Returns
    -------
    Valuation
        Its `customers` are written in the order of customer_id.

    Raises
    ------
    LedgerError
        where the basis asks for balances and the ledger has none.

    Examples
    --------
    >>> import ibis
    >>> from datetime import date
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1, 2], "amount": [5.0, 7.0, 3.0],
    ...                       "local_date": [date(2026, 1, d) for d in (1, 9, 20)]})
    >>> result = valuate(Ledger(sold), as_of=date(2026, 1, 31))
    >>> result.summary["customers"], result.summary["revenue"]
    (2, 15.0)
    """
    if basis.value == "aum" and ledger.balances is None:
        raise LedgerError(
            "The basis takes assets under management as value, but the ledger has no "
            "balances. Give the balances, or a basis with value='net_spend'."
        )
    bench = Workbench(ledger.transactions.get_backend())
    where = Path(folder) if folder is not None else None
    try:
        result = _valuate(
            ledger, bench, as_of=as_of, basis=basis, thresholds=thresholds, folder=where
        )
    except BaseException:
        bench.clear()
        raise
    finally:
        bench.close()
    if where is not None:
        result.write(where)
    return result


def _valuate(
    ledger: Ledger,
    bench: Workbench,
    *,
    as_of: date,
    basis: Basis,
    thresholds: Thresholds | None,
    folder: Path | None,
) -> Valuation:
    parts = _measure(ledger, bench, as_of=as_of, basis=basis)
    with bench.timed("rfm"):
        cuts, scores = _rfm(parts, thresholds)
    with bench.timed("pareto"):
        curve, classes = _concentration(parts)
    with bench.timed("backtest"):
        past = _past(ledger, parts, bench)
    with bench.timed("fit"):
        fits = fit(parts, past)
    with bench.timed("score"):
        parts = _with_forecast(parts, fits, bench)
        customers = _customers(parts, cuts, classes, bench, folder)
    with bench.timed("count"):
        marked = marks(customers)
        counted = counts(marked)
        whole = totals_of(marked, parts, curve)
    with bench.timed("backtest"):
        quality = _quality(past, parts, fits, bench)
    with bench.timed("count"):
        ahead = next_year(marked, parts, quality)
    bench.clear(but=[customers] if folder is None else [])
    return Valuation(
        customers=customers,
        as_of=as_of,
        basis=basis,
        models=fits.models,
        missing_models=fits.missing,
        choice=fits.choice,
        rfm=scores | {"counts": counted["rfm"], "555": counted["rfm"].get("555", 0)},
        abc=abc(marked, classes),
        pareto=curve,
        lifecycle=counted["stage"],
        types=counted["rfm_type"],
        cells=counted["rfm_cell"],
        forecast=ahead,
        quality=quality,
        summary=whole,
        seconds=bench.seconds,
        written_to=folder,
    )


def _customers(
    parts: Parts, cuts: Cuts | None, classes: AbcCuts, bench: Workbench, folder: Path | None
) -> ir.Table:
    if folder is None:
        return bench.keep(assemble(parts, cuts, classes))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CUSTOMERS
    if parts.pieces:
        of = (assemble(replace(parts, base=piece), cuts, classes) for piece in parts.pieces)
        write_parts(of, path, key="customer_id")
    else:
        write_table(assemble(parts, cuts, classes).order_by("customer_id"), path)
    return bench.connection.read_parquet(path)


def _measure(ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis) -> Parts:
    with bench.timed("balances"):
        kept = _balances(ledger, bench, as_of=as_of, basis=basis)
        held = products_held(ledger, as_of=as_of)
    contacts = contact_costs(ledger, as_of=as_of, basis=basis)

    def rows_of(part: Ledger) -> ir.Table:
        summary = histories(part, bench, as_of=as_of, basis=basis)
        return gather(summary, basis=basis, balances=kept, held=held, contacts=contacts)

    with bench.timed("histories"):
        whole = _in_parts(ledger)
        pieces: list[ir.Table] = []
        if len(whole) > 1:
            sorted_rows = (rows_of(part).order_by("customer_id") for part in whole)
            base, pieces = bench.keep_in_parts(sorted_rows)
            bench.clear()
        else:
            base = bench.keep(rows_of(ledger))
            bench.clear(but=[base])
        active = base.filter(base.purchase_days.notnull()) if kept is not None else base
        return Parts(
            as_of=as_of,
            basis=basis,
            base=base,
            summary=active,
            margin_share=_margin_share(active, ledger, basis),
            usual_gap=usual_gap(active, basis),
            with_balances=kept is not None,
            with_holdings=held is not None,
            pieces=tuple(pieces),
        )


def _in_parts(ledger: Ledger) -> list[Ledger]:
    """Cut a large ledger by ranges of customer ids."""
    if ledger.balances is not None:
        return [ledger]
    if ledger.days is not None:
        ranges = id_ranges(ledger.days, rows=ROWS_AT_ONCE)
    else:
        ranges = id_ranges(ledger.transactions, rows=LINES_AT_ONCE)
    return [ledger.between(first, last) for first, last in ranges] or [ledger]


def _balances(
    ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis
) -> ir.Table | None:
    if ledger.balances is None:
        return None
    lines = bench.keep(steps(ledger, as_of=as_of, basis=basis))
    return bench.keep(balances(lines, as_of=as_of, basis=basis))


def _margin_share(summary: ir.Table, ledger: Ledger, basis: Basis) -> float:
    facts = ledger.transactions if ledger.days is None else ledger.days
    if "cost" not in facts.columns:
        return basis.margin_rate
    row = summary.agg(margin=summary.margin_365.sum(), net=summary.spend_365.sum())
    margin, net = first_row(row).values()
    return float(margin / net) if net and net > 0 else basis.margin_rate


def _concentration(parts: Parts) -> tuple[Pareto, AbcCuts]:
    by_aum = parts.basis.value == "aum" and parts.with_balances
    column = "aum" if by_aum else "net_spend"
    table = parts.base if by_aum else parts.summary
    values = table.filter(table[column].notnull()).select(column).to_pyarrow()[column]
    return concentration(values.to_numpy())


def _with_forecast(parts: Parts, fits: Fits, bench: Workbench) -> Parts:
    if fits.ahead is None:
        return parts
    pairs = outlooks(parts.summary, fits.ahead, bench, months=HORIZONS)
    return replace(parts, ahead=fits.ahead, pairs=pairs)


def _past(ledger: Ledger, parts: Parts, bench: Workbench) -> Past | Quality:
    first = first_row(parts.summary.agg(first=parts.summary.first_on.min()))["first"]
    try:
        return look_back(
            ledger, parts.summary, bench, first=first, as_of=parts.as_of, basis=parts.basis
        )
    except TooShort as reason:
        return skipped(str(reason))


def _quality(past: Past | Quality, parts: Parts, fits: Fits, bench: Workbench) -> Quality:
    if isinstance(past, Quality):
        return past
    model = fits.ahead.model if fits.ahead is not None else MODELS[0]
    return backtest(past, bench, basis=parts.basis, model=model)


def _rfm(parts: Parts, thresholds: Thresholds | None) -> tuple[Cuts | None, dict[str, Any]]:
    summary = parts.summary
    if first_row(summary.agg(n=summary.count()))["n"] == 0:
        return None, {"definition": "none: nobody was active", "net_555": 0}
    cuts = rfm_measure.cuts_of(summary, thresholds)
    said = {"definition": cuts.definition, "cuts": cuts.to_dict()}
    if parts.basis.value == "aum":
        return cuts, said | {"money": "average balance of 90 days", "net_555": None}
    net = summary.mutate(monetary=ibis.greatest(summary.net_spend, 0.0))
    by_net = rfm_measure.with_money(cuts, net) if thresholds is None else cuts
    net = rfm_measure.score(net, by_net)
    top = (net.r == 5) & (net.f == 5) & (net.m == 5)
    best = first_row(net.agg(n=top.cast("int64").sum()))["n"]
    return cuts, said | {"money": "sales before refunds", "net_555": best}
