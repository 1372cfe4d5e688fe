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
    """

    repeats: Ints
    last: Ints
    age: Ints
    customers: Ints

    @classmethod
    def of(cls, repeats: object, last: object, age: object) -> Histories:
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
        return cls(repeated, lasts, ages, counts.astype(np.int64))

    @property
    def total(self) -> int:
        """The number of customers."""
        return int(self.customers.sum())
