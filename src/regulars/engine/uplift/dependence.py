"""How closely looks at the same customers hang together.

A customer's spend until Friday holds that until Thursday, and whoever spent much until
Thursday goes on so. Both show in the covariance of the two columns within the arms, and that
of two differences of means is its sum over the arms, each divided by its customers: the same
sum as that of the standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.engine.uplift.means import require_enough, weights_of
from regulars.engine.uplift.moments import Floats, Moments


def correlations_of_looks(
    treated: Moments,
    control: Moments,
    looks: Sequence[str],
    *,
    covariates: Sequence[str] = (),
) -> Floats:
    """Give the correlations of the differences that looks at the same customers show.

    Parameters
    ----------
    treated, control
        Moments of the assigned customers, the same at all looks, with one column per look
        (what had come until then) and the `covariates`.
    looks
        Those columns, oldest first.
    covariates
        As the effects of the looks were computed with (`difference_of_means`).

    Returns
    -------
    Array of shape (looks, looks), symmetric, 1 on the diagonal; 0 beside it at a look until
    which nothing had come. It is what `follow_to_end` takes as `together`. Columns of later
    looks change nothing in those of earlier ones.

    Raises
    ------
    BadInput
        with fewer than two customers (beyond the covariates) in an arm, or unknown columns.

    References
    ----------
    Lan, K., Zucker, D. (1993). Sequential monitoring of clinical trials: the role of
    information and Brownian motion. Statistics in Medicine 12(8), on the clock of looks.

    Examples
    --------
    >>> treated = Moments.of({"week_1": [0, 5, 0, 1], "week_2": [0, 9, 2, 1]})
    >>> control = Moments.of({"week_1": [2, 0, 0, 4], "week_2": [5, 0, 1, 7]})
    >>> correlations_of_looks(treated, control, ["week_1", "week_2"]).round(2).tolist()
    [[1.0, 0.97], [0.97, 1.0]]
    """
    require_enough(treated, control, len(covariates))
    joint = np.zeros((len(looks), len(looks)))
    rows = _adjusted(treated, control, looks, covariates)
    for arm in (treated, control):
        spread = arm.covariances((*looks, *covariates))
        joint += rows @ spread @ rows.T / arm.n * (arm.n - 1) / (arm.n - 1 - len(covariates))
    own = np.sqrt(np.maximum(np.diag(joint), 0.0))
    found = np.zeros_like(joint)
    np.divide(joint, np.outer(own, own), out=found, where=np.outer(own, own) > 0)
    np.fill_diagonal(found, 1.0)
    return np.clip(found, -1.0, 1.0)


def _adjusted(
    treated: Moments, control: Moments, looks: Sequence[str], covariates: Sequence[str]
) -> Floats:
    """Give what each look takes of each column: itself, less what covariates explain."""
    taken = [weights_of(treated, control, look, covariates) for look in looks]
    return np.hstack([np.eye(len(looks)), -np.array(taken).reshape(len(looks), -1)])
