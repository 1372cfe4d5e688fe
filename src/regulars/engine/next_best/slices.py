"""Some customers as arrays: what they had at a date, what they took after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
from scipy import sparse

from regulars.engine.next_best.barring import Barring
from regulars.engine.next_best.lore import Owned
from regulars.engine.next_best.standing import Standing, held_bit, new_bit

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Cells of one dense matrix: 16 MB as float64, small enough that memory is used again.
CELLS = 2_000_000


@dataclass(frozen=True)
class Part:
    """So many customers that a dense matrix of them fits.

    Attributes
    ----------
    owned
        What they had at the date.
    barred, truth : (n, j)
        Not to be suggested: held, not eligible, declined; newly taken after the date.
    silence : (n,)
        Days since the last taking, NaN where nothing was ever taken.
    """

    owned: Owned
    barred: Bools
    truth: Bools
    silence: npt.NDArray[np.float64]
    idx: Ints

    @property
    def size(self) -> int:
        """How many customers."""
        return len(self.idx)


@dataclass(frozen=True)
class Slice:
    """Customers in the order of `idx`, their rows in the order of customer and item."""

    idx: Ints
    silence: npt.NDArray[np.float64]
    owner: Ints
    item: Ints
    has: Bools
    fresh: Bools
    took: Bools
    barred_owner: Ints
    barred_item: Ints
    always: Bools
    items: int

    @property
    def size(self) -> int:
        """How many customers."""
        return len(self.idx)

    def parts(self, products: int) -> Iterator[Part]:
        """Cut into parts that fit in memory."""
        step = max(1, CELLS // max(products, 1))
        for start in range(0, self.size, step):
            yield self._part(start, min(start + step, self.size), products)

    def _part(self, start: int, stop: int, products: int) -> Part:
        rows = slice(*np.searchsorted(self.owner, [start, stop]))
        owner, item = self.owner[rows] - start, self.item[rows]
        has, took = self.has[rows], self.took[rows] & (self.item[rows] < products)
        many = stop - start
        barred = self._barred(start, stop, products)
        held = has & (item < products)
        barred[owner[held], item[held]] = True
        truth = np.zeros((many, products), bool)
        truth[owner[took], item[took]] = True
        fresh = has & self.fresh[rows]
        owned = Owned(
            self._matrix(owner, item, has, many), self._matrix(owner, item, fresh, many)
        )
        return Part(owned, barred, truth, self.silence[start:stop], self.idx[start:stop])

    def _matrix(self, owner: Ints, item: Ints, where: Bools, many: int) -> sparse.csr_matrix:
        ends = np.searchsorted(owner[where], np.arange(many + 1))
        ones = np.ones(int(where.sum()), np.float32)
        return sparse.csr_matrix((ones, item[where], ends), shape=(many, self.items))

    def _barred(self, start: int, stop: int, products: int) -> Bools:
        barred = np.tile(self.always[:products], (stop - start, 1))
        rows = slice(*np.searchsorted(self.barred_owner, [start, stop]))
        owner, item = self.barred_owner[rows] - start, self.barred_item[rows]
        barred[owner, item] = ~self.always[item]
        return barred


def load(
    standing: Standing, people: ir.Table, barring: Barring, *, date_number: int, declined: bool
) -> Slice:
    """Bring `people` (rows of `standing.people`) as they stood at T - date_number * h.

    At the date 0 nothing is known of what follows.
    """
    silence = f"last_{date_number}"
    found = people.select("idx", silence).order_by("idx").to_pyarrow()
    idx = found["idx"].to_numpy()
    now = held_bit(date_number)
    then = new_bit(date_number - 1) if date_number else 0
    marks = standing.rows.marks
    rows = standing.rows.filter((marks & (now | then)) > 0).semi_join(people, "idx")
    rows = rows.order_by("idx", "item").to_pyarrow()
    marks = rows["marks"].to_numpy()
    barred = barring.exceptions(people, declined=declined).order_by("idx", "item").to_pyarrow()
    return Slice(
        idx=idx,
        silence=found[silence].cast("float64").to_numpy(),
        owner=np.searchsorted(idx, rows["idx"].to_numpy()),
        item=rows["item"].to_numpy(),
        has=(marks & now) > 0,
        fresh=(marks & new_bit(date_number)) > 0,
        took=(marks & then) > 0,
        barred_owner=np.searchsorted(idx, barred["idx"].to_numpy()),
        barred_item=barred["item"].to_numpy(),
        always=barring.restricted,
        items=len(standing.labels),
    )
