"""Persistency of insurance policies: which part of the first premiums comes again.

The 13-month rate of a month: second-year premiums actually received before the end of grace,
over the first-year premiums of the policies that took effect in that month. The 25-month rate
takes the third year. A month is final only when the grace of its last policy is over: with 60
days, policies of April are judged in June of the next year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.models.newton import Floats

Days = npt.NDArray[np.datetime64]

YEARS = {13: 1, 25: 2}
GRACE_DAYS = 60


@dataclass(frozen=True)
class Persistency:
    """Rates by month of taking effect, in order of time.

    Attributes
    ----------
    month
        datetime64[M].
    policies
        How many took effect.
    due, received
        First-year premium of these, and what of the later year came in time.
    rate
        received / due, >= 0; nan where nothing was due.
    final
        Whether the grace of all of them is over. Until then the rate can only rise.
    """

    month: Days
    policies: npt.NDArray[np.int64]
    due: Floats
    received: Floats
    rate: Floats
    final: npt.NDArray[np.bool_]


def persistency_by_month(
    effective_on: object,
    first_premium: object,
    later_premium: object,
    received_on: object,
    *,
    as_of: object,
    months: int = 13,
    grace_days: int = GRACE_DAYS,
    left_out: object = None,
) -> Persistency:
    """Give the 13- or 25-month persistency of each month; one row per policy.

    Parameters
    ----------
    effective_on
        Days (dates or datetime64[D]).
    first_premium
        Of the first year, > 0.
    later_premium, received_on
        Of the second (third) year: what was paid, and when (NaT where nothing was).
    as_of
        Payments after this day do not exist.
    months
        13 or 25.
    grace_days
        After the anniversary.
    left_out
        True for policies that do not count: single premium, cancelled in the cooling-off
        period, transferred out, ended by a claim.

    Returns
    -------
    Persistency
        one entry per month in which a policy that counts took effect; see `final` for the
        months whose payments may still come.

    Raises
    ------
    BadInput
        for other months than 13 and 25.

    Examples
    --------
    >>> found = persistency_by_month(
    ...     ["2024-04-03", "2024-04-20"], [600.0, 400.0], [600.0, 400.0],
    ...     ["2025-04-03", "2025-09-01"], as_of="2025-12-31",
    ... )
    >>> found.rate.tolist(), found.final.tolist()
    ([0.6], [True])
    """
    if months not in YEARS:
        raise BadInput(f"Persistency is asked for at month {months}; 13 and 25 are known.")
    start = np.asarray(effective_on, dtype="datetime64[D]")
    paid = np.asarray(received_on, dtype="datetime64[D]")
    today = np.datetime64(as_of, "D")  # type: ignore[call-overload]  # a date or its text
    end = _anniversary(start, 12 * YEARS[months]) + grace_days
    in_time = ~np.isnat(paid) & (paid <= end) & (paid <= today)
    counts = ~np.isnat(start)
    if left_out is not None:
        counts &= ~np.asarray(left_out, dtype=bool)
    month, at = np.unique(start[counts].astype("datetime64[M]"), return_inverse=True)
    due = np.asarray(first_premium, dtype=np.float64)[counts]
    later = np.where(in_time, np.asarray(later_premium, dtype=np.float64), 0.0)[counts]
    sums = [np.bincount(at, w, len(month)).astype(np.float64) for w in (due, later)]
    last_day = (month + 1).astype("datetime64[D]") - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(sums[0] > 0, sums[1] / sums[0], np.nan)
    return Persistency(
        month=month,
        policies=np.bincount(at, minlength=len(month)).astype(np.int64),
        due=sums[0],
        received=sums[1],
        rate=rate,
        final=_anniversary(last_day, 12 * YEARS[months]) + grace_days < today,
    )


def _anniversary(days: Days, months: int) -> Days:
    """The same day so many months later; the 29th of February becomes the 28th."""
    month = days.astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]")
    later = month + months
    last = (later + 1).astype("datetime64[D]") - 1
    return np.asarray(np.minimum(later.astype("datetime64[D]") + offset, last))
