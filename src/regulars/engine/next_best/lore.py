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

from regulars.engine.next_best.counting import Counted

Floats = npt.NDArray[np.float64]
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

FEATURES = ("together", "lately_together", "after", "held", "taken", "lately")


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
    after : (i, j)
        Log of takers of j among holders of i over the usual number; 0 where i = j.
    """

    held: Floats
    taken: Floats
    lately: Floats
    together: Singles
    lately_together: Singles
    after: Singles

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
        after=_after(counted, products),
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
    return together[:, :products].astype(np.float32), lately.astype(np.float32)


def _after(counted: Counted, products: int) -> Singles:
    took, expected = counted.after[:, :products], expected_after(counted)[:, :products]
    ratio = np.log((took + PRIOR) / (expected + PRIOR)).astype(np.float32)
    ratio[np.arange(products), np.arange(products)] = 0.0
    return ratio


def expected_after(counted: Counted) -> Floats:
    """Give the takers of j to expect among holders of i, at the usual rate."""
    usual = (counted.taken_known + 0.5) / (np.maximum(counted.open_to, 0) + 1.0)
    without = counted.before[:, None] - counted.pairs_before
    return np.asarray(np.maximum(without, 0) * usual[None, :])


def features(lore: Lore, owned: sparse.csr_matrix, names: tuple[str, ...]) -> dict[str, Floats]:
    """Give the named values of every customer and product.

    Parameters
    ----------
    owned : (n, i)
        1 where the customer has the item.

    Returns
    -------
    dict of (n, j), finite
    """
    made: dict[str, Floats] = {}
    for name in names:
        if name in ("together", "lately_together"):
            value = np.asarray(owned @ getattr(lore, name), np.float64)
            made[name] = np.log(np.maximum(value, 0.0) + FLOOR)
        elif name == "after":
            many = np.maximum(np.diff(owned.indptr), 1).astype(np.float64)
            value = np.asarray(owned @ lore.after, np.float64)
            made[name] = value / np.sqrt(many)[:, None]
        else:
            made[name] = np.broadcast_to(getattr(lore, name), (owned.shape[0], lore.products))
    return made
