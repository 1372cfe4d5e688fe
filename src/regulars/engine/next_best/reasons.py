"""Why this product: which of what the customer has speaks for it most, with its figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from regulars.engine.next_best.counting import Counted
from regulars.engine.next_best.lore import FLOOR, Lore, usual_rate
from regulars.engine.next_best.methods import Method

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REASONS = ("together", "after", "popular", "look_alike")
TOGETHER, AFTER, POPULAR, LOOK_ALIKE = range(4)
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
class Pairs:
    """Share and support of every pair at the date, and what is usual.

    Attributes
    ----------
    share_together, share_after : (i, j)
        Of holders of i, those who also hold j; of those who had i without j one horizon
        ago, those who took j since.
    support_together : (i,); support_after : (i, j)
        How many those are.
    usual_together, usual_after : (j,)
        Of all customers, those who hold j; of all without j, those who took it.
    """

    share_together: npt.NDArray[np.float32]
    share_after: npt.NDArray[np.float32]
    support_together: Ints
    support_after: npt.NDArray[np.int32]
    usual_together: Floats
    usual_after: Floats
    takers: Ints


def pairs_of(counted: Counted, products: int) -> Pairs:
    """Turn counts into shares."""
    without = counted.before[:, None] - counted.pairs_before[:, :products]
    held = np.maximum(counted.held, 1)
    return Pairs(
        share_together=(counted.pairs[:, :products] / held[:, None]).astype(np.float32),
        share_after=(counted.after[:, :products] / np.maximum(without, 1)).astype(np.float32),
        support_together=counted.held,
        support_after=np.maximum(without, 0).astype(np.int32),
        usual_together=counted.held[:products] / max(counted.customers, 1),
        usual_after=usual_rate(counted)[:products],
        takers=counted.taken[:products],
    )


def explain(
    method: Method,
    lore: Lore,
    pairs: Pairs,
    owned: sparse.csr_matrix,
    column: Ints,
) -> Why:
    """Find the reason of each suggestion.

    Parameters
    ----------
    owned : (n, i)
    column : (n, places)
        The products suggested.
    """
    products = lore.products
    entry, suggestion = _meet(owned, column)
    item = owned.indices[entry].astype(np.int64)
    product = column.ravel()[suggestion]
    many = column.size
    together = _Strongest.of(suggestion, item, _pull(lore, pairs, item, product), many)
    after = _Strongest.of(suggestion, item, _push(lore, pairs, item, product), many)
    raised = np.bincount(suggestion, lore.after[item, product], many)
    gain_together = _pulled(method, lore, column.ravel(), together.total)
    per = np.repeat(np.maximum(np.diff(owned.indptr), 1), column.shape[1])
    gain_after = method.weights.get("after", 0.0) * raised / np.sqrt(per)
    reason = np.full(many, POPULAR)
    use_after = (gain_after > np.maximum(gain_together, 0.0)) & (after.first >= 0)
    use_together = ~use_after & (gain_together > 0.0) & (together.first >= 0)
    reason[use_after], reason[use_together] = AFTER, TOGETHER
    first = np.where(use_after, after.first, np.where(use_together, together.first, -1))
    second = np.where(use_together, together.second, -1)
    alike = (first >= products) & (reason != POPULAR)
    figures = _figures(pairs, reason, first, column.ravel())
    reason[alike] = LOOK_ALIKE
    second = np.where(alike | (second >= products), -1, second)
    return Why(reason, first, second, *figures)


def _meet(owned: sparse.csr_matrix, column: Ints) -> tuple[Ints, Ints]:
    """Pair each item of a customer with each suggestion to the same customer."""
    places = column.shape[1]
    many = np.diff(owned.indptr)
    owner = np.repeat(np.arange(len(many)), many)
    entry = np.tile(np.arange(owned.nnz), places)
    suggestion = np.concatenate([owner * places + place for place in range(places)])
    return entry, suggestion


def _pull(lore: Lore, pairs: Pairs, item: Ints, product: Ints) -> Floats:
    weight = lore.together[item, product].astype(np.float64)
    true = (pairs.share_together[item, product] > pairs.usual_together[product]) & (
        pairs.support_together[item] >= FEWEST
    )
    return np.where(true & (weight > 0), weight, 0.0)


def _push(lore: Lore, pairs: Pairs, item: Ints, product: Ints) -> Floats:
    weight = lore.after[item, product].astype(np.float64)
    true = (pairs.share_after[item, product] > pairs.usual_after[product]) & (
        pairs.support_after[item, product] >= FEWEST
    )
    return np.where(true & (weight > 0), weight, 0.0)


@dataclass(frozen=True)
class _Strongest:
    """The two items that speak most for each suggestion, -1 where none does."""

    first: Ints
    second: Ints
    total: Floats

    @classmethod
    def of(cls, suggestion: Ints, item: Ints, weight: Floats, many: int) -> _Strongest:
        spoken = np.flatnonzero(weight > 0)
        order = np.lexsort((item[spoken], -weight[spoken], suggestion[spoken]))
        by = spoken[order]
        owner = suggestion[by]
        start = np.searchsorted(owner, np.arange(many))
        stop = np.searchsorted(owner, np.arange(many), side="right")
        first, second = np.full(many, -1), np.full(many, -1)
        some, two = stop > start, stop > start + 1
        first[some] = item[by[start[some]]]
        second[two] = item[by[start[two] + 1]]
        total = np.bincount(suggestion, weight, many)
        return cls(first, second, total)


def _pulled(method: Method, lore: Lore, product: Ints, total: Floats) -> Floats:
    """How far what the customer has raises a product above its usual place."""
    usual = np.log(np.exp(lore.held) + FLOOR)[product]
    linear = method.weights.get("together", 0.0) + method.weights.get("lately_together", 0.0)
    return np.where(total > 0, linear * (np.log(total + FLOOR) - usual), 0.0)


def _figures(
    pairs: Pairs, reason: Ints, first: Ints, product: Ints
) -> tuple[Ints, Floats, Floats]:
    item = np.maximum(first, 0)
    support = pairs.takers[product].copy()
    share, usual = pairs.usual_after[product].copy(), pairs.usual_after[product].copy()
    by = reason == TOGETHER
    support[by] = pairs.support_together[item[by]]
    share[by] = pairs.share_together[item[by], product[by]]
    usual[by] = pairs.usual_together[product[by]]
    by = reason == AFTER
    support[by] = pairs.support_after[item[by], product[by]]
    share[by] = pairs.share_after[item[by], product[by]]
    return support, share, usual
