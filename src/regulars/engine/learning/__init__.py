"""Learn an outcome from a table; this package knows nothing of customers.

One rule explains all of it: **a model is a sum.** Whatever it was trained as, it is kept as a
scorecard (a baseline and what each feature adds), a rising curve from score to probability,
and what is usual. So it scores by looking values up, is stored as JSON, and can say why.

The way: `Sheet` (a table as models read it) -> `leakage` (refuse what knows the outcome) ->
`choosing` (logistic or boosting, by rows not seen) -> `calibration` -> `judgement` -> `Model`
-> `reasons`. Only `logistic`, `boosting` and `choosing` need scikit-learn, and load it when
they train.
"""

from __future__ import annotations

from regulars.engine.learning.calibration import Calibration
from regulars.engine.learning.judgement import Judgement, Tenth, judge
from regulars.engine.learning.leakage import Finding, Leak, find_leaks, refuse_leaks
from regulars.engine.learning.model import BANDS, Fact, Model
from regulars.engine.learning.reasons import Reason, reason_columns, reasons
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import BadTable, Sheet
from regulars.engine.learning.training import Trained, train

__all__ = [
    "BANDS",
    "BadTable",
    "Calibration",
    "Fact",
    "Finding",
    "Judgement",
    "Leak",
    "Model",
    "Reason",
    "Scorecard",
    "Sheet",
    "Tenth",
    "Trained",
    "find_leaks",
    "judge",
    "reason_columns",
    "reasons",
    "refuse_leaks",
    "train",
]
