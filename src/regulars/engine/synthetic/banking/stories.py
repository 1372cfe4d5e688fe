"""Stories every book should hold, planted before the facts are drawn.

Large outflows, pay-roll that stopped, birthdays to come and forgotten customers are put in
on purpose; maturities, near-threshold customers and those gone quiet exist by chance in
every book, so they are only marked (`marks`), never forced.
"""

from __future__ import annotations

import numpy as np

from regulars.engine.synthetic.banking.population import Population
from regulars.engine.synthetic.columns import Bools, Floats, Ints, rank_within

YUAN = 100
UPPER = 20_000_000
TOP = 50_000_000


def plant(rng: np.random.Generator, population: Population, *, last: int) -> None:
    """Choose the customers of each managed book and write the stories into the plan."""
    settled = population.managed & (population.since < last - 200)
    free = settled.copy()
    _plant_outflows(rng, population, free, last)
    _plant_stopped_pay(rng, population, free, last)
    _plant_birthdays(rng, population, settled)
    _plant_forgotten(rng, population, free)


def first_of_book(
    rng: np.random.Generator, population: Population, eligible: Bools, count: int
) -> Ints:
    """Return up to `count` eligible customers of each book, drawn at random."""
    rows = np.flatnonzero(eligible)
    order: Floats = rng.random(len(rows))
    return rows[rank_within(population.book[rows], order) < count]


def _plant_outflows(
    rng: np.random.Generator, population: Population, free: Bools, last: int
) -> None:
    chosen = first_of_book(rng, population, free & (population.wealth >= UPPER), 4)
    share = rng.uniform(0.32, 0.62, len(chosen))
    moved = np.rint(population.wealth[chosen] * share / (1000 * YUAN)).astype(np.int64)
    population.outflow[chosen] = np.maximum(moved * 1000 * YUAN, 80_000 * YUAN)
    population.outflow_day[chosen] = last - rng.integers(1, 6, len(chosen))
    free[chosen] = False


def _plant_stopped_pay(
    rng: np.random.Generator, population: Population, free: Bools, last: int
) -> None:
    worker = free & (population.pay_day > 0) & (population.archetype == 0)
    chosen = first_of_book(rng, population, worker, 3)
    # The last pay came over 36 days ago, so one has been missed for five days or more.
    population.pay_stop[chosen] = last - 36
    free[chosen] = False


def _plant_birthdays(rng: np.random.Generator, population: Population, settled: Bools) -> None:
    upper = settled & population.person & (population.wealth >= TOP)
    chosen = first_of_book(rng, population, upper, 3)
    ahead = rng.integers(1, 22, len(chosen))
    # A negative number of days ahead: the birthday is kept by the lunar calendar.
    lunar = rank_within(population.book[chosen], ahead.astype(float)) == 1
    population.planted_birthday[chosen] = np.where(lunar, -ahead, ahead)


def _plant_forgotten(rng: np.random.Generator, population: Population, free: Bools) -> None:
    top = first_of_book(rng, population, free & (population.wealth >= TOP), 2)
    others = free & (rng.random(population.size) < 0.12)
    population.forgotten[top] = True
    population.forgotten |= others & (population.wealth < TOP)
