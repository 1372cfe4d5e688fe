"""May the arms be compared at all? Sizes as planned, and alike before the start."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.uplift.moments import Moments
from regulars.engine.uplift.quantiles import above_chi_square, two_sided

# A broken pipeline shows as p-values of 1e-10; one alarm in a thousand good experiments is
# what a reader stands without learning to ignore it.
ALARM = 0.001
# Standardised differences beyond a tenth are worth a look even where chance allows them.
NOTABLE = 0.1


@dataclass(frozen=True)
class SampleRatio:
    """Realised against planned sizes of the arms.

    Attributes
    ----------
    counts, expected
        Customers by arm.
    chi_square, p_value
        Of the planned shares.
    alarm
        True below p = .001: customers were lost or assigned in another way.
    sentence
        For a person.
    """

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    chi_square: float
    p_value: float
    alarm: bool
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"counts": dict(self.counts), "expected": dict(self.expected)}


def sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> SampleRatio:
    """Check that the arms have the sizes they were planned with.

    Parameters
    ----------
    counts
        Customers by arm, as found among the outcomes.
    shares
        Planned shares by arm, together 1 (`shares_of` a split).

    Returns
    -------
    SampleRatio

    Raises
    ------
    BadInput
        where an arm was not planned or nobody was counted.

    References
    ----------
    Fabijan, A. et al. (2019). Diagnosing sample ratio mismatch in online controlled
    experiments. KDD.

    Examples
    --------
    >>> planned = {"treated": 0.9, "control": 0.1}
    >>> good = sample_ratio({"treated": 8985, "control": 1015}, planned)
    >>> good.alarm, round(good.p_value, 2)
    (False, 0.62)
    >>> sample_ratio({"treated": 8000, "control": 1000}, planned).alarm
    True
    """
    unplanned = sorted(set(counts) - set(shares))
    total = sum(counts.values())
    if unplanned or total == 0:
        raise BadInput(
            f"Arms {', '.join(unplanned) or 'without customers'} cannot be checked against "
            f"the planned {', '.join(shares)}; count every planned arm."
        )
    expected = {arm: share * total for arm, share in shares.items()}
    off = sum((counts.get(arm, 0) - want) ** 2 / want for arm, want in expected.items())
    p_value = above_chi_square(off, len(shares) - 1)
    return SampleRatio(
        counts=dict(counts),
        expected=expected,
        chi_square=off,
        p_value=p_value,
        alarm=p_value < ALARM,
        sentence=_said(counts, expected, p_value),
    )


def _said(counts: Mapping[str, int], expected: Mapping[str, float], p_value: float) -> str:
    if p_value >= ALARM:
        return "The arms have the planned sizes."
    sizes = ", ".join(
        f"{arm} {counts.get(arm, 0):,} instead of {want:,.0f}" for arm, want in expected.items()
    )
    return (
        f"The sizes of the arms cannot be chance ({sizes}; p = {p_value:.1g}): find out where "
        "customers were lost before believing any effect."
    )


@dataclass(frozen=True)
class Balance:
    """How alike two arms were before the start.

    Attributes
    ----------
    differences
        By covariate, treated less control in standard deviations.
    p_values
        By covariate.
    p_value
        Of all together, correlations taken into account.
    alarm
        True below p = .001.
    notable
        Covariates that differ by more than a tenth of a standard deviation: adjust for them.
    """

    differences: Mapping[str, float]
    p_values: Mapping[str, float]
    p_value: float
    alarm: bool
    notable: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "differences": dict(self.differences),
            "p_values": dict(self.p_values),
            "p_value": self.p_value,
            "alarm": self.alarm,
            "notable": list(self.notable),
        }


def balance(treated: Moments, control: Moments, covariates: Sequence[str]) -> Balance:
    """Compare what was known of the arms before the start.

    Parameters
    ----------
    covariates
        Columns of both moments, such as past spend and tenure.

    Returns
    -------
    Balance

    Examples
    --------
    >>> treated = Moments.of({"past": [1.0, 2.0, 3.0, 4.0]})
    >>> control = Moments.of({"past": [1.0, 2.0, 3.0, 4.0]})
    >>> found = balance(treated, control, ["past"])
    >>> found.differences, found.p_value, found.alarm
    ({'past': 0.0}, 1.0, False)
    """
    off = treated.means(covariates) - control.means(covariates)
    spreads = treated.covariances(covariates), control.covariances(covariates)
    joint = spreads[0] / treated.n + spreads[1] / control.n
    deviation = np.sqrt((np.diag(spreads[0]) + np.diag(spreads[1])) / 2)
    steps = [_over(gap, spread) for gap, spread in zip(off, deviation, strict=True)]
    errors = np.sqrt(np.diag(joint))
    chances = [two_sided(_over(gap, error)) for gap, error in zip(off, errors, strict=True)]
    moving = errors > 0
    unit = np.where(moving, errors, 1.0)
    inner = joint / np.outer(unit, unit)
    inverse, rank = np.linalg.pinv(inner, rcond=1e-9), np.linalg.matrix_rank(inner, tol=1e-9)
    statistic = float((off / unit) @ inverse @ (off / unit))
    p_value = above_chi_square(statistic, float(rank)) if rank else 1.0
    return Balance(
        differences=dict(zip(covariates, steps, strict=True)),
        p_values=dict(zip(covariates, chances, strict=True)),
        p_value=p_value,
        alarm=p_value < ALARM,
        notable=tuple(
            name for name, step in zip(covariates, steps, strict=True) if abs(step) > NOTABLE
        ),
    )


def _over(gap: float, spread: float) -> float:
    if spread > 0:
        return float(gap / spread)
    return 0.0 if gap == 0 else math.copysign(math.inf, gap)
