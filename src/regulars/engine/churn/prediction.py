"""Who will leave within a horizon, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.churn.choosing import Chosen, choose_model
from regulars.engine.churn.columns import known_of, known_on, needed
from regulars.engine.churn.origins import Origins, origins
from regulars.engine.churn.outcomes import at_risk, first_day, population
from regulars.engine.churn.past import ledger_until, sampled
from regulars.engine.churn.question import (
    Among,
    Outcome,
    Question,
    require,
    usual_outcome,
)
from regulars.engine.churn.result import Churn, ChurnCard, ChurnModel, scored
from regulars.engine.churn.rows import Frame, fit_purchases, rows_on, sheet_of
from regulars.engine.learning import Model
from regulars.engine.learning.sheet import Sheet
from regulars.engine.ledger import EPOCH, Ledger
from regulars.engine.models import Fitted

# On each of up to five dates. AUC and calibration are then good to half a per cent.
MOST_CUSTOMERS = 40_000
CHUNK = 500_000
SEED = 20_260_101


def predict_churn(
    ledger: Ledger,
    *,
    as_of: date,
    horizon_days: int = 90,
    basis: Basis,
    outcome: Outcome | None = None,
    fall: float = 0.5,
    grace_days: int = 60,
    contracts: Sequence[str] | None = None,
    among: Among = "not_lost",
    complaints: Sequence[str] = ("complaint",),
    seed: int = SEED,
) -> Churn:
    """Forecast who will leave within a horizon, with reasons, judged on the own history.

    Boosting, logistic regression, MBG/NBD, the geometric blend of boosting and MBG/NBD, and
    recency alone learn from dates of the past and are judged on the last complete horizon,
    which they do not know; the lowest log loss wins and is then trained up to today. Where
    the history is too short to learn, MBG/NBD forecasts silence by itself and the card says
    so; where nothing beats the base rate, everybody gets it.

    Parameters
    ----------
    ledger
        Facts after `as_of` change nothing.
    horizon_days
        Over how many days, 1-730.
    basis
        What activity is, how balances weigh, when a balance rests.
    outcome
        `silence`, `assets`, `closed` or `contract`, see `Question`; None takes assets where
        value means balances, else silence.
    fall, grace_days, contracts, among, complaints
        See `Question`.
    seed
        Of the parts that customers are dealt into.

    Returns
    -------
    Churn
        a row per customer, the quality card and the model

    Raises
    ------
    LedgerError
        where the outcome needs a table that is missing.
    BadQuestion
        where horizon, fall or grace make no sense.

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import RETAIL
    >>> bought = ibis.memtable({"customer_id": [1, 1, 2], "amount": [9.0, 9.0, 9.0],
    ...                         "local_date": ["2025-01-01", "2025-02-01", "2025-02-10"]})
    >>> found = predict_churn(Ledger(bought), as_of=date(2025, 2, 28), basis=RETAIL)
    >>> found.card.chosen, found.customers.count().to_pyarrow().as_py()
    ('none', 2)
    """
    question = Question(
        outcome or usual_outcome(ledger, basis),
        horizon_days,
        fall,
        grace_days,
        tuple(contracts) if contracts is not None else None,
        among,
        tuple(complaints),
    )
    require(ledger, question)
    bench = Workbench(ledger.transactions.get_backend())
    try:
        return _Forecast(ledger, bench, question, basis, as_of, seed).made()
    except BaseException:
        bench.clear()
        raise


@dataclass(frozen=True)
class _Today:
    """Customers as they are now."""

    fitted: Fitted | None
    sheet: Sheet


@dataclass
class _Forecast:
    ledger: Ledger
    bench: Workbench
    question: Question
    basis: Basis
    as_of: date
    seed: int

    def made(self) -> Churn:
        bench, question = self.bench, self.question
        ledger = ledger_until(self.ledger, self.as_of)
        with bench.timed("sample"):
            everybody = bench.keep(population(ledger, self.basis))
            small, share = sampled(ledger, everybody, bench, most=MOST_CUSTOMERS)
            dates = _dates(first_day(ledger, question, self.basis), self.as_of, question)
        frame = Frame(question, self.basis, dates.history_days)
        with bench.timed("look_back"):
            days = _all(dates)
            then = known_on(small, question, [*days, self.as_of], bench, basis=self.basis)
            past = {on: rows_on(small, then[on], frame, on=on) for on in days}
            known = then[self.as_of]
            today = self._today(known, frame)
        with bench.timed("learn"):
            found = choose_model(dates, past, frame, today.sheet, seed=self.seed)
        state = None
        if found.model is not None:
            state = ChurnModel(found.model, today.fitted, question, dates.history_days)
        with bench.timed("describe"):
            known = self._everybody(ledger, known, share, found.model)
        with bench.timed("score"):
            customers = self._score(known, state)
        card = self._card(customers, dates, share, found)
        return Churn(customers, card, state, dict(bench.seconds))

    def _today(self, known: ir.Table, frame: Frame) -> _Today:
        """Look at the sample as it is today; its purchases are fitted."""
        fitted = None
        if self.question.outcome == "silence":
            fitted = fit_purchases(known.order_by("customer_id").to_pyarrow())
        asked = at_risk(known, self.question, self.basis).order_by("customer_id")
        return _Today(fitted, sheet_of(asked.to_pyarrow(), frame, fitted))

    def _everybody(
        self, ledger: Ledger, sample: ir.Table, share: float, model: Model | None
    ) -> ir.Table:
        """Describe all customers by the columns that the model looks at, in parts."""
        known = sample
        if share < 1.0:
            known = known_of(ledger, self.question, on=self.as_of, basis=self.basis)
        known = known.select(needed(model, known.columns))
        return self.bench.keep(known.mutate(part=ibis.row_number() // CHUNK))

    def _score(self, known: ir.Table, model: ChurnModel | None) -> ir.Table:
        asked = at_risk(known.drop("part"), self.question, self.basis)
        asked = self.bench.keep(asked.select("customer_id").mutate(asked=True))
        marked = known.left_join(asked, "customer_id").drop("customer_id_right")
        count = first_row(known.agg(n=known.count()))["n"]
        pieces = []
        for part in range(max(1, -(-count // CHUNK))):
            table = marked.filter(marked.part == part).order_by("customer_id").to_pyarrow()
            of_these = table.filter(table["asked"].is_valid())
            pieces.append(self.bench.bring(scored(table, of_these, model, self.basis)))
        kept = self.bench.keep(ibis.union(*pieces) if len(pieces) > 1 else pieces[0])
        self.bench.clear(but=[kept])
        return kept

    def _card(
        self, customers: ir.Table, dates: Origins, share: float, found: Chosen
    ) -> ChurnCard:
        row = first_row(
            customers.agg(n=customers.count(), asked=customers.churn_probability.count())
        )
        low, high = found.model.band_limits if found.model is not None else (None, None)
        return ChurnCard(
            question=self.question,
            as_of=self.as_of,
            judged_on=dates.judged if found.methods else None,
            learned_on=dates.learned if found.methods else (),
            out_of_time=found.out_of_time,
            customers=row["asked"],
            not_asked=row["n"] - row["asked"],
            sample_share=share,
            methods=found.methods,
            chosen=found.model.method if found.model is not None else "none",
            band_low=low,
            band_high=high,
            verdict=found.verdict,
        )


def _dates(first: int | None, as_of: date, question: Question) -> Origins:
    if first is None:
        return Origins(None, (), (), 0)
    began = EPOCH + timedelta(days=first)
    return origins(began, as_of, span_days=question.span_days)


def _all(dates: Origins) -> tuple[date, ...]:
    return (dates.judged, *dates.learned) if dates.judged is not None else ()
