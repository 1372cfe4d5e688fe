"""The effect of a contact: what the assignment did, per customer whom it had contacted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.uplift.effect import fieller
from regulars.engine.uplift.means import difference_of_means
from regulars.engine.uplift.moments import Moments
from regulars.engine.uplift.quantiles import critical


@dataclass(frozen=True)
class ComplierEffect:
    """The effect on those who are contacted because they were assigned.

    Attributes
    ----------
    metric
        The outcome's name.
    contact_treated, contact_control
        Share contacted in each arm, 0-1.
    effect
        Per contacted customer, in the unit of the outcome.
    low, high
        Fieller's interval (that of Anderson and Rubin); null where the arms were contacted so
        alike that nothing can be excluded.
    standard_error
        By the delta method.
    level
        Of the interval.
    """

    metric: str
    contact_treated: float
    contact_control: float
    effect: float
    low: float | None
    high: float | None
    standard_error: float
    level: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def complier_effect(
    treated: Moments,
    control: Moments,
    metric: str,
    *,
    contacted: str,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> ComplierEffect:
    """Give the effect per contact: difference of outcomes over difference of contact rates.

    Comparing the contacted with the held out is wrong, because people choose whom they
    call. This holds where being assigned changes the outcome through the contact only and
    keeps nobody from a contact.

    Parameters
    ----------
    treated, control
        Moments with `metric`, `contacted` (0/1) and `covariates`.
    contacted
        Column: 1 where the customer was reached, in both arms.
    covariates
        Columns known before the start.

    Returns
    -------
    ComplierEffect

    Raises
    ------
    BadInput
        where both arms have the same contact rate.

    References
    ----------
    Angrist, J., Imbens, G., Rubin, D. (1996). Identification of causal effects using
    instrumental variables. JASA 91. Anderson, T. W., Rubin, H. (1949).

    Examples
    --------
    >>> treated = Moments.of({"spend": [9, 0, 8, 7], "called": [1, 0, 1, 0]})
    >>> control = Moments.of({"spend": [5, 3, 4, 4], "called": [0, 0, 0, 0]})
    >>> found = complier_effect(treated, control, "spend", contacted="called")
    >>> found.contact_treated, found.effect
    (0.5, 4.0)
    """
    on = difference_of_means(treated, control, metric, covariates=covariates, level=level)
    reach = difference_of_means(treated, control, contacted, covariates=covariates)
    if reach.difference == 0.0:
        raise BadInput(
            f"Both arms were contacted alike ({reach.treated:.1%}); an effect per contact "
            "needs a difference. Check whether contacts are recorded."
        )
    together = _covariance(treated, control, metric, contacted, covariates)
    variances = on.standard_error**2, reach.standard_error**2
    effect = on.difference / reach.difference
    spread = variances[0] - 2 * effect * together + effect**2 * variances[1]
    low, high = fieller(
        on.difference,
        reach.difference,
        variances=variances,
        covariance=together,
        critical=critical(level),
    )
    return ComplierEffect(
        metric=metric,
        contact_treated=treated.mean(contacted),
        contact_control=control.mean(contacted),
        effect=effect,
        low=low,
        high=high,
        standard_error=math.sqrt(max(spread, 0.0)) / abs(reach.difference),
        level=level,
    )


def _covariance(
    treated: Moments, control: Moments, metric: str, contacted: str, covariates: Sequence[str]
) -> float:
    """Give the covariance of the two differences, by polarisation where adjusted."""
    if not covariates:
        return float(
            treated.covariance(metric, contacted) / treated.n
            + control.covariance(metric, contacted) / control.n
        )
    columns = (metric, contacted, *covariates)
    parts = [arm.covariances(columns) / arm.n for arm in (treated, control)]
    joint = parts[0] + parts[1]
    explained = joint[:2, 2:] @ np.linalg.pinv(joint[2:, 2:], rcond=1e-9) @ joint[2:, :2]
    return float(joint[0, 1] - explained[0, 1])
