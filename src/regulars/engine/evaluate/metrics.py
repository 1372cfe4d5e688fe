"""Four ways to be wrong. One alone misleads: MAE rewards whoever forecasts too little."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Errors:
    """A forecast against what happened, one value per customer.

    Attributes
    ----------
    total_error
        Sum of forecasts over sum of actuals, less 1; null where nothing happened.
    mae, rmse
        Mean absolute error and root of the mean square, in the unit of the values.
    gini
        How well the forecast orders the customers: 1 as well as hindsight, 0 no better than
        chance, below 0 worse.
    """

    total_error: float | None
    mae: float
    rmse: float
    gini: float

    def to_dict(self) -> dict[str, float | None]:
        """Give plain values for JSON."""
        return asdict(self)


def errors(forecast: Floats, actual: Floats) -> Errors:
    """Compare two arrays of the same customers in the same order."""
    off, total = forecast - actual, float(actual.sum())
    return Errors(
        total_error=float(forecast.sum()) / total - 1.0 if total > 0 else None,
        mae=float(np.abs(off).mean()),
        rmse=float(np.sqrt((off**2).mean())),
        gini=normalised_gini(forecast, actual),
    )


def normalised_gini(forecast: Floats, actual: Floats) -> float:
    """Measure how well `forecast` orders customers by `actual`; 1 is hindsight's order."""
    best = _lorenz_gain(actual, actual)
    return _lorenz_gain(forecast, actual) / best if best > 0 else 0.0


def share_caught(forecast: Floats, actual: Floats, *, part: float = 0.20) -> float:
    """Give the share of `actual` that the best `part` of customers by `forecast` bring.

    Customers whose forecasts tie at the border are taken at their mean, so that the answer
    does not depend on the order of the rows.
    """
    total = float(actual.sum())
    if total <= 0 or len(actual) == 0:
        return 0.0
    wanted = int(np.ceil(part * len(actual)))
    border = np.partition(forecast, len(forecast) - wanted)[len(forecast) - wanted]
    above, tied = forecast > border, forecast == border
    left = wanted - int(above.sum())
    return float((actual[above].sum() + actual[tied].mean() * left) / total)


def _lorenz_gain(key: Floats, actual: Floats) -> float:
    """Area between the curve of `actual` in the order of `key` and the even line."""
    order = np.argsort(-key, kind="stable")
    gained = _ties_evened(key[order], actual[order])
    total = gained.sum()
    if total <= 0:
        return 0.0
    running = np.cumsum(gained) / total
    n = len(running)
    return float(running.sum() / n - (n + 1) / (2 * n))


def _ties_evened(key: Floats, actual: Floats) -> Floats:
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    sizes = np.diff(np.append(starts, len(key)))
    return np.repeat(np.add.reduceat(actual, starts) / sizes, sizes)
