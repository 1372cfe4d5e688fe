"""Orders and their lines: what ran out since the last visit is what is bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.btyd import WEEK, Habits, draw_amounts, draw_purchases
from regulars.engine.synthetic.columns import (
    DAY_US,
    Bools,
    Floats,
    Ints,
    coded,
    digits,
    pick,
    stamps,
)
from regulars.engine.synthetic.retailing.catalogue import CATEGORIES, CODES, FALLBACK, GOODS
from regulars.engine.synthetic.retailing.members import FAVOURITES, PARAMETERS, Members
from regulars.engine.synthetic.retailing.season import Season
from regulars.engine.synthetic.schema import SCHEMAS

CHANNELS = ("store", "app", "mini_program")
KINDS = ("purchase", "refund")
RETURNED = 0.03


@dataclass(frozen=True)
class Orders:
    """The orders of a block: `owner` counts from 0 within it, times are local."""

    owner: Ints
    time: Ints
    amount: Ints
    alive: Bools
    left_day: Floats
    lines: pa.Table


def draw_orders(
    rng: np.random.Generator,
    members: Members,
    rows: Ints,
    season: Season,
    *,
    last: int,
    keys: tuple[pa.Array, pa.Array],
    offsets: tuple[int, int],
) -> Orders:
    """Draw the orders of the members `rows`; `offsets` count orders and lines before."""
    habits = Habits(
        members.habits.rate[rows], members.habits.dropout[rows], members.habits.mean_spend[rows]
    )
    begun = season.passed(members.begins[rows])
    weeks = (season.shown[-1] - begun) / WEEK
    bought = draw_purchases(rng, habits, np.maximum(weeks, 0))
    moment = season.day(begun[bought.owner] + bought.week * WEEK)
    day = np.minimum(np.floor(moment).astype(np.int64), last)
    clock = rng.triangular(8 * 3600, 18 * 3600, 21.5 * 3600, len(day)).astype(np.int64)
    time = day * DAY_US + clock * 1_000_000
    amount = draw_amounts(rng, PARAMETERS, habits.mean_spend[bought.owner])
    amount = np.maximum(amount, FAVOURITES)
    left = season.day(
        begun + np.where(np.isfinite(bought.left_week), bought.left_week, 0) * WEEK
    )
    lines = _lines(rng, members, rows, bought.owner, time, amount, last, keys, offsets)
    left_day = np.where(np.isfinite(bought.left_week), left, np.inf)
    return Orders(bought.owner, time, amount, bought.alive, left_day, lines)


def _lines(
    rng: np.random.Generator,
    members: Members,
    rows: Ints,
    owner: Ints,
    time: Ints,
    amount: Ints,
    last: int,
    keys: tuple[pa.Array, pa.Array],
    offsets: tuple[int, int],
) -> pa.Table:
    order, category = _baskets(rng, members.favourites[rows], owner, time / DAY_US)
    money = _shares(rng, order, category, amount)
    channel = _channels(rng, members.app[rows][owner])
    returned = np.flatnonzero(rng.random(len(order)) < RETURNED)
    back = time[order[returned]] + rng.integers(1, 9, len(returned)) * DAY_US
    returned, back = returned[back < (last + 1) * DAY_US], back[back < (last + 1) * DAY_US]
    every = np.r_[np.arange(len(order)), returned]
    at = np.r_[time[order], back]
    kind = np.r_[np.zeros(len(order), np.int64), np.ones(len(returned), np.int64)]
    by = np.lexsort((at, owner[order[every]]))
    every, at, kind = every[by], at[by], kind[by]
    visit = order[every]
    customer = rows[owner[visit]]
    # The good of a category is chosen once per line, so that a return names what was bought.
    product = category * 2 + rng.integers(0, 2, len(order))
    customers, stores = keys
    return pa.table(
        [
            coded(customer, customers, wide=True),
            stamps(at),
            pa.array(np.where(kind == 1, -money[every], money[every])),
            digits("D", offsets[0] + visit, 10),
            coded(product[every], pa.array([good[0] for good in GOODS])),
            coded(category[every], pa.array(CODES)),
            coded(channel[visit], pa.array(CHANNELS)),
            coded(np.where(channel[visit] == 0, members.store[customer], -1), stores),
            coded(kind, pa.array(KINDS)),
            digits("L", offsets[1] + np.arange(len(every)), 10),
        ],
        schema=SCHEMAS["transactions"],
    )


def _baskets(
    rng: np.random.Generator, favourites: Ints, owner: Ints, day: Floats
) -> tuple[Ints, Ints]:
    """Return (order, category) of each line.

    Time is cut into the cycles of each favourite, with a phase of the member's own; the
    first visit in a new cycle buys it. A visit with nothing due takes fresh food.
    """
    cycle = np.array([category.cycle for category in CATEGORIES])[favourites][owner]
    phase = (rng.random(favourites.shape)[owner]) * cycle
    number = np.floor((day[:, None] + phase) / cycle).astype(np.int64)
    before = np.vstack([np.full((1, FAVOURITES), -1), number[:-1]])
    again = np.r_[False, owner[1:] == owner[:-1]]
    due = np.where(again[:, None], number != before, rng.random(number.shape) < 0.5)
    order, place = np.nonzero(due)
    category = favourites[owner[order], place]
    nothing = np.flatnonzero(~due.any(axis=1))
    order = np.r_[order, nothing]
    category = np.r_[category, np.full(len(nothing), FALLBACK)]
    by = np.lexsort((category, order))
    return order[by], category[by]


def _shares(rng: np.random.Generator, order: Ints, category: Ints, amount: Ints) -> Ints:
    """Cut the sum of each order into its lines, to the last fen."""
    weight = np.array([entry.weight for entry in CATEGORIES])[category]
    weight = weight * rng.uniform(0.7, 1.3, len(order))
    total = np.bincount(order, weight, len(amount))
    # The running sum is rounded, not the parts, so the parts add up.
    upto = np.cumsum(weight) - (np.cumsum(total) - total)[order]
    ends = np.rint(amount[order] * np.minimum(upto / total[order], 1)).astype(np.int64)
    first = np.r_[True, order[1:] != order[:-1]]
    final = np.r_[first[1:], True]
    ends = np.where(final, amount[order], ends)
    money = np.where(first, ends, ends - np.r_[0, ends[:-1]])
    return np.maximum(money, 1)


def _channels(rng: np.random.Generator, app: Bools) -> Ints:
    online = pick(rng, [0, 60, 40], len(app))
    return np.where(rng.random(len(app)) < np.where(app, 0.45, 0.05), online, 0)
