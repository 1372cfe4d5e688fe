"""A simulated year of experiments with known truth: intervals hold it at their stated rate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from regulars.engine.uplift import Moments
from regulars.server.experiments.rules import Asked, Timing, judge
from regulars.server.experiments.rules.arms import usual
from regulars.server.experiments.rules.judging import BEFORE, effect_of

EXPERIMENTS = 300
LOOKS = (0.25, 0.5, 0.75, 1.0)
NAMES = tuple(f"look_{n}" for n in range(1, 5))


def _drawn(rng: np.random.Generator, outcome: str, extra: float) -> dict[str, Moments]:
    """2,000 customers who buy week after week as they always did; the treated a little more."""
    size, weeks = 2_000, len(LOOKS)
    rate = rng.gamma(1.5, 0.25, size)
    treated = rng.random(size) >= 0.2
    past = rng.poisson(rate * 12)
    orders = rng.poisson(rate[:, None] + np.where(treated, extra, 0.0)[:, None], (size, weeks))
    spend = orders * rng.gamma(4.0, 25.0, (size, 1))
    so_far = np.cumsum(spend if outcome == "revenue" else orders, axis=1)
    if outcome == "bought":
        so_far = (so_far > 0).astype(float)
    columns = dict(zip(NAMES, so_far.T, strict=True)) | {BEFORE: past.astype(float)}
    return {
        name: Moments.of({column: values[of] for column, values in columns.items()})
        for name, of in (("control", ~treated), ("treated", treated))
    }


def _truth(rng: np.random.Generator, outcome: str, extra: float) -> list[float]:
    """The true effect up to each look; by counting on where no formula is at hand."""
    if outcome == "revenue":
        return [extra * week * 100.0 for week in range(1, 5)]
    rate = rng.gamma(1.5, 0.25, 4_000_000)
    return [
        float(np.mean(np.exp(-rate * week) * (1 - math.exp(-extra * week))))
        for week in range(1, 5)
    ]


@pytest.mark.parametrize("outcome", ["revenue", "bought"])
@pytest.mark.parametrize("extra", [0.0, 0.05])
def test_intervals_hold_the_truth_at_all_looks_together(outcome: str, extra: float) -> None:
    rng = np.random.default_rng(7)
    truth = _truth(rng, outcome, extra)
    asked, held, last, seen = Asked(usual(0.2), outcome), 0, 0, 0

    for _ in range(EXPERIMENTS):
        arms = _drawn(rng, outcome, extra)
        inside, codes = [], []
        for look in range(1, 5):
            timing = Timing(LOOKS[:look], NAMES[:look])
            read = {
                name: Moments(
                    tuple(c for c in each.columns if c in (*NAMES[:look], BEFORE)),
                    each.n,
                    *_part(each, (*NAMES[:look], BEFORE)),
                )
                for name, each in arms.items()
            }
            judged = judge(asked, read, timing)
            effect = effect_of(judged.body["effects"]["treated"])
            inside.append(effect.low <= truth[look - 1] <= effect.high)
            codes.append(judged.code)
        held += all(inside)
        last += inside[-1]
        seen += "worked" in codes

    error = math.sqrt(0.95 * 0.05 / EXPERIMENTS)
    print(  # noqa: T201
        f"\n{outcome}, extra {extra:g}: truth inside at all 4 looks {held / EXPERIMENTS:.1%}, "
        f"at the end {last / EXPERIMENTS:.1%}, seen to work {seen / EXPERIMENTS:.1%} "
        f"of {EXPERIMENTS} (95 % promised, standard error {error:.1%})"
    )
    assert held / EXPERIMENTS > 0.95 - 3 * error
    if extra == 0:
        assert seen / EXPERIMENTS < 0.05 + 3 * error


def _part(
    arm: Moments, columns: tuple[str, ...]
) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """What had come until a look: no column of a later one."""
    places = [arm.place(column) for column in arm.columns if column in columns]
    sums = tuple(arm.sums[place] for place in places)
    return sums, tuple(tuple(arm.products[one][two] for two in places) for one in places)
