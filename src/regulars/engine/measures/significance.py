"""Could chance alone have done that? Tail probabilities as expressions, row by row."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

# Below this a probability from a rational approximation means nothing any more.
SMALLEST = 1e-7
_CDF = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
_DENSITY = 0.3989422804014327


def two_sided(z: ir.FloatingValue) -> ir.FloatingValue:
    """Give the chance of a standard normal value at least as far from 0 as `z`.

    Returns
    -------
    float64, 1e-7 to 1, null where `z` is
        off by less than 1.5e-7

    References
    ----------
    Abramowitz & Stegun 1964, 26.2.17.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"z": [0.0, -1.959964]})
    >>> [round(p, 4) for p in table.select(p=two_sided(table.z)).to_pyarrow()["p"].to_pylist()]
    [1.0, 0.05]
    """
    return _floor(2.0 * _above(z.abs()))


def chi_square_tail(x: ir.FloatingValue, degrees: ir.NumericValue) -> ir.FloatingValue:
    """Give the chance that a chi-square value with so many degrees reaches `x`.

    Returns
    -------
    float64, 1e-7 to 1, null where `x` or `degrees` is
        exact for two degrees, nearly so for one; else off by less than .006, and by less
        than .0005 where the answer is below .02

    References
    ----------
    Wilson & Hilferty 1931: the cube root of a chi-square value is nearly normal.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"x": [7.8147, 18.307], "d": [3, 10]})
    >>> found = table.select(p=chi_square_tail(table.x, table.d)).to_pyarrow()["p"]
    >>> [round(p, 2) for p in found.to_pylist()]
    [0.05, 0.05]
    """
    part = 2.0 / (9.0 * degrees)
    root = (ibis.greatest(x, 0.0) / degrees) ** (1.0 / 3.0)
    z = (root - (1.0 - part)) / part.sqrt()
    above = _above(z.abs())
    value = ibis.greatest(x, 0.0)
    return _floor(
        ibis.cases(
            (degrees == 1, 2.0 * _above(value.sqrt())),
            (degrees == 2, (-0.5 * value).exp()),
            (z >= 0, above),
            else_=1.0 - above,
        )
    )


def _above(z: ir.FloatingValue) -> ir.FloatingValue:
    t = 1.0 / (1.0 + 0.2316419 * z)
    sum_ = ibis.literal(0.0)
    for factor in reversed(_CDF):
        sum_ = (sum_ + factor) * t
    return _DENSITY * (-0.5 * z * z).exp() * sum_


def _floor(p: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.greatest(ibis.least(p, 1.0), SMALLEST).round(7)
