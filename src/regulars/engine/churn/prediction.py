"""Who will leave within a horizon, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.churn.columns import FACTS, known_of, known_on, needed
from regulars.engine.churn.judging import Contest, contest, too_few
from regulars.engine.churn.methods import P_ALIVE, purchases_alone
from regulars.engine.churn.origins import SHORTEST_LOOK_BACK, Origins, origins
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
from regulars.engine.churn.rows import Frame, Rows, fit_purchases, rows_on, sheet_of
from regulars.engine.learning import Judgement, Model, Reason, judge, reasons
from regulars.engine.learning.calibration import Calibration, base_rate_of
from regulars.engine.learning.model import typical_of
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import Sheet
from regulars.engine.learning.training import verdict_of
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


def explain_churn(
    ledger: Ledger,
    model: ChurnModel,
    customers: Sequence[int | str],
    *,
    as_of: date,
    basis: Basis,
    most: int | None = None,
) -> dict[int | str, list[Reason]]:
    """Say why some customers have their probability, for one customer or a page of them.

    Parameters
    ----------
    model
        From `Churn.model`, or back from JSON.
    customers
        Their ids; those unknown on the date are left out.
    as_of
        The date of the forecast.
    most
        How many reasons at most; None gives every fact that moved the probability.

    Returns
    -------
    dict of id to list of Reason
        The most important first: percentage points against the usual customer.

    Raises
    ------
    LedgerError
        where the model looks at a table that is missing.

    Examples
    --------
    >>> from datetime import timedelta
    >>> from regulars.engine import RETAIL
    >>> day = date(2025, 3, 31)  # 60 customers came weekly; most of them stopped some day
    >>> came = [(name, day - timedelta(days=7 * week), 9.0)
    ...         for name in range(60) for week in range(name % 4 * 3, 12)]
    >>> columns = ["customer_id", "local_date", "amount"]
    >>> ledger = Ledger(ibis.memtable(came, columns=columns))
    >>> found = predict_churn(ledger, as_of=day, horizon_days=30, basis=RETAIL)
    >>> why = explain_churn(ledger, found.model, [0, 3], as_of=day, basis=RETAIL, most=1)
    >>> [(why[name][0].code, why[name][0].value, why[name][0].points > 0) for name in why]
    [('silence', 0.0, False), ('silence', 63.0, True)]
    """
    ledger = ledger_until(ledger, as_of)
    wanted = ibis.memtable(pa.table({"customer_id": list(customers)}))
    known = known_of(ledger, model.question, on=as_of, basis=basis, customers=wanted)
    table = known.order_by("customer_id").to_pyarrow()
    found = reasons(model.model, model.sheet(table, basis), most=most)
    return dict(zip(table["customer_id"].to_pylist(), found, strict=True))


@dataclass(frozen=True)
class _Found:
    """The model in use and what is said about it."""

    model: Model | None
    methods: dict[str, Judgement]
    out_of_time: bool
    verdict: str


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
            found = self._learn(dates, past, frame, today)
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

    def _learn(
        self, dates: Origins, past: dict[date, Rows], frame: Frame, today: _Today
    ) -> _Found:
        last = past[dates.judged] if dates.judged is not None else None
        learn = [past[on] for on in dates.learned]
        if last is None or not learn:
            return self._alone(last, today, self._too_short(dates))
        missing = max(too_few(each) for each in (last, learn[0]))
        if missing:
            why = (
                f"Not enough data: {missing} more customers of the rarer outcome are needed "
                "on the dates learned from and judged."
            )
            return self._alone(last, today, why)
        early = [past[on] for on in dates.early]
        return _won(contest(learn, early, last, frame, seed=self.seed), last)

    def _too_short(self, dates: Origins) -> str:
        span = self.question.span_days
        have = dates.history_days + (span if dates.judged is not None else 0)
        more = 2 * span + max(SHORTEST_LOOK_BACK, span) - have
        return (
            f"The history covers {have} days; {more} more are needed to learn a horizon of "
            f"{self.question.horizon_days} days and to judge it."
        )

    def _alone(self, last: Rows | None, today: _Today, why: str) -> _Found:
        """Let MBG/NBD forecast by itself; it needs nobody's past to learn from."""
        card = purchases_alone(today.sheet, "silence_odds")
        if card is None:
            return _Found(None, {}, False, f"{why} Until then there is no probability.")
        methods = {}
        said = "Until then P(alive) of MBG/NBD is used, not judged."
        if last is not None and 0 < last.left.sum() < last.sheet.rows:
            odds = last.sheet.numbers["silence_odds"]
            if not np.isnan(odds).any():
                methods[P_ALIVE] = judge(_AS_IT_IS.probability(odds), last.left)
                said = f"P(alive) of MBG/NBD is used. {verdict_of(P_ALIVE, methods[P_ALIVE])}"
        usual = float(_AS_IT_IS.probability(card.score(today.sheet)).mean())
        curve = replace(_AS_IT_IS, base_rate=usual)
        model = Model(P_ALIVE, card, curve, FACTS, typical_of(today.sheet))
        return _Found(model, methods, False, f"{why} {said}")

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
        self, customers: ir.Table, dates: Origins, share: float, found: _Found
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


def _won(found: Contest, last: Rows) -> _Found:
    best = found.judgements[found.chosen]
    methods, verdict = dict(found.judgements), verdict_of(found.chosen, best)
    if not best.signal:
        flat = Model("base_rate", Scorecard(0.0, {}, ()), base_rate_of(last.left), (), {})
        return _Found(flat, methods, found.out_of_time, verdict)
    model = Model(
        found.chosen,
        found.cards[found.chosen],
        found.ways[found.chosen].calibration,
        FACTS,
        typical_of(last.sheet),
    )
    return _Found(model, methods, found.out_of_time, verdict)


_AS_IT_IS = Calibration("sigmoid", 0.5, slope=1.0)
