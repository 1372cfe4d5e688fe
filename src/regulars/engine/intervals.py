"""The interval of a share, in plain arithmetic: pages use it without loading the engine."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054


def wilson(hits: float, n: float, *, z: float = Z95) -> tuple[float, float]:
    """Give the score interval of a share of `n`, 95 % unless `z` says otherwise.

    Returns
    -------
    low, high : 0-1; 0 and 1 of nobody

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158).

    Examples
    --------
    >>> [round(each, 4) for each in wilson(80, 100)]
    [0.7112, 0.8666]
    """
    if n <= 0:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = share + square / (2 * n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    whole = 1 + square / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
