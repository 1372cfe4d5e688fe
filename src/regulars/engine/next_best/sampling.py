"""Enough customers to judge and to train on, the same ones on every backend."""

from __future__ import annotations

import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.next_best.standing import Standing, held_bit
from regulars.engine.sampling import hash_limit

# Cells of customer x product that are scored for a judgement: about ten seconds.
MOST_CELLS = 60_000_000
MOST_CUSTOMERS = 200_000


def sample(standing: Standing, *, date_number: int) -> ir.Table:
    """Take customers who held anything at T - date_number * h, by a hash of the id."""
    people = standing.people
    there = people.filter((people.known & held_bit(date_number)) > 0)
    wanted = min(MOST_CUSTOMERS, MOST_CELLS // max(standing.products, 1))
    found = standing.known[date_number]
    if found <= wanted:
        return there
    limit, _ = hash_limit(wanted / found)
    return there.filter(there.digest < limit)


def chunk(standing: Standing, first: int, stop: int) -> ir.Table:
    """Take the customers numbered [first, stop)."""
    people = standing.people
    return people.filter((people.idx >= first) & (people.idx < stop))


def size(people: ir.Table) -> int:
    """Count them."""
    return int(first_row(people.agg(n=people.count()))["n"])
