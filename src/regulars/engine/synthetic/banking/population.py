"""Who the customers of the bank are, before anything happens.

Every array has one entry a customer, in the order of customer numbers. Wealth is dealt by
rank: a score of kind, age and chance puts customers in a row, and a fixed curve gives each
place its assets. So the tiers have their share for any seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from regulars.engine.synthetic.banking.archetypes import ARCHETYPES, NAMES, ORGANIZATION
from regulars.engine.synthetic.btyd import Habits, Parameters, draw_habits
from regulars.engine.synthetic.columns import Bools, Floats, Ints, day_number, pick

# Weeks and fen. About one card purchase every three weeks, one in thirty purchases is
# the last; the mean purchase is near 190 yuan.
PARAMETERS = Parameters(r=0.9, alpha=2.9, a=0.6, b=17.0, p=2.5, q=3.2, gamma=16_500.0)

# (share of persons below, yuan): 78 % mass below 200 k and some negative, 12 % target,
# 3 % premier from 500 k, 0.1 % private from 6 m; the last point leads into a Pareto tail.
WEALTH_CURVE = (
    (0.002, 10.0),
    (0.12, 400.0),
    (0.30, 3_500.0),
    (0.62, 48_000.0),
    (0.848, 200_000.0),
    (0.966, 500_000.0),
    (0.9989, 6_000_000.0),
)
PARETO = 1.45
TIERS_YUAN = (50_000, 200_000, 500_000, 6_000_000)


@dataclass
class Population:
    """One entry a customer; days since 1970, money in fen, booleans as such."""

    archetype: Ints
    female: Bools
    born: Ints
    since: Ints
    branch: Ints
    book: Ints
    managed: Bools
    wealth: Ints
    income: Ints
    uses_card: Bools
    uses_app: Bools
    visits: Floats
    card_since: Floats
    habits: Habits
    pay_day: Ints
    pay_stop: Ints
    outflow: Ints
    outflow_day: Ints
    forgotten: Bools
    planted_birthday: Ints

    @property
    def size(self) -> int:
        """Number of customers."""
        return len(self.archetype)

    @property
    def person(self) -> Bools:
        """Which customers are people."""
        person: Bools = self.archetype != ORGANIZATION
        return person


def trait(name: str, archetype: Ints) -> Floats:
    """Return one number of the archetype for each customer."""
    values = np.array([getattr(kind, name) for kind in ARCHETYPES], dtype=float)
    return values[archetype]


def draw_population(
    rng: np.random.Generator, size: int, *, branches: Floats, start: date, until: date
) -> Population:
    """Draw the customers of a bank with these branch weights."""
    first, last = day_number(start), day_number(until)
    archetype = pick(rng, [kind.share for kind in ARCHETYPES], size)
    age = _ages(rng, archetype)
    since = _since(rng, age, first, last)
    order = np.argsort(since, kind="stable")
    archetype, age, since = archetype[order], age[order], since[order]
    person = archetype != ORGANIZATION
    wealth = _wealth(rng, archetype, age)
    # Many buy by card from the beginning of the window; new ones soon after they came.
    begins = np.maximum(first + 1.0, since + 1.0)
    wait = np.where(since < first, rng.random(size) * 100, rng.exponential(20, size))
    card_since = begins + wait
    uses_card = (rng.random(size) < trait("card", archetype)) & (card_since < last - 1)
    return Population(
        archetype=archetype,
        female=rng.random(size) < 0.49,
        born=np.where(person, last - np.rint(age * 365.25).astype(np.int64), 0),
        since=since,
        branch=pick(rng, list(branches), size),
        book=np.zeros(size, dtype=np.int64),
        managed=np.zeros(size, dtype=bool),
        wealth=wealth,
        income=_income(rng, archetype, wealth),
        uses_card=uses_card,
        uses_app=rng.random(size) < trait("app", archetype),
        visits=trait("visits", archetype) * rng.gamma(0.7, 1.4, size),
        card_since=card_since,
        habits=_habits(rng, archetype, wealth, uses_card),
        pay_day=_pay_days(rng, archetype, person),
        pay_stop=np.full(size, last + 1),
        outflow=np.zeros(size, dtype=np.int64),
        outflow_day=np.zeros(size, dtype=np.int64),
        forgotten=np.zeros(size, dtype=bool),
        planted_birthday=np.zeros(size, dtype=np.int64),
    )


def _ages(rng: np.random.Generator, archetype: Ints) -> Floats:
    low = np.array([kind.ages[0] for kind in ARCHETYPES])[archetype]
    high = np.array([kind.ages[1] for kind in ARCHETYPES])[archetype]
    # The mean of two uniforms: more in the middle of the range than at its ends.
    ages: Floats = low + (high - low) * (rng.random(len(low)) + rng.random(len(low))) / 2
    return ages


def _since(rng: np.random.Generator, age: Floats, first: int, last: int) -> Ints:
    size = len(age)
    years = np.where(age > 0, np.minimum(age - 17.5, 21), 15)
    old = first - 30 - rng.random(size) ** 0.8 * np.maximum(years * 365.25 - 760, 30)
    new = first + 1 + rng.random(size) * (last - first - 8)
    return np.where(rng.random(size) < 0.11, new, old).astype(np.int64)


def _wealth(rng: np.random.Generator, archetype: Ints, age: Floats) -> Ints:
    size = len(archetype)
    yuan = np.empty(size)
    person = archetype != ORGANIZATION
    lean = trait("wealth", archetype) + 0.018 * (age - 45) + rng.normal(0, 1, size)
    place = np.argsort(np.argsort(lean[person], kind="stable"), kind="stable")
    yuan[person] = wealth_at((place + 0.5) / max(len(place), 1))
    yuan[~person] = np.exp(rng.normal(np.log(220_000), 1.6, int((~person).sum())))
    return np.rint(yuan * 100).astype(np.int64)


def wealth_at(share: Floats) -> Floats:
    """Return the assets in yuan of the person with this share of persons below."""
    knots = np.array([point for point, _ in WEALTH_CURVE])
    money = np.log([value for _, value in WEALTH_CURVE])
    body = np.exp(np.interp(_normal(share), _normal(knots), money))
    tail = ((1 - knots[-1]) / np.maximum(1 - share, 1e-12)) ** (1 / PARETO)
    top: Floats = np.where(share > knots[-1], WEALTH_CURVE[-1][1] * tail, body)
    return top


def _normal(share: Floats) -> Floats:
    # Any steep odd curve serves as the axis; the logit needs no SciPy.
    odds: Floats = np.log(share) - np.log1p(-share)
    return odds


def _income(rng: np.random.Generator, archetype: Ints, wealth: Ints) -> Ints:
    lift = np.clip(wealth / 20_000_000, 0.3, 40.0) ** 0.22
    noise = np.exp(rng.normal(0, 0.35, len(wealth)))
    return np.rint(trait("income", archetype) * 100 * lift * noise).astype(np.int64)


def _habits(
    rng: np.random.Generator, archetype: Ints, wealth: Ints, uses_card: Bools
) -> Habits:
    size = len(archetype)
    buyers = np.flatnonzero(uses_card)
    richness = np.log(np.maximum(wealth[buyers], 1_000))
    richness = (richness - richness.mean()) / max(float(richness.std()), 1e-9)
    drawn = draw_habits(
        rng,
        PARAMETERS,
        rate_lean=trait("rate", archetype)[buyers] + rng.normal(0, 1, len(buyers)),
        dropout_lean=trait("leaving", archetype)[buyers] + rng.normal(0, 1, len(buyers)),
        spend_lean=0.5 * richness + rng.normal(0, 1, len(buyers)),
    )
    spread = [np.zeros(size) for _ in range(3)]
    values = (drawn.rate, drawn.dropout, drawn.mean_spend)
    for column, value in zip(spread, values, strict=True):
        column[buyers] = value
    return Habits(*spread)


def _pay_days(rng: np.random.Generator, archetype: Ints, person: Bools) -> Ints:
    paid = (rng.random(len(archetype)) < trait("payroll", archetype)) & person
    return np.where(paid, rng.integers(5, 16, len(archetype)), 0)


def is_kind(population: Population, name: str) -> Bools:
    """Return who is of the archetype with this name."""
    found: Bools = population.archetype == NAMES.index(name)
    return found
