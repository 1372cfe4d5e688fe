"""How far is far: quantiles and p-values of the normal and of Student's t."""

from __future__ import annotations

import math
from statistics import NormalDist

from regulars.base.errors import BadInput

# From here on the two quantiles differ by less than 0.15 %, and the normal one is what
# everybody can check by hand.
LARGE = 1_000.0


def critical(level: float, freedom: float | None = None) -> float:
    """Give the number of standard errors on either side of a two-sided interval.

    Parameters
    ----------
    level
        Confidence, between 0 and 1.
    freedom
        Degrees of freedom of the standard error; None and 1,000 and more take the normal.

    Raises
    ------
    BadInput
        where the level is not between 0 and 1.

    Examples
    --------
    >>> round(critical(0.95), 4), round(critical(0.95, 9), 4)
    (1.96, 2.2622)
    """
    if not 0.0 < level < 1.0:
        raise BadInput(f"The level is {level}; give a number between 0 and 1, such as 0.95.")
    if freedom is None or freedom >= LARGE:
        return NormalDist().inv_cdf(0.5 + level / 2)
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def two_sided(statistic: float, freedom: float | None = None) -> float:
    """Give the chance of a statistic at least so far from 0 where nothing is there.

    Examples
    --------
    >>> round(two_sided(1.96), 4)
    0.05
    """
    if freedom is None or freedom >= LARGE:
        return math.erfc(abs(statistic) / math.sqrt(2.0))
    from scipy.special import stdtr

    return float(2.0 * stdtr(freedom, -abs(statistic)))


def above_chi_square(statistic: float, freedom: float) -> float:
    """Give the chance of a chi-square of at least `statistic`.

    Examples
    --------
    >>> round(above_chi_square(3.841459, 1), 4)
    0.05
    """
    from scipy.special import chdtrc

    return float(chdtrc(freedom, max(statistic, 0.0)))
