"""Weigh the features by what customers chose: a conditional logit, by Newton steps.

Each thing newly taken is a choice among what the customer did not have (McFadden 1974).
What makes a customer take more of everything cancels out, as it should in a ranking.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from regulars.engine.next_best.lore import FEATURES, POPULAR, Lore, Singles, features
from regulars.engine.next_best.methods import WEIGHED, Method
from regulars.engine.next_best.slices import Slice

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_CHOICES = 20_000
# Others that each choice is compared with; of fewer products all are.
OTHERS = 60
# A few customers' worth of belief that a feature says nothing.
RIDGE = 5.0
FEWEST_TAKERS = 100
STEPS = 40


def weigh(lore: Lore, customers: Slice, *, seed: int) -> list[Method]:
    """Fit the weights on who took what; nothing where too few took anything."""
    laid = _choices(lore, customers, np.random.default_rng(seed))
    if laid is None:
        return []
    return [_weighed(name, own, *laid) for name, own in WEIGHED.items()]


def _weighed(
    name: str, own: tuple[str, ...], values: Floats, offered: Bools, importance: Floats
) -> Method:
    spread = values.reshape(-1, len(FEATURES)).std(axis=0)
    wanted = [each in own or each in POPULAR for each in FEATURES]
    used = (spread > 1e-9) & np.array(wanted)
    weights = np.zeros(len(FEATURES))
    weights[used] = _newton(values[..., used] / spread[used], offered, importance)
    weights[used] /= spread[used]
    named = zip(FEATURES, weights, strict=True)
    return Method(name, {each: float(weight) for each, weight in named if weight != 0.0})


def _choices(
    lore: Lore, customers: Slice, rng: np.random.Generator
) -> tuple[Floats, Bools, Floats] | None:
    """Lay out (choice, alternative, feature); the first alternative is what was taken."""
    values, offered, importance = [], [], []
    kept = min(1.0, MOST_CHOICES / max(int(customers.took.sum()), 1))
    for part in customers.parts(lore.products):
        who, what = np.nonzero(part.truth & ~part.barred)
        each = 1.0 / np.maximum(np.bincount(who, minlength=part.size), 1)
        drawn = rng.random(len(who)) < kept
        who, what = who[drawn], what[drawn]
        if not len(who):
            continue
        takers, row = np.unique(who, return_inverse=True)
        shown = np.column_stack([what, _others(len(who), lore.products, rng)])
        free = ~(part.barred | part.truth)[who[:, None], shown]
        free[:, 0] = True
        made = features(lore, part.owned.of(takers), FEATURES)
        values.append(_seen(made, row, shown))
        offered.append(free)
        importance.append(each[who])
    if sum(each.sum() for each in importance) < FEWEST_TAKERS * kept:
        return None
    return np.concatenate(values), np.concatenate(offered), np.concatenate(importance)


def _seen(made: dict[str, Singles], row: Ints, shown: Ints) -> Floats:
    columns = [made[name][row[:, None], shown] for name in FEATURES]
    return np.stack(columns, axis=-1).astype(np.float64)


def _others(choices: int, products: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    if products <= OTHERS:
        return np.tile(np.arange(products), (choices, 1))
    return rng.integers(0, products, (choices, OTHERS))


def _newton(values: Floats, offered: Bools, importance: Floats) -> Floats:
    weights = np.zeros(values.shape[-1])
    reached, chance = _likelihood(weights, values, offered, importance)
    for _ in range(STEPS):
        mean = np.einsum("ca,caf->cf", chance, values)
        slope = importance @ (values[:, 0] - mean) - RIDGE * weights
        bend = np.einsum("c,ca,caf,cag->fg", importance, chance, values, values, optimize=True)
        bend -= np.einsum("c,cf,cg->fg", importance, mean, mean)
        step = np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
        for _ in range(20):
            better, chance = _likelihood(weights + step, values, offered, importance)
            if better >= reached - 1e-12:
                break
            step = step / 2
        weights, reached = weights + step, better
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _likelihood(
    weights: Floats, values: Floats, offered: Bools, importance: Floats
) -> tuple[float, Floats]:
    score = np.where(offered, values @ weights, -np.inf)
    score -= score.max(axis=1, keepdims=True)
    chance = np.exp(score)
    total = chance.sum(axis=1)
    fit = importance @ (score[:, 0] - np.log(total)) - RIDGE / 2 * (weights @ weights)
    return float(fit), chance / total[:, None]
