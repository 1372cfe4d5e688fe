"""What the counted pairs teach: from products held to a value for every product not held.

Three views of the same counts. *Together*: a linear model that predicts each product from
all others at once, in closed form from the matrix of pairs, so that a product everybody has
explains nothing twice (Steck 2019). The same towards what was taken lately. *After*: for
each pair, how many holders of i newly took j in the horizon, against the usual rate, as a
log ratio drawn to zero where few are behind it. Beside them stand three popularities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from regulars.engine.next_best.counting import Counted, Counts32

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

# Ridge of the linear model in units of the mean count; flat between 0.5 and 5 on Online
# Retail, completejourney and caravan.
RIDGE = 2.0
# Customers' worth of belief that a pair is as usual.
PRIOR = 10.0
# Below this, more or less of a linear score says nothing.
FLOOR = 0.003
# One unit of the log share of holders, far below any score: ties go to the better known.
TIE = 1e-7

POPULAR = ("held", "taken", "lately")
FEATURES = ("together", "lately_together", "after", "follow", "held", "taken", "lately")


@dataclass(frozen=True)
class Owned:
    """What some customers had at a date, as sparse matrices of 1 and 0.

    Attributes
    ----------
    all : (n, i)
        Had it.
    fresh : (n, i)
        Newly took it in the horizon to that date.
    """

    all: sparse.csr_matrix
    fresh: sparse.csr_matrix

    @property
    def size(self) -> int:
        """How many customers."""
        return int(self.all.shape[0])

    @property
    def many(self) -> Ints:
        """How many items each has."""
        return np.asarray(np.diff(self.all.indptr), np.int64)

    @property
    def damping(self) -> Floats:
        """Root of that number: evidence from many products is not independent."""
        return np.asarray(np.sqrt(np.maximum(self.many, 1)))

    def of(self, rows: Ints) -> Owned:
        """Keep these customers."""
        return Owned(self.all[rows], self.fresh[rows])


@dataclass(frozen=True)
class Lore:
    """What was learned at one date; j counts products, i products and traits.

    Attributes
    ----------
    held, taken, lately : (j,)
        Logs of three popularities: share of customers who hold it; share of those without
        it who took it within the horizon; takers in its last sixth per customer.
    together, lately_together : (i, j)
        Weights of the linear models; 0 from a product to itself.
    after, follow : (i, j)
        Log of takers of j among holders of i, among those who newly took i in the horizon
        before, over the usual number; 0 where i = j.
    """

    held: Floats
    taken: Floats
    lately: Floats
    together: Singles
    lately_together: Singles
    after: Singles
    follow: Singles

    @property
    def products(self) -> int:
        """How many products can be suggested."""
        return len(self.held)


def learn(counted: Counted, products: int) -> Lore:
    """Learn from the counts at one date."""
    customers = max(counted.customers, 1)
    rate = usual_rate(counted)[:products]
    together, lately = _linear(counted, products)
    return Lore(
        held=np.log((counted.held[:products] + 0.5) / (customers + 1.0)),
        taken=np.log(rate),
        lately=np.log((counted.lately[:products] + 0.5) / (customers + 1.0)),
        together=together,
        lately_together=lately,
        after=_ratio(counted.after, expected_after(counted), products),
        follow=_ratio(counted.follow, expected_follow(counted), products),
    )


def usual_rate(counted: Counted) -> Floats:
    """Give the share of those without it who newly took each item within the horizon."""
    # Popularity counts newcomers too: what they begin with is in demand.
    return np.asarray(
        np.minimum(
            (counted.taken + 0.5) / (np.maximum(counted.open_to, counted.taken) + 1.0), 0.99
        )
    )


def _linear(counted: Counted, products: int) -> tuple[Singles, Singles]:
    gram = counted.pairs.astype(np.float64)
    np.fill_diagonal(gram, counted.held)
    gram[np.diag_indices_from(gram)] += RIDGE * counted.held.mean() + 1.0
    inverse = np.linalg.inv(gram)
    diagonal = np.diag(inverse)
    together = -inverse / diagonal
    np.fill_diagonal(together, 0.0)
    towards = counted.beside.astype(np.float64)
    np.fill_diagonal(towards, counted.taken)
    free = inverse @ towards[:, :products]
    # The model must not predict a product from itself: that weight is forced to zero.
    own = free[np.arange(products), np.arange(products)] / diagonal[:products]
    lately = free - inverse[:, :products] * own
    lately[np.arange(products), np.arange(products)] = 0.0
    return _rounded(together[:, :products]), _rounded(lately)


def _rounded(weights: Floats) -> Singles:
    # The last digits of an inverse depend on the number of threads; equals stay equal.
    return weights.round(6).astype(np.float32)


def _ratio(took: Counts32, expected: Floats, products: int) -> Singles:
    ratio = np.log((took[:, :products] + PRIOR) / (expected[:, :products] + PRIOR))
    ratio[np.arange(products), np.arange(products)] = 0.0
    return ratio.astype(np.float32)


def expected_after(counted: Counted) -> Floats:
    """Give the takers of j to expect among holders of i, at the usual rate."""
    return _expected(counted, counted.before, counted.pairs_before)


def expected_follow(counted: Counted) -> Floats:
    """Give the same among those who newly took i in the horizon before."""
    return _expected(counted, counted.fresh_before, counted.fresh_pairs)


def _expected(counted: Counted, holders: Ints, both: Counts32) -> Floats:
    usual = (counted.taken_known + 0.5) / (np.maximum(counted.open_to, 0) + 1.0)
    return np.asarray(np.maximum(holders[:, None] - both, 0) * usual[None, :])


def features(lore: Lore, owned: Owned, names: tuple[str, ...]) -> dict[str, Singles]:
    """Give the named values of every customer and product.

    Returns
    -------
    dict of (n, j), finite
    """
    return {name: _feature(lore, owned, name) for name in names}


def _feature(lore: Lore, owned: Owned, name: str) -> Singles:
    if name in POPULAR:
        shape = (owned.size, lore.products)
        return np.broadcast_to(getattr(lore, name).astype(np.float32), shape)
    if name == "follow":
        return np.asarray(owned.fresh @ lore.follow)
    value = np.asarray(owned.all @ getattr(lore, name))
    if name == "after":
        value /= owned.damping[:, None].astype(np.float32)
        return value
    np.maximum(value, 0.0, out=value)
    value += np.float32(FLOOR)
    return np.asarray(np.log(value, out=value))
