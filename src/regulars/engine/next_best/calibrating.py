"""From a raw score to a chance: a logistic curve fitted on suggestions of the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.engine.next_best.judging import PLACES, top_places
from regulars.engine.next_best.lore import Lore
from regulars.engine.next_best.methods import Method, raw_scores
from regulars.engine.next_best.slices import Part, Slice

Floats = npt.NDArray[np.float64]

STEPS = 50
# Keeps the curve finite where nobody, or everybody, took what was suggested.
RIDGE = 1.0
LONGEST_SILENCE = 3650.0


@dataclass(frozen=True)
class Curve:
    """Chance that a suggestion is taken within the horizon.

    By raw score, place, days since the customer last took anything, and how many items the
    customer has: who is active takes more of everything, which no ranking shows.
    """

    weights: Floats
    centre: Floats
    spread: Floats

    def chance(self, signs: Floats) -> Floats:
        """Give the chance, 0-1, of each row of `signs`."""
        value = np.column_stack([np.ones(len(signs)), (signs - self.centre) / self.spread])
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(value @ self.weights, -30, 30))))


@dataclass(frozen=True)
class Promise:
    """What the curve promised on a window it had not seen, and what came.

    `expected` and `taken` count first suggestions that were taken.
    """

    suggested: int
    expected: float
    taken: int


def signs_of(part: Part, raw: Floats) -> Floats:
    """Lay out what the curve looks at: customer by customer, place by place."""
    places = raw.shape[1]
    silence = np.where(np.isnan(part.silence), LONGEST_SILENCE, part.silence)
    many = part.owned.many.astype(np.float64)
    columns = [raw]
    for place in range(1, PLACES):
        columns.append(np.tile(np.arange(places) == place, (part.size, 1)))
    columns.append(np.tile(np.log1p(silence)[:, None], (1, places)))
    columns.append(np.tile(np.log1p(many)[:, None], (1, places)))
    return np.stack([each.astype(np.float64).ravel() for each in columns], axis=1)


def suggested(
    method: Method, lore: Lore, customers: Slice
) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Give signs, whether it was taken, and place (from 0) of all suggestions to them."""
    signs, taken, place = [], [], []
    for part in customers.parts(lore.products):
        score = raw_scores([method], lore, part.owned)[method.name]
        column, raw = top_places(np.where(part.barred, -np.inf, score))
        real = np.isfinite(raw).ravel()
        signs.append(signs_of(part, np.where(np.isfinite(raw), raw, 0.0))[real])
        taken.append(np.take_along_axis(part.truth, column, axis=1).ravel()[real])
        place.append(np.tile(np.arange(column.shape[1]), part.size)[real])
    return np.concatenate(signs), np.concatenate(taken), np.concatenate(place)


def fit_curve(signs: Floats, taken: npt.NDArray[np.bool_]) -> Curve:
    """Fit the logistic curve by Newton steps."""
    centre, spread = signs.mean(axis=0), signs.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    values = np.column_stack([np.ones(len(signs)), (signs - centre) / spread])
    penalty = np.full(values.shape[1], RIDGE)
    penalty[0] = 1e-6
    weights = np.zeros(values.shape[1])
    share = np.clip(taken.mean(), 1e-6, 1 - 1e-6)
    weights[0] = np.log(share / (1 - share))
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(values @ weights, -30, 30)))
        slope = values.T @ (taken - chance) - penalty * weights
        bend = (values * (chance * (1 - chance))[:, None]).T @ values + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        # A long step can overshoot where the curve is flat.
        weights = weights + step * min(1.0, 4.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return Curve(weights, centre, spread)
