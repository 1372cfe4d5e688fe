"""The scikit-learn estimators that learners are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from regulars.engine.uplift.moments import Floats

Base = Literal["linear", "boosting"]
BASES: tuple[Base, ...] = ("linear", "boosting")


@dataclass(frozen=True)
class Maker:
    """How estimators are made: their kind, for how many customers, and the seed."""

    base: Base
    customers: int
    seed: int

    def make(self, *, binary: bool) -> Any:  # scikit-learn has no common static type
        """Make an estimator that is not fitted yet."""
        return self._linear(binary) if self.base == "linear" else self._boosting(binary)

    def weights_of(self, model: Any) -> str:
        """Give the name by which `fit` takes weights."""
        inner = f"{model.steps[-1][0]}__" if self.base == "linear" else ""
        return f"{inner}sample_weight"

    def _linear(self, binary: bool) -> Any:
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        last = LogisticRegression(C=0.1, max_iter=200) if binary else Ridge(alpha=100.0)
        return make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler(), last)

    def _boosting(self, binary: bool) -> Any:
        from sklearn.ensemble import (
            HistGradientBoostingClassifier,
            HistGradientBoostingRegressor,
        )

        kind = HistGradientBoostingClassifier if binary else HistGradientBoostingRegressor
        return kind(
            max_iter=60,
            learning_rate=0.08,
            max_leaf_nodes=6,
            min_samples_leaf=max(50, self.customers // 100),
            l2_regularization=10.0,
            early_stopping=False,
            random_state=self.seed,
        )


def fitted(
    maker: Maker, x: Floats, y: Floats, *, binary: bool, weights: Floats | None = None
) -> Any:
    """Make an estimator and fit it, on one thread."""
    if binary and y.min() == y.max():
        binary = False  # nobody bought, or everybody: a constant, which regression can say
    model = maker.make(binary=binary)
    given = {} if weights is None else {maker.weights_of(model): weights}
    with _one_thread():
        return model.fit(x, y, **given)


def predict(model: Any, x: Floats) -> Floats:
    """Give the expected outcome; of a classifier the chance of 1."""
    with _one_thread():
        if hasattr(model, "predict_proba"):
            return np.asarray(model.predict_proba(x)[:, 1], dtype=np.float64)
        return np.asarray(model.predict(x), dtype=np.float64)


def _one_thread() -> Any:
    # Where others compute too, boosting's threads wait for each other: a fit of 0.3 s took 12.
    # scikit-learn brings threadpoolctl along; it has no types.
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)
