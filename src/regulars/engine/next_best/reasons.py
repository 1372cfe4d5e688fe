"""Why this product: which of what the customer has speaks for it most, with its figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from regulars.engine.next_best.counting import Counted, Counts32
from regulars.engine.next_best.lore import FLOOR, Lore, Owned, usual_rate
from regulars.engine.next_best.methods import Method

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# By number; what followed a thing taken lately is said in the same word as what followed.
REASONS = ("together", "after", "popular", "look_alike", "after")
TOGETHER, AFTER, POPULAR, LOOK_ALIKE, FOLLOW = range(5)
# Fewer customers than this are an anecdote.
FEWEST = 30


@dataclass(frozen=True)
class Why:
    """Reasons of suggestions, one entry each; -1 where there is no item."""

    reason: Ints
    first: Ints
    second: Ints
    support: Ints
    share: Floats
    usual: Floats


@dataclass(frozen=True)
class Figures:
    """Of a kind of reason: support and share of every pair, and what is usual.

    Attributes
    ----------
    support : (i, j)
        Customers who have i; for what follows, who had it one horizon ago without j.
    share : (i, j)
        Of these, who also holds j; for what follows, who took j since.
    usual : (j,)
        The same of all customers.
    """

    support: Counts32
    share: Singles
    usual: Floats

    def true(self, item: Ints, product: Ints) -> npt.NDArray[np.bool_]:
        """Whether enough customers with the item have the product more than usual."""
        enough = self.support[item, product] >= FEWEST
        return np.asarray(enough & (self.share[item, product] > self.usual[product]))


@dataclass(frozen=True)
class Evidence:
    """The figures of the three kinds of reason, and the takers of each product."""

    kinds: dict[int, Figures]
    takers: Ints
    rate: Floats


def evidence_of(counted: Counted, products: int) -> Evidence:
    """Turn the counts of a date into shares."""
    rate = usual_rate(counted)[:products]
    held = np.broadcast_to(counted.held[:, None], (len(counted.held), products))
    usual = counted.held[:products] / max(counted.customers, 1)
    without = counted.before[:, None] - counted.pairs_before
    fresh = counted.fresh_before[:, None] - counted.fresh_pairs
    kinds = {
        TOGETHER: _figures(held, counted.pairs, usual),
        AFTER: _figures(without, counted.after, rate),
        FOLLOW: _figures(fresh, counted.follow, rate),
    }
    return Evidence(kinds, counted.taken[:products], rate)


def _figures(
    holders: npt.NDArray[np.int64 | np.int32], both: Counts32, usual: Floats
) -> Figures:
    support = np.maximum(holders[:, : len(usual)], 0).astype(np.int32)
    share = (both[:, : len(usual)] / np.maximum(support, 1)).astype(np.float32)
    return Figures(support, share, usual)


def explain(method: Method, lore: Lore, evidence: Evidence, owned: Owned, column: Ints) -> Why:
    """Find the reason of each suggestion: what raised it most above the usual.

    Parameters
    ----------
    column : (n, places)
        The products suggested.

    Returns
    -------
    Why, arrays of n * places
    """
    product = column.ravel()
    found = {
        TOGETHER: _strongest(owned.all, column, lore.together, evidence.kinds[TOGETHER]),
        AFTER: _strongest(owned.all, column, lore.after, evidence.kinds[AFTER]),
        FOLLOW: _strongest(owned.fresh, column, lore.follow, evidence.kinds[FOLLOW]),
    }
    gains = _gains(method, lore, owned, column, found)
    reason = np.full(column.size, POPULAR)
    most = np.zeros(column.size)
    for kind, gain in gains.items():
        better = (gain > most) & (found[kind].first >= 0)
        reason[better], most[better] = kind, gain[better]
    return _told(reason, found, evidence, product, lore.products)


@dataclass(frozen=True)
class _Strongest:
    """The two items that speak most for each suggestion, -1 where none does."""

    first: Ints
    second: Ints
    total: Floats


def _strongest(
    owned: sparse.csr_matrix, column: Ints, weights: Singles, figures: Figures
) -> _Strongest:
    entry, suggestion = _meet(owned, column)
    item, product = owned.indices[entry].astype(np.int64), column.ravel()[suggestion]
    weight = weights[item, product].astype(np.float64)
    many = column.size
    spoken = np.flatnonzero((weight > 0) & figures.true(item, product))
    order = np.lexsort((item[spoken], -weight[spoken], suggestion[spoken]))
    by = spoken[order]
    start = np.searchsorted(suggestion[by], np.arange(many))
    stop = np.searchsorted(suggestion[by], np.arange(many), side="right")
    first, second = np.full(many, -1), np.full(many, -1)
    first[stop > start] = item[by[start[stop > start]]]
    second[stop > start + 1] = item[by[start[stop > start + 1] + 1]]
    return _Strongest(first, second, np.bincount(suggestion, weight, many).astype(np.float64))


def _meet(owned: sparse.csr_matrix, column: Ints) -> tuple[Ints, Ints]:
    """Pair each item of a customer with each suggestion to the same customer."""
    places = column.shape[1]
    owner = np.repeat(np.arange(owned.shape[0]), np.diff(owned.indptr))
    entry = np.tile(np.arange(owned.nnz), places)
    suggestion = np.concatenate([owner * places + place for place in range(places)])
    return entry, suggestion


def _gains(
    method: Method, lore: Lore, owned: Owned, column: Ints, found: dict[int, _Strongest]
) -> dict[int, Floats]:
    """How far each kind of evidence raised each suggestion above its usual score."""
    product, places = column.ravel(), column.shape[1]
    usual = np.log(np.exp(lore.held) + FLOOR)[product]
    linear = method.weights.get("together", 0.0) + method.weights.get("lately_together", 0.0)
    pulled = np.log(np.maximum(found[TOGETHER].total, 0.0) + FLOOR) - usual
    damping = np.repeat(owned.damping, places)
    return {
        TOGETHER: linear * pulled,
        AFTER: method.weights.get("after", 0.0) * found[AFTER].total / damping,
        FOLLOW: method.weights.get("follow", 0.0) * found[FOLLOW].total,
    }


def _told(
    reason: Ints,
    found: dict[int, _Strongest],
    evidence: Evidence,
    product: Ints,
    products: int,
) -> Why:
    first, second = np.full(len(reason), -1), np.full(len(reason), -1)
    support, usual = evidence.takers[product].copy(), evidence.rate[product].copy()
    share = usual.copy()
    for kind, strongest in found.items():
        by = np.flatnonzero(reason == kind)
        item, figures = strongest.first[by], evidence.kinds[kind]
        first[by] = item
        support[by] = figures.support[item, product[by]]
        share[by] = figures.share[item, product[by]]
        usual[by] = figures.usual[product[by]]
    # Two reasons are told only where both are products, held together with the third.
    both = (reason == TOGETHER) & (first < products) & (found[TOGETHER].second < products)
    second[both] = found[TOGETHER].second[both]
    reason = np.where(first >= products, LOOK_ALIKE, reason)
    return Why(reason, first, second, support, share, usual)
