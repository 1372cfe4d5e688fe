"""Pairs and trios of products, and their lift over what chance would give."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.engine.backends import Workbench
from regulars.engine.next_best.baskets import Baskets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SURE = 0.025
# Pairs of which trios are made; their number grows with the cube.
MOST_FOR_TRIOS = 300
# A pair says nothing new beside a trio that has this share of its units.
SAME = 0.8


@dataclass(frozen=True)
class Sets:
    """Sets of items with their counts and their lift over chance."""

    items: Ints
    support: Ints
    lift: Floats
    spread: Floats
    excess: Floats

    def only(self, rows: npt.NDArray[np.generic]) -> Sets:
        """Keep these rows."""
        return Sets(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def sure(self, tests: int) -> Sets:
        """Keep what is above chance beyond doubt; the largest excess first."""
        bound = NormalDist().inv_cdf(1 - SURE / max(tests, 1))
        kept = self.only(np.log(self.lift) - bound * self.spread > 0)
        columns = [kept.items[:, n] for n in reversed(range(kept.items.shape[1]))]
        return kept.only(np.lexsort((*columns, -kept.excess)))


def pairs_of(baskets: Baskets, min_support: int) -> Sets:
    """Count the pairs that enough units have."""
    one = baskets.lines.select("key", a="item")
    two = baskets.lines.select("key", b="item")
    both = one.join(two, "key").filter(lambda t: t.a < t.b)
    counts = both.group_by("a", "b").agg(n=both.count())
    found = counts.filter(counts.n >= min_support).order_by("a", "b").to_pyarrow()
    items = np.column_stack([found["a"].to_numpy(), found["b"].to_numpy()])
    support = found["n"].to_numpy()
    left, right = baskets.held[items[:, 0]], baskets.held[items[:, 1]]
    return _against_chance(items, support, left, right, baskets.units)


def _against_chance(items: Ints, support: Ints, left: Ints, right: Ints, units: int) -> Sets:
    """Compare with two things meeting by chance; spread of the log lift by the delta rule."""
    expected = left * right / units
    lift = support / expected
    # Of the log of n12 N / (n1 n2), the counts being multinomial; 1/N where lift is 1.
    variance = 1 / support - 1 / left - 1 / right + (2 * lift - 1) / units
    return Sets(items, support, lift, np.sqrt(np.maximum(variance, 1e-12)), support - expected)


def trios_of(pairs: Sets, baskets: Baskets, bench: Workbench, min_support: int) -> Sets:
    """Count the trios all of whose pairs go together."""
    known = {
        (int(a), int(b)): int(n) for (a, b), n in zip(pairs.items, pairs.support, strict=True)
    }
    wanted = _triangles(list(known)[:MOST_FOR_TRIOS])
    items = np.array(wanted, np.int64).reshape(-1, 3)
    if not len(items):
        return _against_chance(items, *(np.zeros(0, np.int64),) * 3, baskets.units)
    found = _count_trios(items, baskets, bench)
    support = np.array([found.get(trio, 0) for trio in wanted], np.int64)
    often = support >= min_support
    items, support = items[often], support[often]
    splits = [_split(items, pair, third, known, baskets) for pair, third in _SPLITS]
    chance = np.stack([left * right for left, right in splits])
    hardest = chance.argmax(axis=0) if len(items) else np.zeros(0, np.int64)
    rows = np.arange(len(items))
    left = np.stack([each for each, _ in splits])[hardest, rows]
    right = np.stack([each for _, each in splits])[hardest, rows]
    made = _against_chance(items, support, left, right, baskets.units)
    return made.sure(len(wanted))


_SPLITS = (((0, 1), 2), ((0, 2), 1), ((1, 2), 0))


def _split(
    items: Ints,
    pair: tuple[int, int],
    third: int,
    known: dict[tuple[int, int], int],
    of: Baskets,
) -> tuple[Ints, Ints]:
    together = [known[int(row[pair[0]]), int(row[pair[1]])] for row in items]
    return np.array(together, np.int64), of.held[items[:, third]]


def _triangles(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    known = set(pairs)
    after: dict[int, list[int]] = {}
    for a, b in sorted(pairs):
        after.setdefault(a, []).append(b)
    return [
        (a, b, c)
        for a, others in after.items()
        for b, c in combinations(others, 2)
        if (b, c) in known
    ]


def _count_trios(
    items: Ints, baskets: Baskets, bench: Workbench
) -> dict[tuple[int, int, int], int]:
    wanted = bench.bring(pa.table({"a": items[:, 0], "b": items[:, 1], "c": items[:, 2]}))
    lines = baskets.lines
    one, two = lines.select("key", a="item"), lines.select("key", b="item")
    both = one.join(two, "key").filter(lambda t: t.a < t.b)
    both = both.semi_join(wanted, ["a", "b"]).select("key", "a", "b")
    three = both.join(wanted, ["a", "b"])
    three = three.semi_join(lines.select("key", c="item"), ["key", "c"])
    counts = three.group_by("a", "b", "c").agg(n=three.count()).to_pyarrow().to_pylist()
    return {(row["a"], row["b"], row["c"]): row["n"] for row in counts}


def strongest(trios: Sets) -> Sets:
    """Of trios that share two products keep the first, which has the largest excess."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for n, trio in enumerate(trios.items):
        inside = set(combinations((int(item) for item in trio), 2))
        if not inside & taken:
            kept.append(n)
            taken |= inside
    return trios.only(np.array(kept, np.int64))


def not_said_by(trios: Sets, pairs: Sets) -> Sets:
    """Leave out the pairs whose units are nearly those of a trio."""
    most: dict[tuple[int, int], int] = {}
    for trio, support in zip(trios.items, trios.support, strict=True):
        for pair in combinations((int(item) for item in trio), 2):
            most[pair] = max(most.get(pair, 0), int(support))
    said = [
        most.get((int(a), int(b)), 0) >= SAME * support
        for (a, b), support in zip(pairs.items, pairs.support, strict=True)
    ]
    return pairs.only(~np.array(said, bool))
