"""What an experiment's action changed, by assignment, with the interval that goes with it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Effect:
    """Assigned against held out (intention to treat), in the unit of the outcome.

    Attributes
    ----------
    metric
        The outcome's name.
    method
        `score`, `newcombe` or `wald` for rates, `welch` and `cuped` for means, `delta` for
        ratios.
    treated_n, control_n
        Customers assigned and held out, contacted or not.
    treated, control
        Rate (0-1), mean or ratio of each arm; adjusted ones under `cuped`.
    difference, low, high
        Treated less control, with its interval.
    standard_error
        Of the difference.
    p_value
        Of no difference, two-sided.
    relative, relative_low, relative_high
        Difference over control, with its interval. Null where control is 0; a bound is null
        where the data set none.
    level
        Of the intervals.
    variance_left
        Share of the difference's variance that covariates left, 0-1; 1 without covariates.
    """

    metric: str
    method: str
    treated_n: int
    control_n: int
    treated: float
    control: float
    difference: float
    low: float
    high: float
    standard_error: float
    p_value: float
    relative: float | None
    relative_low: float | None
    relative_high: float | None
    level: float = 0.95
    variance_left: float = 1.0

    @property
    def incremental(self) -> tuple[float, float, float]:
        """What all treated customers together brought beyond: value, low, high."""
        n = self.treated_n
        return self.difference * n, self.low * n, self.high * n

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        value, low, high = self.incremental
        return asdict(self) | {
            "incremental": value,
            "incremental_low": low,
            "incremental_high": high,
        }


def fieller(
    over: float,
    under: float,
    *,
    variances: tuple[float, float],
    covariance: float = 0.0,
    critical: float,
) -> tuple[float | None, float | None]:
    """Give the interval of a ratio of two estimates (Fieller 1954).

    Parameters
    ----------
    over, under
        The two estimates.
    variances, covariance
        Of `over` and `under`.
    critical
        Standard errors to either side, such as 1.96.

    Returns
    -------
    Low and high; both None where `under` may be 0, for then no ratio can be excluded.

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. JRSS B 16(2).

    Examples
    --------
    >>> fieller(2.0, 1.0, variances=(0.25, 0.0), critical=2.0)
    (1.0, 3.0)
    >>> fieller(2.0, 0.1, variances=(0.01, 0.01), critical=2.0)
    (None, None)
    """
    square = critical**2
    a = under**2 - square * variances[1]
    b = over * under - square * covariance
    c = over**2 - square * variances[0]
    if a <= 0:
        return None, None
    half = math.sqrt(max(b * b - a * c, 0.0))
    return (b - half) / a, (b + half) / a


def less_one(value: float | None) -> float | None:
    """Turn a ratio into a relative change."""
    return None if value is None else value - 1.0
