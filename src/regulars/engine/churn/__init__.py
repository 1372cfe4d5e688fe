"""Who will leave: a probability over a horizon the company sets, with its reasons.

One rule explains all of it: **a forecast is judged by what it would have said.** The ledger is
cut off at dates of the past; the customers as they were known then are the rows to learn
from, what became of them is the outcome, and the last complete horizon is kept for judging.

The way: `question` (what leaving means) -> `past` (facts up to the date alone) -> `origins`
(the dates) -> `rows` (columns, outcomes) -> `methods` and `judging` (who forecasts best) ->
`prediction` (everybody today) -> `result`.
"""

from __future__ import annotations

from regulars.engine.churn.columns import FACTS
from regulars.engine.churn.explaining import explain_churn
from regulars.engine.churn.prediction import predict_churn
from regulars.engine.churn.question import OUTCOMES, BadQuestion, Question
from regulars.engine.churn.result import Churn, ChurnCard, ChurnModel

__all__ = [
    "FACTS",
    "OUTCOMES",
    "BadQuestion",
    "Churn",
    "ChurnCard",
    "ChurnModel",
    "Question",
    "explain_churn",
    "predict_churn",
]
