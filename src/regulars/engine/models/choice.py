"""Which model suits this company? The one that saw its later months coming.

Each candidate is fitted on what was known at an earlier date T1 and judged by how likely it
held what the customers known then did until T2:

    ln p(history to T2) - ln p(history to T1),   under the parameters found at T1.

That is the density of what was new, so models with more parameters win nothing by having
them, and a model that kills customers too early pays for each who comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.models.dropout import BG_NBD, MBG_NBD, DropoutModel, cnbd
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import Histories, Ints
from regulars.engine.models.horizon import PurchaseModel
from regulars.engine.models.newton import Floats
from regulars.engine.models.pareto import PARETO_NBD

# The first is the one in use by default: it must be beaten, not met.
CANDIDATES: tuple[PurchaseModel, ...] = (
    MBG_NBD,
    BG_NBD,
    cnbd(2),
    cnbd(3),
    cnbd(4),
    PARETO_NBD,
)
SURE = 1.0  # standard errors; Breiman's rule of one


@dataclass(frozen=True)
class Records:
    """One row per customer, times in days, as of one date.

    Attributes
    ----------
    repeats, last, age
        x, t_x and T, int64, >= 0; see `Histories`.
    log_gaps
        Per customer the sum of ln(gap in days), 0 without a repeat; None leaves out the
        models with k > 1.
    """

    repeats: Ints
    last: Ints
    age: Ints
    log_gaps: Floats | None = None

    def histories(self) -> Histories:
        """Compress them."""
        return Histories.of(self.repeats, self.last, self.age, self.log_gaps)


@dataclass(frozen=True)
class Trial:
    """How one candidate did.

    Attributes
    ----------
    model
        Its name.
    held_out
        Log-likelihood of what happened after T1; null where it could not be fitted.
    behind
        How much that is below the best one's, >= 0.
    error
        Standard error of `behind`, over customers.
    log_likelihood
        Of the history up to T1, at its own parameters.
    closed_form
        Whether P(alive) is a formula of x, t_x and T that a query can compute. Where it is
        not (Pareto/NBD) the distinct (x, t_x, T) are scored in NumPy and joined.
    missing
        Why it could not be fitted; null where it was.
    """

    model: str
    held_out: float | None
    behind: float | None
    error: float | None
    log_likelihood: float | None
    closed_form: bool
    missing: str | None = None


@dataclass(frozen=True)
class Choice:
    """The model to use, and the ranking it comes from.

    Attributes
    ----------
    model, fitted
        The winner, fitted on everything.
    trials
        All candidates, the best first; those that could not be fitted last.
    customers
        How many were known at T1 and judged.
    verdict
        One sentence for a person.
    """

    model: PurchaseModel
    fitted: Fitted
    trials: tuple[Trial, ...]
    customers: int
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "model": self.model.name,
            "customers": self.customers,
            "trials": [asdict(trial) for trial in self.trials],
            "verdict": self.verdict,
        }


def choose(
    then: Records,
    now: Records,
    everything: Histories,
    *,
    candidates: Sequence[PurchaseModel] = CANDIDATES,
) -> Choice:
    """Choose a model by the likelihood of what it had not seen.

    The first candidate is the default. Another one displaces it only when it is better by
    more than one standard error: a base must not change its model by chance from night to
    night.

    Parameters
    ----------
    then, now
        The customers known at T1, as of T1 and as of T2, in the same order. A sample (by hash
        of the id) of 200,000 is plenty.
    everything
        All histories as of T2, on which the winner is fitted again.
    candidates
        To try; the first is the default one. Those with k > 1 need `log_gaps`.

    Returns
    -------
    Choice

    Raises
    ------
    BadInput
        where the two are not of the same customers.
    NoFit
        where no candidate could be fitted.

    Examples
    --------
    >>> x, age = np.array([0, 1, 2, 4] * 25), np.full(100, 60)
    >>> then = Records(x, np.array([0, 20, 30, 50] * 25), age)
    >>> now = Records(x + (x > 1), np.array([0, 20, 80, 85] * 25), age + 30)
    >>> found = choose(then, now, now.histories(), candidates=(MBG_NBD, BG_NBD))
    >>> found.model.name, [trial.model for trial in found.trials]
    ('mbg_nbd', ['mbg_nbd', 'bg_nbd'])
    """
    _require_same(then, now)
    tried = [_try(model, then, now) for model in candidates]
    fitted = [
        (model, trial, rows) for model, (trial, rows) in zip(candidates, tried, strict=True)
    ]
    able = [each for each in fitted if each[2] is not None]
    if not able:
        raise NoFit("No model could be fitted at the earlier date: " + str(tried[0][0].missing))
    best = max(able, key=lambda each: each[1].held_out or 0.0)
    trials = [_behind(trial, rows, best[2]) for _, trial, rows in fitted]
    trials.sort(key=lambda trial: (trial.behind is None, trial.behind or 0.0))
    winner = best[0] if _displaces(best[2], able[0][2]) else able[0][0]
    return Choice(
        model=winner,
        fitted=winner.fit(everything),
        trials=tuple(trials),
        customers=len(then.repeats),
        verdict=_verdict(winner, best[0], trials),
    )


def _require_same(then: Records, now: Records) -> None:
    same = len(then.repeats) == len(now.repeats)
    if not same or (now.repeats < then.repeats).any() or (now.age < then.age).any():
        raise BadInput(
            "The records of the two dates are not of the same customers in the same order: "
            "somebody's repeats or age fell. Join both by the id first."
        )


def _try(model: PurchaseModel, then: Records, now: Records) -> tuple[Trial, Floats | None]:
    formula = isinstance(model, DropoutModel)
    try:
        fitted = model.fit(then.histories())
    except NoFit as reason:
        return Trial(model.name, None, None, None, None, formula, str(reason)), None
    rows = _evidence(model, fitted, now) - _evidence(model, fitted, then)
    trial = Trial(model.name, float(rows.sum()), 0.0, 0.0, fitted.log_likelihood, formula)
    return trial, rows


def _evidence(model: PurchaseModel, fitted: Fitted, of: Records) -> Floats:
    return model.log_likelihood(fitted, of.repeats, of.last, of.age, of.log_gaps)


def _behind(trial: Trial, rows: Floats | None, best: Floats | None) -> Trial:
    if rows is None or best is None:
        return trial
    gap, error = _gap(best, rows)
    return replace(trial, behind=gap, error=error)


def _gap(better: Floats, worse: Floats) -> tuple[float, float]:
    gap = better - worse
    return float(gap.sum()), float(gap.std() * np.sqrt(len(gap)))


def _displaces(best: Floats | None, default: Floats | None) -> bool:
    if best is None or default is None:
        return False
    gap, error = _gap(best, default)
    return gap > SURE * error


def _verdict(winner: PurchaseModel, best: PurchaseModel, trials: list[Trial]) -> str:
    if winner == best:
        second = next(
            (t for t in trials if t.model != best.name and t.behind is not None), None
        )
        if second is None:
            return f"{best.name} is the only model that could be fitted."
        return (
            f"{best.name} saw the later months best, {second.behind:.1f} above {second.model} "
            f"(standard error {second.error:.1f})."
        )
    own = next(trial for trial in trials if trial.model == winner.name)
    return (
        f"{best.name} did best, but only by {own.behind:.1f} (standard error {own.error:.1f}) "
        f"over {winner.name}, which stays."
    )
