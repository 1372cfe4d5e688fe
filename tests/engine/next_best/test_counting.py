"""Counts of pairs against a twin that counts with sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from regulars.engine import Ledger
from regulars.engine.backends import Workbench
from regulars.engine.next_best.counting import count
from regulars.engine.next_best.standing import stand
from regulars.engine.next_best.taking import spells

DAY, H = date(2025, 12, 31), 60
Rows = list[tuple[int, str, date, date | None]]


def drawn(seed: int) -> Rows:
    random = np.random.default_rng(seed)
    rows: Rows = []
    for customer in range(60):
        for _ in range(int(random.integers(1, 7))):
            opened = DAY - timedelta(days=int(random.integers(-20, 330)))
            lasts = int(random.integers(0, 200))
            closed = opened + timedelta(days=lasts) if random.random() < 0.4 else None
            rows.append((customer, "abcd"[int(random.integers(0, 4))], opened, closed))
    return rows


def held(rows: Rows, on: date) -> set[tuple[int, str]]:
    return {(c, p) for c, p, o, e in rows if o <= on and (e is None or e > on)}


def taken(rows: Rows, on: date, days: int = H) -> set[tuple[int, str]]:
    before = held(rows, on - timedelta(days=H))
    start = on - timedelta(days=days)
    return {(c, p) for c, p, o, _ in rows if start < o <= on} - before


def pairs(one: set[tuple[int, str]], two: set[tuple[int, str]], names: str) -> list[list[int]]:
    return [
        [sum((c, j) in two for c, p in one if p == i) * (i != j) for j in names] for i in names
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_are_those_of_a_twin_with_sets(
    holders: Callable[..., Ledger], seed: int
) -> None:
    rows = drawn(seed)
    ledger = holders(rows)
    bench = Workbench(ledger.transactions.get_backend())
    found = spells(ledger, as_of=DAY, of="holdings", again_after=None)
    standing = stand(
        found,
        ledger,
        bench,
        as_of=DAY,
        horizon=H,
        min_support=1,
        most_products=10,
        look_alike=(),
        customers=None,
        only=None,
    )
    names = "".join(standing.labels)

    counts, share = count(standing, bench)

    assert share == 1.0
    for n, counted in enumerate(counts):
        on, then = DAY - n * timedelta(days=H), DAY - (n + 1) * timedelta(days=H)
        now, before, new = held(rows, on), held(rows, then), taken(rows, on)
        there, fresh = {c for c, _ in before}, taken(rows, then)
        assert counted.customers == len({c for c, _ in now})
        assert counted.held.tolist() == [sum(p == i for _, p in now) for i in names]
        assert counted.taken.tolist() == [sum(p == i for _, p in new) for i in names]
        assert counted.taken_known.tolist() == [
            sum(p == i and c in there for c, p in new) for i in names
        ]
        late = taken(rows, on, H // 6)
        assert counted.lately.tolist() == [sum(p == i for _, p in late) for i in names]
        assert counted.pairs.tolist() == pairs(now, now, names)
        assert counted.pairs_before.tolist() == pairs(before, before, names)
        assert counted.after.tolist() == pairs(before, new, names)
        assert counted.beside.tolist() == pairs(now, new, names)
        assert counted.fresh_pairs.tolist() == pairs(fresh, before, names)
        assert counted.follow.tolist() == pairs(fresh, new, names)
