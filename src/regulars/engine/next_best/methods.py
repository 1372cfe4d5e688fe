"""The candidate ways to suggest: three popularities, five that look at the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.engine.next_best.lore import (
    FEATURES,
    POPULAR,
    TIE,
    Lore,
    Owned,
    Singles,
    features,
)

Floats = npt.NDArray[np.float64]

# What is most held, most newly taken in the horizon, most newly taken lately.
POPULARITIES = ("popular_held", "popular_taken", "popular_lately")
PERSONAL = ("together", "after", "together_weighed", "after_weighed", "combined")
# What the weighed methods look at, beside the popularities.
WEIGHED: Mapping[str, tuple[str, ...]] = {
    "together_weighed": ("together", "lately_together"),
    "after_weighed": ("after", "follow"),
    "combined": ("together", "lately_together", "after", "follow"),
}

_PLAIN: Mapping[str, Mapping[str, float]] = {
    "popular_held": {"held": 1.0},
    "popular_taken": {"taken": 1.0},
    "popular_lately": {"lately": 1.0},
    "together": {"together": 1.0},
    "after": {"after": 1.0, "taken": 1.0},
}


@dataclass(frozen=True)
class Method:
    """A way to suggest: weights on the features of `Lore`."""

    name: str
    weights: Mapping[str, float]

    @property
    def personal(self) -> bool:
        """Whether it looks at what the customer has."""
        return self.name in PERSONAL


def plain(name: str) -> Method:
    """Give a method that needs no training."""
    return Method(name, _PLAIN[name])


def raw_scores(methods: list[Method], lore: Lore, owned: Owned) -> dict[str, Floats]:
    """Score every customer and product by each method; higher is better, no unit.

    Returns
    -------
    dict of (n, j) by name of the method
    """
    wanted = {name for method in methods for name in method.weights} - set(POPULAR)
    made = features(lore, owned, tuple(name for name in FEATURES if name in wanted))
    return {method.name: _weigh(method, lore, made, owned.size) for method in methods}


def _weigh(method: Method, lore: Lore, made: Mapping[str, Singles], many: int) -> Floats:
    base = TIE * lore.held
    for name in POPULAR:
        base = base + method.weights.get(name, 0.0) * getattr(lore, name)
    total = np.tile(base, (many, 1))
    for name, value in made.items():
        if name in method.weights:
            total += method.weights[name] * value
    return total
