"""What an experiment comes down to: counts, sums and cross products of each arm.

Everything this package says about effects is computed from them, so ten million customers
weigh as much as ten. Moments of two parts of the customers add up to those of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput

Floats = npt.NDArray[np.float64]

# Sums of doubles depend on the order of rows and threads in their last digits; twelve
# hold, and a difference in the thirteenth must not change an answer.
DIGITS = 12


@dataclass(frozen=True)
class Moments:
    """The sums of one arm (or of any group of customers).

    Attributes
    ----------
    columns
        Names of outcomes and covariates.
    n
        Customers, contacted or not.
    sums
        Of each column.
    products
        Of each column with each, the sums of squares on the diagonal. Sums are not
        centred: a variance is good to about 1e-12 times (mean / deviation) squared.
    """

    columns: tuple[str, ...]
    n: int
    sums: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike]) -> Moments:
        """Sum arrays with one value per customer.

        Raises
        ------
        BadInput
            where arrays differ in length or a value is missing or infinite.

        Examples
        --------
        >>> Moments.of({"visit": [0, 1, 1, 0]}).mean("visit")
        0.5
        """
        arrays = [np.asarray(values, dtype=np.float64) for values in columns.values()]
        if len({len(each) for each in arrays}) != 1:
            raise BadInput(f"The columns {list(columns)} differ in length; give equal ones.")
        for name, values in zip(columns, arrays, strict=True):
            require_known(name, int((~np.isfinite(values)).sum()))
        table = np.stack(arrays)
        return cls(
            columns=tuple(columns),
            n=table.shape[1],
            sums=settled(table.sum(axis=1)),
            products=tuple(settled(row) for row in table @ table.T),
        )

    @classmethod
    def of_summary(cls, column: str, *, n: int, mean: float, deviation: float) -> Moments:
        """Rebuild the moments of one outcome from what a report prints.

        Parameters
        ----------
        deviation
            Sample standard deviation (with n - 1).

        Examples
        --------
        >>> arm = Moments.of_summary("spend", n=9000, mean=112.0, deviation=250.0)
        >>> arm.mean("spend"), round(arm.variance("spend") ** 0.5, 6)
        (112.0, 250.0)
        """
        square = deviation**2 * (n - 1) + n * mean**2
        return cls((column,), n, (n * mean,), ((square,),))

    def __add__(self, other: Moments) -> Moments:
        if self.columns != other.columns:
            raise BadInput(
                f"Moments of {self.columns} and {other.columns} do not add up; "
                "take the same columns in the same order."
            )
        mine, theirs = np.array(self.products), np.array(other.products)
        return Moments(
            columns=self.columns,
            n=self.n + other.n,
            sums=settled(np.array(self.sums) + np.array(other.sums)),
            products=tuple(settled(row) for row in mine + theirs),
        )

    def total(self, column: str) -> float:
        """Give the sum of a column."""
        return self.sums[self.place(column)]

    def mean(self, column: str) -> float:
        """Give the mean of a column."""
        return self.total(column) / self.n

    def variance(self, column: str) -> float:
        """Give the sample variance of a column (with n - 1), never below 0."""
        place = self.place(column)
        return float(self._covariances[place, place])

    def covariance(self, one: str, other: str) -> float:
        """Give the sample covariance of two columns (with n - 1)."""
        return float(self._covariances[self.place(one), self.place(other)])

    def means(self, columns: Sequence[str]) -> Floats:
        """Give the means of some columns, shape (k,)."""
        return np.array([self.mean(column) for column in columns])

    def covariances(self, columns: Sequence[str]) -> Floats:
        """Give the sample covariance matrix of some columns, shape (k, k)."""
        places = [self.place(column) for column in columns]
        return self._covariances[np.ix_(places, places)]

    def place(self, column: str) -> int:
        """Give the position of a column.

        Raises
        ------
        BadInput
            where it is not among the columns.
        """
        if column not in self.columns:
            raise BadInput(
                f"There is no column {column!r} among {', '.join(self.columns)}; "
                "collect it first."
            )
        return self.columns.index(column)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Moments:
        """Read what `to_dict` gave, also after JSON made lists of tuples."""
        return cls(
            columns=tuple(values["columns"]),
            n=int(values["n"]),
            sums=tuple(values["sums"]),
            products=tuple(tuple(row) for row in values["products"]),
        )

    @cached_property
    def _covariances(self) -> Floats:
        if self.n < 2:
            raise BadInput(
                f"An arm has {self.n} customers; a spread needs at least two. Wait for more."
            )
        sums = np.array(self.sums)
        raw = (np.array(self.products) - np.outer(sums, sums) / self.n) / (self.n - 1)
        # What cancels to less than the sums are good for is no spread at all.
        noise = np.diag(np.array(self.products)) * 10.0**-DIGITS / self.n * 4
        own = np.diag(raw)
        np.fill_diagonal(raw, np.where(own > noise, own, 0.0))
        return raw


def settled(values: Iterable[float]) -> tuple[float, ...]:
    """Round to twelve significant digits."""
    return tuple(float(f"{value:.{DIGITS}g}") for value in values)


def require_known(column: str, missing: int) -> None:
    """Refuse missing values.

    Raises
    ------
    BadInput
        where there are any.
    """
    if missing:
        raise BadInput(
            f"{missing:,} customers have no value in {column!r}. Every assigned customer "
            "counts: fill in 0 where nothing happened, or leave the column out."
        )
