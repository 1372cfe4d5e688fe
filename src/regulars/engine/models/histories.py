"""The purchase histories of a base, compressed to what the likelihood needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.engine.models.fitted import NoFit

Ints = npt.NDArray[np.int64]

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Histories:
    """Distinct histories and how many customers share each.

    Attributes
    ----------
    repeats
        x: days with a purchase after the first, int64, >= 0.
    last
        t_x: age at the last purchase in whole days; 0 where x is 0.
    age
        T: days from the first purchase to the date of measurement, >= t_x.
    customers
        How many customers have exactly this history.
    log_gaps
        Sum over all customers and all gaps between their purchase days of ln(gap in days);
        None where it is not known. Only the regularity of gaps needs it (`cnbd`): per
        customer the summary must then carry the one number sum(ln(gap)).

    Examples
    --------
    >>> found = Histories.of([0, 2, 0], [0, 30, 0], [90, 90, 90], [0.0, 5.4, 0.0])
    >>> found.repeats.tolist(), found.customers.tolist(), found.log_gaps
    ([0, 2], [2, 1], 5.4)
    """

    repeats: Ints
    last: Ints
    age: Ints
    customers: Ints
    log_gaps: float | None = None

    @classmethod
    def of(
        cls, repeats: object, last: object, age: object, log_gaps: object = None
    ) -> Histories:
        """Compress one row per customer."""
        x, t_x, T = (np.asarray(each, dtype=np.int64) for each in (repeats, last, age))
        # One whole number per history: NumPy sorts numbers twenty times faster than rows.
        longest = max(int(max(t_x.max(initial=0), T.max(initial=0))), 0) + 1
        if min(x.min(initial=0), t_x.min(initial=0), T.min(initial=0)) < 0:
            raise NoFit(
                "Some histories have a negative count or age; check how they were made."
            )
        packed, counts = np.unique((x * longest + t_x) * longest + T, return_counts=True)
        rest, ages = np.divmod(packed, longest)
        repeated, lasts = np.divmod(rest, longest)
        total = None if log_gaps is None else float(np.sum(np.asarray(log_gaps)))
        return cls(repeated, lasts, ages, counts.astype(np.int64), total)

    @property
    def total(self) -> int:
        """The number of customers."""
        return int(self.customers.sum())
