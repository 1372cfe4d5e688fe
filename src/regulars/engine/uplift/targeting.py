"""Does a score find those it works on? Qini, tenths, and a verdict that may say no.

Everything is a mean over customers of their *signal*: (arm - share) / (share (1 - share))
times (outcome - baseline), whose expectation is the customer's own effect whatever the
baseline is (a baseline near the outcome only makes it less noisy). Means have intervals, so
nothing needs a bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.uplift.moments import Floats
from regulars.engine.uplift.quantiles import critical, two_sided

STEPS = 20


@dataclass(frozen=True)
class Signals:
    """What the judgement needs of each customer, rows as in the experiment.

    Attributes
    ----------
    signal
        Unbiased for the customer's own effect, shape (n,).
    place
        Where the score puts him, 0 (first to be treated) to 1, within his fold; equal
        scores share one place. Shape (n,).
    treated, outcome
        The experiment, shape (n,).
    """

    signal: Floats
    place: Floats
    treated: npt.NDArray[np.bool_]
    outcome: Floats


@dataclass(frozen=True)
class Tenth:
    """One tenth of the customers in the order of the score, 1 the highest.

    Attributes
    ----------
    tenth
        1 to 10.
    treated_n, control_n
        Customers.
    treated, control
        Their mean outcomes.
    effect, low, high
        The tenth's effect with its interval, with the baseline's help.
    """

    tenth: int
    treated_n: int
    control_n: int
    treated: float
    control: float
    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class Targeting:
    """How well a score orders customers by what the action does to them.

    Attributes
    ----------
    name
        Of the score.
    customers
        Judged.
    effect, effect_low, effect_high
        The mean effect over all.
    qini, qini_low, qini_high
        Area between the gain curve and the straight line of treating at random, in outcome
        per customer: 0 for a score that knows nothing, below 0 for a misleading one.
    p_value
        Of a Qini of 0, two-sided.
    auuc
        Area under the gain curve: qini + effect / 2.
    curve
        (share treated, gain per customer, low, high) in twentieths.
    tenths
        From the highest scores to the lowest.
    heterogeneous
        True where the Qini's interval lies above 0: only then may the score choose.
    sentence
        For a person.
    level
        Of all intervals.
    """

    name: str
    customers: int
    effect: float
    effect_low: float
    effect_high: float
    qini: float
    qini_low: float
    qini_high: float
    p_value: float
    auuc: float
    curve: tuple[tuple[float, float, float, float], ...]
    tenths: tuple[Tenth, ...]
    heterogeneous: bool
    sentence: str
    level: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def signals(
    scores: npt.ArrayLike,
    treated: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    share: float | None = None,
    baseline: npt.ArrayLike | None = None,
    fold: npt.ArrayLike | None = None,
) -> Signals:
    """Prepare scores for judgement on a randomised experiment they were not fitted on.

    Parameters
    ----------
    scores
        Shape (n,), higher is treated first.
    treated, outcome
        Shape (n,); `treated` by assignment.
    share
        Planned share treated; None takes the realised one.
    baseline
        Expected outcome of each customer from what was known before (`CrossScores.baseline`);
        None takes the mean.
    fold
        Customers are ranked within their fold, because the scores of two models are not on
        one scale; None takes all together.

    Returns
    -------
    Signals

    Raises
    ------
    BadInput
        where lengths differ or an arm is empty.

    Examples
    --------
    >>> found = signals([2.0, 1.0], [True, False], [1.0, 0.0])
    >>> found.signal.tolist(), found.place.tolist()
    ([1.0, 1.0], [0.25, 0.75])
    """
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    w = np.asarray(treated).astype(bool)
    if not len(s) == len(w) == len(y) or w.all() or not w.any():
        raise BadInput(
            f"{len(s)} scores, {len(w)} arms and {len(y)} outcomes cannot be judged; give "
            "one of each per customer, with both arms."
        )
    e = float(w.mean()) if share is None else share
    middle = (1 - e) * y[w].mean() + e * y[~w].mean()
    expected = middle if baseline is None else np.asarray(baseline, dtype=np.float64)
    parts = np.zeros(len(s), dtype=np.int64) if fold is None else np.asarray(fold)
    place = np.empty(len(s))
    for part in np.unique(parts):
        place[parts == part] = _places(s[parts == part])
    return Signals((w - e) / (e * (1 - e)) * (y - expected), place, w, y)


def judge(found: Signals, *, name: str = "score", level: float = 0.95) -> Targeting:
    """Judge an order of customers by what the action did to them.

    Parameters
    ----------
    found
        From `signals`.
    name
        Of the score.
    level
        Of the intervals.

    Returns
    -------
    Targeting

    References
    ----------
    Radcliffe, N. (2007). Using control groups to target on predicted lift. Direct Marketing
    Analytics Journal. Yadlowsky, S. et al. (2025). Evaluating treatment prioritization rules
    via rank-weighted average treatment effects. JASA 120 (the interval of the Qini).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> own, treated = rng.normal(size=4000), rng.random(4000) < 0.5
    >>> outcome = own * treated + rng.normal(size=4000)
    >>> noise = rng.permutation(own)
    >>> found = [judge(signals(each, treated, outcome)) for each in (own, noise)]
    >>> [each.heterogeneous for each in found]
    [True, False]
    >>> round(found[0].qini, 1)
    0.3
    """
    reach = critical(level)
    signal, place = found.signal, found.place
    effect, effect_error = _mean(signal)
    qini, error = _qini(signal, place)
    heterogeneous = qini - reach * error > 0
    return Targeting(
        name=name,
        customers=len(signal),
        effect=effect,
        effect_low=effect - reach * effect_error,
        effect_high=effect + reach * effect_error,
        qini=qini,
        qini_low=qini - reach * error,
        qini_high=qini + reach * error,
        p_value=two_sided(qini / error) if error > 0 else 1.0,
        auuc=qini + effect / 2,
        curve=_curve(signal, place, reach),
        tenths=_tenths(found, reach),
        heterogeneous=heterogeneous,
        sentence=_said(name, heterogeneous, qini, reach * error),
        level=level,
    )


def qini_curve(
    scores: npt.ArrayLike, treated: npt.ArrayLike, outcome: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Give Radcliffe's curve as other packages draw it: incremental outcomes by depth.

    At depth k: outcomes of the treated so far, less those of control so far times treated
    over control so far. Equal scores come together.

    Parameters
    ----------
    scores, treated, outcome
        Shape (n,).

    Returns
    -------
    Customers so far and incremental outcomes so far, both starting at 0.

    Examples
    --------
    >>> depth, gain = qini_curve([4, 3, 2, 1], [1, 0, 1, 0], [1, 0, 0, 0])
    >>> depth.tolist(), gain.tolist()
    ([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 1.0, 1.0, 1.0])
    """
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    w = np.asarray(treated).astype(bool)
    order = np.argsort(-s, kind="stable")
    s, w, y = s[order], w[order], y[order]
    ends = np.flatnonzero(np.append(s[1:] != s[:-1], True))
    n1, n0 = np.cumsum(w)[ends], np.cumsum(~w)[ends]
    y1, y0 = np.cumsum(y * w)[ends], np.cumsum(y * ~w)[ends]
    gain = y1 - np.where(n0 > 0, y0 * n1 / np.maximum(n0, 1), 0.0)
    return np.append(0.0, ends + 1.0), np.append(0.0, gain)


