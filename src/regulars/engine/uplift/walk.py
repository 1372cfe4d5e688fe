"""How far a statistic may go at each look, if it is to leave with a given chance only now."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from regulars.engine.uplift.moments import Floats

# Steps over the range that is still undecided: enough for some hundred looks. Where looks
# follow each other closely the steps must be finer than what is new.
STEPS = 400
FINEST = 800
HALVINGS = 60


class Walk:
    """The density of a standardised statistic that has not left its bounds so far."""

    def __init__(self) -> None:
        self._centres, self._chances = np.array([0.0]), np.array([1.0])
        self._spread, self._bound = 0.0, 0.0

    def step(self, kept: float, chance: float) -> float:
        """Look again, and give the bound beyond which it now leaves with `chance`.

        Parameters
        ----------
        kept
            Correlation with the look before; 0 at the first. One so near 1 that the grid
            cannot tell it from 1 is taken as a little less, which makes bounds a little wider.
        chance
            That it leaves now and has not left before.
        """
        from scipy.special import ndtr

        kept = min(kept, 1.0 / math.hypot(1.0, 2.0 * self._width(FINEST)))
        spread = math.sqrt(1.0 - kept * kept)
        places, chances = self._settled(kept / spread)
        centres = kept * places

        def leaves(bound: float) -> float:
            up, down = (centres - bound) / spread, (-centres - bound) / spread
            return float(chances @ (ndtr(up) + ndtr(down)))

        highest = 40.0 * spread + float(np.abs(centres).max())
        self._bound, self._spread = _falls_to(leaves, chance, highest), spread
        self._centres, self._chances = centres, chances
        return self._bound

    def _width(self, steps: int) -> float:
        return 2.0 * self._bound / steps

    def _settled(self, sharpness: float) -> tuple[Floats, Floats]:
        """Give places and chances at the last look, in steps half as wide as what is new."""
        if self._spread == 0.0:
            return self._centres, self._chances
        steps = STEPS
        while steps < FINEST and 2.0 * self._width(steps) * sharpness > 1.0:
            steps *= 2
        places, weights = (each * self._bound for each in _rule(steps))
        away = (places[:, None] - self._centres[None, :]) / self._spread
        density = np.exp(-(away**2) / 2) @ self._chances
        return places, weights * density / (self._spread * math.sqrt(2 * math.pi))


@cache
def _rule(steps: int) -> tuple[Floats, Floats]:
    # Simpson's rule between -1 and 1.
    weights = np.where(np.arange(steps + 1) % 2 == 1, 4.0, 2.0)
    weights[[0, -1]] = 1.0
    return np.linspace(-1.0, 1.0, steps + 1), weights * 2.0 / (3.0 * steps)


def _falls_to(falling: Callable[[float], float], target: float, high: float) -> float:
    low = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > target else (low, middle)
    return high
