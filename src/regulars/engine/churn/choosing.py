"""Which model is used, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from regulars.engine.churn.columns import FACTS
from regulars.engine.churn.judging import Contest, contest, too_few
from regulars.engine.churn.methods import P_ALIVE, purchases_alone
from regulars.engine.churn.origins import SHORTEST_LOOK_BACK, Origins
from regulars.engine.churn.question import Question
from regulars.engine.churn.rows import Frame, Rows
from regulars.engine.learning import Judgement, Model, judge
from regulars.engine.learning.calibration import Calibration, base_rate_of
from regulars.engine.learning.model import typical_of
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import Sheet
from regulars.engine.learning.training import verdict_of

_AS_IT_IS = Calibration("sigmoid", 0.5, slope=1.0)


@dataclass(frozen=True)
class Chosen:
    """The model in use and what is said about it."""

    model: Model | None
    methods: dict[str, Judgement]
    out_of_time: bool
    verdict: str


def choose_model(
    dates: Origins, past: Mapping[date, Rows], frame: Frame, today: Sheet, *, seed: int
) -> Chosen:
    """Let the methods contest on the past; without enough of it one forecasts by itself."""
    last = past[dates.judged] if dates.judged is not None else None
    learn = [past[on] for on in dates.learned]
    if last is None or not learn:
        return _alone(last, today, _too_short(dates, frame.question))
    missing = max(too_few(each) for each in (last, learn[0]))
    if missing:
        why = (
            f"Not enough data: {missing} more customers of the rarer outcome are needed "
            "on the dates learned from and judged."
        )
        return _alone(last, today, why)
    early = [past[on] for on in dates.early]
    return _won(contest(learn, early, last, frame, seed=seed), last)


def _too_short(dates: Origins, question: Question) -> str:
    span = question.span_days
    have = dates.history_days + (span if dates.judged is not None else 0)
    more = 2 * span + max(SHORTEST_LOOK_BACK, span) - have
    return (
        f"The history covers {have} days; {more} more are needed to learn a horizon of "
        f"{question.horizon_days} days and to judge it."
    )


def _alone(last: Rows | None, today: Sheet, why: str) -> Chosen:
    """Let MBG/NBD forecast by itself; it needs nobody's past to learn from."""
    card = purchases_alone(today, "silence_odds")
    if card is None:
        return Chosen(None, {}, False, f"{why} Until then there is no probability.")
    methods = {}
    said = "Until then P(alive) of MBG/NBD is used, not judged."
    if last is not None and 0 < last.left.sum() < last.sheet.rows:
        odds = last.sheet.numbers["silence_odds"]
        if not np.isnan(odds).any():
            methods[P_ALIVE] = judge(_AS_IT_IS.probability(odds), last.left)
            if not methods[P_ALIVE].signal:
                said = verdict_of(P_ALIVE, methods[P_ALIVE])
                return Chosen(_flat(last), methods, False, f"{why} {said}")
            said = f"P(alive) of MBG/NBD is used. {verdict_of(P_ALIVE, methods[P_ALIVE])}"
    usual = float(_AS_IT_IS.probability(card.score(today)).mean())
    curve = replace(_AS_IT_IS, base_rate=usual)
    model = Model(P_ALIVE, card, curve, FACTS, typical_of(today))
    return Chosen(model, methods, False, f"{why} {said}")


def _won(found: Contest, last: Rows) -> Chosen:
    best = found.judgements[found.chosen]
    methods, verdict = dict(found.judgements), verdict_of(found.chosen, best)
    if not best.signal:
        return Chosen(_flat(last), methods, found.out_of_time, verdict)
    model = Model(
        found.chosen,
        found.cards[found.chosen],
        found.ways[found.chosen].calibration,
        FACTS,
        typical_of(last.sheet),
    )
    return Chosen(model, methods, found.out_of_time, verdict)


def _flat(last: Rows) -> Model:
    """Give everybody the base rate."""
    return Model("base_rate", Scorecard(0.0, {}, ()), base_rate_of(last.left), (), {})
