"""The purchase histories of a base, compressed to what the likelihood needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        rows = np.stack([np.asarray(each, dtype=np.int64) for each in (repeats, last, age)])
        distinct, counts = np.unique(rows, axis=1, return_counts=True)
        return cls(distinct[0], distinct[1], distinct[2], counts.astype(np.int64))

    @property
    def total(self) -> int:
        """The number of customers."""
        return int(self.customers.sum())
