"""Put a chain together: members, orders, tiers, then those who look after the best."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.synthetic.btyd import Habits, expected_purchases
from regulars.engine.synthetic.calendar import years_before
from regulars.engine.synthetic.columns import DAY_US, Bools, Floats, Ints, day_number, digits
from regulars.engine.synthetic.company import Company
from regulars.engine.synthetic.retailing.catalogue import products_table
from regulars.engine.synthetic.retailing.members import PARAMETERS, Members, draw_members
from regulars.engine.synthetic.retailing.orders import Orders, draw_orders
from regulars.engine.synthetic.retailing.records import (
    events,
    interactions,
    members_table,
    truth_table,
)
from regulars.engine.synthetic.retailing.season import season_of
from regulars.engine.synthetic.retailing.staffing import staff_chain, store_weights
from regulars.engine.synthetic.schema import SCHEMAS

BLOCK = 50_000
# Best share of members in each tier by net spend of the last 365 days.
TIERS = (("black", 0.02), ("gold", 0.10), ("silver", 0.30), ("basic", 1.0))


class NotAChain(BadInput):
    """The size or period asked for makes no chain of stores."""


def retail(*, customers: int = 20_000, seed: int = 1, until: date, years: int = 2) -> Company:
    """Make a chain of stores with members and known truth.

    Facts cover `years` up to and including the local day `until`. Balances and holdings
    are empty: members have none. Purchases of one order share its `order_id`; the BTYD
    process counts orders, and the season shifts them within the window.

    Raises
    ------
    NotAChain : fewer than 500 members, more than 10 million, or no whole year
    """
    if not 500 <= customers <= 10_000_000 or years < 1:
        raise NotAChain(
            f"A chain of {customers} members over {years} years cannot be made; ask for "
            "500 to 10,000,000 members and at least one year."
        )
    start = years_before(until, years)
    first, last = day_number(start) + 1, day_number(until)
    rng = np.random.default_rng([seed, 2])
    weights = store_weights(customers)
    members = draw_members(rng, customers, stores=weights, first=first, last=last)
    serial = 1_000_000 + np.cumsum(rng.integers(1, min(9, 80_000_000 // customers), customers))
    numbers = digits("M", serial, 8)
    stores = pa.array([f"MD{number + 1:03d}" for number in range(len(weights))])
    drawn = _orders(seed, members, (numbers, stores), first=first, last=last)
    tier, near = _tiers(drawn.recent)
    staff, book, vip = staff_chain(rng, members, tier, len(weights))
    talks = interactions(
        rng, members, vip, book, staff, numbers, first=first, last=last, left=drawn.left_day
    )
    return Company(
        name="溪禾生活",
        name_en="Xihe Living Stores",
        kind="retail",
        start=start,
        until=until,
        seed=seed,
        parameters=PARAMETERS.as_mapping(),
        products=products_table(),
        customers=members_table(rng, members, tier, book, staff, numbers, stores),
        relations=SCHEMAS["relations"].empty_table(),
        transactions=drawn.lines,
        balances=SCHEMAS["balances"].empty_table(),
        holdings=SCHEMAS["holdings"].empty_table(),
        interactions=talks.table,
        events=events(rng, members, drawn.left_day, numbers, first=first, last=last),
        truth=truth_table(
            members,
            numbers,
            drawn.first_time,
            drawn.left_day,
            drawn.alive,
            margin=_margin(members, drawn.alive, vip),
            stories={
                "tier_threshold": vip & near,
                "birthday": vip & _birthday_soon(members, until),
                "became_dormant": vip & _quiet(members, drawn.left_day, last),
                "contact_overdue": vip & talks.overdue,
            },
        ),
        **staff.tables(),
    )


@dataclass(frozen=True)
class Drawn:
    """All orders, and what follows from them for each member."""

    lines: pa.Table
    first_time: Ints
    left_day: Floats
    alive: Bools
    recent: Ints


def _orders(
    seed: int, members: Members, keys: tuple[pa.Array, pa.Array], *, first: int, last: int
) -> Drawn:
    season = season_of(first, last)
    blocks: list[tuple[Ints, Orders]] = []
    orders = lines = 0
    for number, start in enumerate(range(0, members.size, BLOCK)):
        rng = np.random.default_rng([seed, 3, number])
        rows = np.arange(start, min(start + BLOCK, members.size))
        block = draw_orders(
            rng, members, rows, season, last=last, keys=keys, offsets=(orders, lines)
        )
        orders += len(block.owner)
        lines += block.lines.num_rows
        blocks.append((rows, block))
    return Drawn(
        pa.concat_tables([block.lines for _, block in blocks]),
        np.concatenate([_first_time(rows, block) for rows, block in blocks]),
        np.concatenate([block.left_day for _, block in blocks]),
        np.concatenate([block.alive for _, block in blocks]),
        np.concatenate([_recent(rows, block, last) for rows, block in blocks]),
    )


def _first_time(rows: Ints, block: Orders) -> Ints:
    found = np.full(len(rows), np.iinfo(np.int64).max)
    np.minimum.at(found, block.owner, block.time)
    return found


def _recent(rows: Ints, block: Orders, last: int) -> Ints:
    late = block.time >= (last - 364) * DAY_US
    return np.bincount(block.owner[late], block.amount[late], len(rows)).astype(np.int64)


def _tiers(recent: Ints) -> tuple[Ints, Bools]:
    """Return the tier of each member, 0 the best, and who is just below the next one."""
    ranked = np.sort(recent)[::-1]
    cuts = np.array([ranked[int(len(ranked) * share)] for _, share in TIERS[:-1]])
    tier = (recent[:, None] <= cuts).sum(axis=1)
    below = (recent[:, None] <= cuts) & (recent[:, None] >= cuts * 0.93)
    near: Bools = np.any(below, axis=1)
    return tier, near


def _margin(members: Members, alive: Bools, vip: Bools) -> Ints:
    habits: Habits = members.habits
    spend = expected_purchases(habits, alive, 52.0) * habits.mean_spend
    # A quarter of the shelf price stays; a VIP costs some ten talks a year.
    return np.rint(spend * 0.25 - np.where(vip, 10_000, 100)).astype(np.int64)


def _birthday_soon(members: Members, until: date) -> Bools:
    born = members.born.astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    of_month = (born - month.astype("datetime64[D]")).astype(np.int64) + 1
    code = (month.astype(np.int64) % 12 + 1) * 100 + of_month
    coming = [until + timedelta(days=ahead) for ahead in range(1, 22)]
    return np.isin(code, [day.month * 100 + day.day for day in coming])


def _quiet(members: Members, left_day: Floats, last: int) -> Bools:
    regular = members.habits.rate >= 0.15
    return np.asarray((left_day >= last - 150) & (left_day <= last - 20) & regular, dtype=bool)