def _said(name: str, heterogeneous: bool, qini: float, half: float) -> str:
    figures = f"Qini {qini:.3g} ± {half:.2g}"
    if heterogeneous:
        return f"{name} finds whom it works on ({figures} per customer)."
    return f"No heterogeneity found by {name} ({figures} per customer): treat all or nobody."


def _places(scores: Floats) -> Floats:
    """Rank from the highest, ties in the middle of what they share, as a fraction."""
    _, group, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(sizes) - sizes / 2
    return np.asarray(middle[group] / len(scores), dtype=np.float64)


def _mean(values: Floats) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5)


def _qini(signal: Floats, place: Floats) -> tuple[float, float]:
    """Give the area and its standard error.

    The area is the mean of signal * (1/2 - place). Places are ranks among the others, so a
    customer moves the area also by what he pushes down: the second term of the influence.
    """
    off = signal - signal.mean()
    own = off * (0.5 - place)
    order = np.argsort(place, kind="stable")
    beneath = off.sum() - np.cumsum(off[order])
    pushed = np.empty(len(off))
    pushed[order] = beneath / len(off)
    _, error = _mean(own - pushed)
    return float((signal * (0.5 - place)).mean()), error


def _curve(
    signal: Floats, place: Floats, reach: float
) -> tuple[tuple[float, float, float, float], ...]:
    points = [(0.0, 0.0, 0.0, 0.0)]
    for step in range(1, STEPS + 1):
        depth = step / STEPS
        gain, error = _mean(signal * (place <= depth))
        points.append((depth, gain, gain - reach * error, gain + reach * error))
    return tuple(points)


def _tenths(found: Signals, reach: float) -> tuple[Tenth, ...]:
    which = np.minimum((found.place * 10).astype(np.int64), 9)
    return tuple(
        _tenth(found, which == place, place + 1, reach)
        for place in range(10)
        if (which == place).sum() > 1
    )


def _tenth(found: Signals, inside: npt.NDArray[np.bool_], number: int, reach: float) -> Tenth:
    effect, error = _mean(found.signal[inside])
    w, y = found.treated[inside], found.outcome[inside]
    sums: Mapping[bool, float] = {arm: float(y[w == arm].sum()) for arm in (True, False)}
    return Tenth(
        tenth=number,
        treated_n=int(w.sum()),
        control_n=int((~w).sum()),
        treated=sums[True] / max(int(w.sum()), 1),
        control=sums[False] / max(int((~w).sum()), 1),
        effect=effect,
        low=effect - reach * error,
        high=effect + reach * error,
    )
