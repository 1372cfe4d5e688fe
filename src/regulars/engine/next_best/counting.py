"""Pairs of products among customers, counted once for all dates."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from regulars.engine.backends import Workbench, first_row
from regulars.engine.next_best.standing import (
    DATES,
    TAUGHT,
    Standing,
    held_bit,
    late_bit,
    new_bit,
)
from regulars.engine.sampling import hash_limit

Counts32 = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

# Rows of the self-join: about 20 s on two cores. Above it a sample by hash is counted.
MOST_PAIRS = 200_000_000
# Whoever has more different products than this buys for others (or is a test account).
MOST_OF_ONE = 400


@dataclass(frozen=True)
class Counted:
    """How many customers have what, at one date t, and what was taken in the horizon to it.

    All of one share of the customers. `i` counts items (products, then traits), `j` too.

    Attributes
    ----------
    customers
        Who held anything at t.
    held, before : (i,)
        Holders at t and one horizon earlier.
    open_to : (i,)
        Known one horizon earlier, without it: who could take it.
    taken, taken_known, lately : (i,)
        Newly took it in the horizon: everybody; those of `open_to`; in its last sixth.
    pairs, pairs_before : (i, j)
        Held both, at t and one horizon earlier.
    after : (i, j)
        Held i one horizon earlier, then newly took j.
    beside : (i, j)
        Held i at t and newly took j in the horizon.
    fresh_before : (i,)
        Newly took i in the horizon before this one.
    fresh_pairs : (i, j)
        Newly took i in the horizon before and held j at its end.
    follow : (i, j)
        Newly took i in the horizon before, then newly took j in this one.
    """

    customers: int
    held: Ints
    before: Ints
    open_to: Ints
    taken: Ints
    taken_known: Ints
    lately: Ints
    pairs: Counts32
    pairs_before: Counts32
    after: Counts32
    beside: Counts32
    fresh_before: Ints
    fresh_pairs: Counts32
    follow: Counts32


def count(standing: Standing, bench: Workbench) -> tuple[list[Counted], float]:
    """Count at T, T-h and T-2h; also give the share of customers that were counted."""
    rows, people, share = _sample(standing, bench)
    singles = _singles(rows, people, len(standing.labels))
    pairs = _pairs(rows, len(standing.labels))
    known = _known(people)
    return [_at(n, singles, pairs, known) for n in range(TAUGHT)], share


def _sample(standing: Standing, bench: Workbench) -> tuple[ir.Table, ir.Table, float]:
    """Keep about MOST_PAIRS pairs: leave out who has too much, then sample by hash."""
    sizes = _sizes(standing)
    work = first_row(sizes.agg(pairs=(sizes.n * sizes.n).sum()))["pairs"] or 0
    people = standing.people
    share = 1.0
    if work > MOST_PAIRS:
        limit, share = hash_limit(MOST_PAIRS / work)
        people = bench.keep(people.filter(people.digest < limit))
        sizes = sizes.semi_join(people, "idx")
    rows = standing.rows.semi_join(sizes, "idx")
    return bench.keep(rows), people, share


def ordinary(standing: Standing) -> ir.Table:
    """Leave out the rows of whoever has too much: they count nowhere."""
    return standing.rows.semi_join(_sizes(standing), "idx")


def _sizes(standing: Standing) -> ir.Table:
    sizes = standing.rows.group_by("idx").agg(n=standing.rows.count())
    return sizes.filter(sizes.n <= MOST_OF_ONE)


def _singles(rows: ir.Table, people: ir.Table, items: int) -> dict[str, Ints]:
    wide = rows.join(people.select("idx", "known"), "idx")
    marks = wide.marks
    sums = {f"held_{n}": _has(marks, held_bit(n)) for n in range(DATES)}
    sums |= {f"new_{n}": _has(marks, new_bit(n)) for n in range(DATES - 1)}
    for n in range(TAUGHT):
        was_there = _has(wide.known, held_bit(n + 1))
        sums[f"known_{n}"] = _has(marks, new_bit(n)) & was_there
        sums[f"late_{n}"] = _has(marks, late_bit(n))
    table = wide.group_by("item").agg(
        **{name: wide.count(where=test) for name, test in sums.items()}
    )
    found = table.to_pyarrow()
    item = found["item"].to_numpy()
    return {name: _spread(item, found[name].to_numpy(), items) for name in sums}


def _spread(item: Ints, values: Ints, items: int) -> Ints:
    dense = np.zeros(items, np.int64)
    dense[item] = values
    return dense


def _pairs(rows: ir.Table, items: int) -> dict[str, Counts32]:
    one = rows.select("idx", a="item", was="marks")
    two = rows.select("idx", b="item", now="marks")
    both = one.join(two, "idx").filter(lambda t: t.a != t.b)
    tests = {f"pairs_{n}": (held_bit(n), held_bit(n)) for n in range(TAUGHT + 1)}
    tests |= {f"beside_{n}": (held_bit(n), new_bit(n)) for n in range(TAUGHT + 1)}
    for n in range(TAUGHT):
        tests[f"after_{n}"] = (held_bit(n + 1), new_bit(n))
        tests[f"follow_{n}"] = (new_bit(n + 1), new_bit(n))
    table = both.group_by("a", "b").agg(
        **{
            name: both.count(where=_has(both.was, i) & _has(both.now, j)).cast("int32")
            for name, (i, j) in tests.items()
        }
    )
    dense = {name: np.zeros((items, items), np.int32) for name in tests}
    for batch in table.to_pyarrow_batches(chunk_size=500_000):
        a, b = batch["a"].to_numpy(), batch["b"].to_numpy()
        for name, values in dense.items():
            values[a, b] = batch[name].to_numpy()
    return dense


def _has(marks: ir.IntegerValue, bit: int) -> ir.BooleanValue:
    return (marks & bit) > 0


def _known(people: ir.Table) -> list[int]:
    sums = {f"n{n}": _has(people.known, held_bit(n)).cast("int64").sum() for n in range(DATES)}
    return [int(value or 0) for value in first_row(people.agg(**sums)).values()]


def _at(
    n: int, singles: dict[str, Ints], pairs: dict[str, Counts32], known: list[int]
) -> Counted:
    return Counted(
        customers=known[n],
        held=singles[f"held_{n}"],
        before=singles[f"held_{n + 1}"],
        open_to=known[n + 1] - singles[f"held_{n + 1}"],
        taken=singles[f"new_{n}"],
        taken_known=singles[f"known_{n}"],
        lately=singles[f"late_{n}"],
        pairs=pairs[f"pairs_{n}"],
        pairs_before=pairs[f"pairs_{n + 1}"],
        after=pairs[f"after_{n}"],
        beside=pairs[f"beside_{n}"],
        fresh_before=singles[f"new_{n + 1}"],
        fresh_pairs=pairs[f"beside_{n + 1}"].T,
        follow=pairs[f"follow_{n}"],
    )
