"""Which learner, if any: all are judged on customers they had not seen, and none may win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy.typing as npt

from regulars.engine.uplift.estimators import BASES, Base
from regulars.engine.uplift.learners import (
    LEARNERS,
    Learner,
    cross_scores,
)
from regulars.engine.uplift.targeting import Targeting, judge, signals

PAIRS: tuple[tuple[Learner, Base], ...] = tuple(
    (learner, base)
    for learner in LEARNERS
    for base in BASES
    if (learner, base) != ("response", "boosting")
)


@dataclass(frozen=True)
class Choice:
    """Several learners judged on the same customers.

    Attributes
    ----------
    judged
        Each, by name, the best Qini first.
    best
        Name of the learner to score with, such as `x/boosting`; null where none finds
        anything ("no heterogeneity"): then treat all or nobody. `response/linear` is the
        usual way of targeting, by expected outcome.
    sentence
        For a person.
    """

    judged: tuple[Targeting, ...]
    best: str | None
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def compare_learners(
    features: npt.ArrayLike,
    treated: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    learners: Sequence[tuple[Learner, Base]] = PAIRS,
    share: float | None = None,
    folds: int = 5,
    level: float = 0.95,
    seed: int = 0,
) -> Choice:
    """Cross-fit several learners, judge each on customers it had not seen, and choose.

    Among many learners one looks good by luck, so the intervals are those of 1 - (1 - level)
    / number of learners (Bonferroni). Where none lies above 0 the answer is "no
    heterogeneity", and nobody targets noise.

    Parameters
    ----------
    features, treated, outcome, share, folds, seed
        As for `cross_scores`.
    learners
        Pairs of learner and base.

    Returns
    -------
    Choice
        Names such as `x/boosting`; fit the best again with `fit_uplift` on everybody.

    Raises
    ------
    BadInput
        as `cross_scores` does.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> features, treated = rng.normal(size=(4000, 2)), rng.random(4000) < 0.5
    >>> outcome = features[:, 0] * treated + rng.normal(size=4000)
    >>> found = compare_learners(features, treated, outcome, learners=[("t", "linear")])
    >>> found.best, [each.name for each in found.judged]
    ('t/linear', ['t/linear'])
    """
    careful = 1.0 - (1.0 - level) / len(learners)
    judged: list[Targeting] = []
    for learner, base in learners:
        scores = cross_scores(
            features,
            treated,
            outcome,
            learner=learner,
            base=base,
            share=share,
            folds=folds,
            seed=seed,
        )
        found = signals(
            scores.effect,
            treated,
            outcome,
            share=share,
            baseline=scores.baseline,
            fold=scores.fold,
        )
        judged.append(judge(found, name=f"{learner}/{base}", level=careful))
    return _chosen(judged)


def _chosen(judged: Sequence[Targeting]) -> Choice:
    ordered = tuple(sorted(judged, key=lambda each: -each.qini))
    good = [each for each in ordered if each.heterogeneous]
    if not good:
        best = ordered[0]
        return Choice(
            ordered,
            None,
            f"No heterogeneity: of {len(judged)} learners none finds whom it works on better "
            f"than chance (best {best.name}, {best.qini:.3g} from {best.qini_low:.3g} to "
            f"{best.qini_high:.3g}). Treat all or nobody.",
        )
    # The surest one, not the largest: a large Qini with a wide interval is luck.
    chosen = max(good, key=lambda each: each.qini_low)
    return Choice(ordered, chosen.name, chosen.sentence)
