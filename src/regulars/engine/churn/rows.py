"""Customers on a date as rows to learn from, with what the models of purchases say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.engine.basis import Basis
from regulars.engine.churn.columns import learned, shown
from regulars.engine.churn.outcomes import at_risk, with_outcome
from regulars.engine.churn.question import Question
from regulars.engine.learning.sheet import Floats, Ints, Sheet
from regulars.engine.ledger import Ledger
from regulars.engine.models import MBG_NBD, Fitted, Histories, NoFit
from regulars.engine.models.histories import DAYS_PER_WEEK
from regulars.engine.models.horizon import expected_purchases

SMALLEST = 1e-9


@dataclass(frozen=True)
class Frame:
    """What all rows of one forecast have in common.

    Attributes
    ----------
    question, basis
        As asked.
    history_days
        Days of facts before the first date learned from: longer windows are left out, and
        nobody counts as a customer for longer.
    """

    question: Question
    basis: Basis
    history_days: int


@dataclass(frozen=True)
class Rows:
    """Customers as they were known on a date.

    Attributes
    ----------
    ids
        Arrow array, ascending.
    sheet
        Features, and what facts show.
    happened
        0 or 1; None where the future is still open.
    """

    ids: pa.Array
    sheet: Sheet
    happened: Ints | None

    @property
    def left(self) -> Ints:
        """The outcome of rows whose future is known."""
        assert self.happened is not None
        return self.happened


def rows_on(ledger: Ledger, known: ir.Table, frame: Frame, *, on: date) -> Rows:
    """Bring the customers in question on a past date, with what became of them.

    Parameters
    ----------
    known
        From `columns.known_on`, as of the date.
    """
    silence = frame.question.outcome == "silence"
    fitted = fit_purchases(_ordered(known)) if silence else None
    asked = at_risk(known, frame.question, frame.basis)
    table = _ordered(asked)
    return Rows(
        table["customer_id"].combine_chunks(),
        sheet_of(table, frame, fitted),
        _happened(ledger, asked, frame, on),
    )


def _happened(ledger: Ledger, asked: ir.Table, frame: Frame, on: date) -> Ints:
    # Few columns: the statement says all of them once more for each table it joins.
    few = [name for name in ("customer_id", "aum_mean_90") if name in asked.columns]
    came = with_outcome(ledger, asked.select(few), frame.question, on=on, basis=frame.basis)
    return np.asarray(_ordered(came)["happened"].to_numpy(), dtype=np.int64)


def _ordered(known: ir.Table) -> pa.Table:
    return known.order_by("customer_id").to_pyarrow()


def fit_purchases(known: pa.Table) -> Fitted | None:
    """Fit MBG/NBD to customers as of a date; None where their purchases do not allow it."""
    x, last, age = _histories(Sheet.of(known, _HISTORY))
    active = ~np.isnan(age)
    try:
        fitted = MBG_NBD.fit(Histories.of(x[active], last[active], age[active]))
    except NoFit:
        return None
    return fitted if fitted.converged else None


_BEFORE = (
    ("days_before_90", "days_active_90", "days_active_180"),
    ("spend_before_90", "spend_90", "spend_180"),
)
_HISTORY = ("purchase_days", "tenure_days", "days_since_last")


def _histories(sheet: Sheet) -> tuple[Floats, Floats, Floats]:
    days, age, silence = (sheet.numbers[name] for name in _HISTORY)
    return days - 1.0, age - silence, age


def sheet_of(table: pa.Table, frame: Frame, fitted: Fitted | None) -> Sheet:
    """Turn described customers into features, `MADE` columns included."""
    wanted = dict.fromkeys([*_HISTORY, *_learnable(table), *shown(), "spend_180"])
    sheet = Sheet.of(table, [name for name in wanted if name in table.column_names])
    numbers = dict(sheet.numbers)
    for made, now, both in _BEFORE:
        if {now, both} <= numbers.keys():
            numbers[made] = numbers[both] - numbers[now]
    numbers |= _purchase_odds(sheet, frame, fitted)
    numbers["tenure_seen"] = np.minimum(numbers["tenure_days"], float(frame.history_days))
    return Sheet(sheet.rows, numbers, {})


def _learnable(table: pa.Table) -> list[str]:
    return learned(table.column_names, history_days=10**6)


def _purchase_odds(sheet: Sheet, frame: Frame, fitted: Fitted | None) -> dict[str, Floats]:
    """Say what MBG/NBD thinks of the horizon: log-odds of not a single purchase.

    `silence_odds` are exact. `expected_odds` are those of a Poisson count with the same
    mean; they order customers a little better, because the mean sees stops within the
    horizon.
    """
    nothing = np.full(sheet.rows, np.nan)
    if fitted is None:
        return {"silence_odds": nothing, "expected_odds": nothing.copy()}
    x, last, age = _histories(sheet)
    active = ~np.isnan(age)
    history = [each[active].astype(np.int64) for each in (x, last, age)]
    weeks = frame.question.horizon_days / DAYS_PER_WEEK
    exact, poisson = nothing.copy(), nothing.copy()
    exact[active] = _silence_odds(fitted, history, weeks)
    expected = expected_purchases(MBG_NBD, fitted, *history, weeks=weeks)
    poisson[active] = -np.log(np.expm1(np.maximum(expected, SMALLEST)))
    return {"silence_odds": exact, "expected_odds": poisson}


def _silence_odds(fitted: Fitted, history: Sequence[Ints], weeks: float) -> Floats:
    x, _, age = history
    r, alpha = fitted.parameters["r"], fitted.parameters["alpha"]
    beta = alpha + age / DAYS_PER_WEEK
    none = np.exp(-(r + x) * np.log1p(weeks / beta))
    buys = MBG_NBD.p_alive(fitted, *history) * (1.0 - none)
    buys = np.clip(buys, SMALLEST, 1.0 - SMALLEST)
    return np.asarray(np.log1p(-buys) - np.log(buys))


def stacked(rows: Sequence[Rows]) -> Rows:
    """Put the rows of several dates under one another."""
    names = rows[0].sheet.features
    numbers = {
        name: np.concatenate([each.sheet.numbers[name] for each in rows]) for name in names
    }
    return Rows(
        pa.concat_arrays([each.ids for each in rows]),
        Sheet(sum(each.sheet.rows for each in rows), numbers, {}),
        np.concatenate([each.left for each in rows]),
    )
