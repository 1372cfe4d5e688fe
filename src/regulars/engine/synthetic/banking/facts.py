"""Arrow tables of facts, one block of customers at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.banking import catalogue as c
from regulars.engine.synthetic.banking.flows import Ledger
from regulars.engine.synthetic.banking.holdings import OPEN, Pieces, Wallet
from regulars.engine.synthetic.banking.population import Population
from regulars.engine.synthetic.banking.sources import HOUR_US
from regulars.engine.synthetic.calendar import month_starts
from regulars.engine.synthetic.columns import (
    DAY_US,
    Floats,
    Ints,
    Ragged,
    coded,
    days,
    digits,
    stamps,
)
from regulars.engine.synthetic.schema import SCHEMAS

_CATEGORY_WORDS = pa.array(c.CATEGORIES)
_CHANNEL_WORDS = pa.array(c.CHANNELS)
_KIND_WORDS = pa.array(c.KINDS)
EVENT_KINDS = ("activation", "login", "branch_visit", "rate_view", "salon", "complaint")
EVENT_REFS = ("mobile_bank", "deposit_rates", "large_cd", "counter", "health_salon", "service")


@dataclass(frozen=True)
class Keys:
    """The words that dictionary columns point to, the same for all blocks."""

    customers: pa.Array
    numbers: Ints
    branches: pa.Array


def transactions(
    ledger: Ledger, members: Ints, branch: Ints, keys: Keys, offset: int
) -> pa.Table:
    """Return the transactions; `offset` rows came before this block."""
    rows = ledger.rows
    owner = members[rows["owner"]]
    serial = digits("T", np.arange(offset, offset + len(owner)), 10)
    in_branch = (rows["channel"] == c.COUNTER) | (rows["channel"] == c.ATM)
    signed = rows["signed"]
    return pa.table(
        [
            coded(owner, keys.customers, wide=True),
            stamps(rows["time"]),
            pa.array(np.where(rows["kind"] == c.REFUND, -np.abs(signed), np.abs(signed))),
            # One movement is one order at a bank; both columns share the same memory.
            serial,
            coded(rows["product"], c.WORDS),
            coded(rows["category"], _CATEGORY_WORDS),
            coded(rows["channel"], _CHANNEL_WORDS),
            coded(np.where(in_branch, branch[owner], -1), keys.branches),
            coded(rows["kind"], _KIND_WORDS),
            serial,
        ],
        schema=SCHEMAS["transactions"],
    )


def balances(
    rng: np.random.Generator,
    ledger: Ledger,
    wallet: Wallet,
    members: Ints,
    keys: Keys,
    *,
    since: Ints,
    first: int,
    last: int,
) -> pa.Table:
    """Return end-of-day balances of all accounts, a row where one changed."""
    parts = [_current(ledger, since, first)]
    parts += [_terms(wallet.savings, first), _loans(wallet.loans, first, last)]
    parts.append(_funds(rng, wallet.funds, first, last))
    owner, on, product, slot, amount = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((slot, on, owner))
    owner = owner[order]
    accounts, place = np.unique(
        keys.numbers[members[owner]] * 1000 + slot[order], return_inverse=True
    )
    return pa.table(
        [
            coded(members[owner], keys.customers, wide=True),
            days(on[order]),
            coded(place, digits("A", accounts, 11), wide=True),
            coded(product[order], c.WORDS),
            pa.array(amount[order]),
        ],
        schema=SCHEMAS["balances"],
    )


def _current(ledger: Ledger, since: Ints, first: int) -> tuple[Ints, ...]:
    owner, day = ledger.rows["owner"], ledger.rows["time"] // DAY_US
    ends = np.flatnonzero(np.r_[(owner[1:] != owner[:-1]) | (day[1:] != day[:-1]), True])
    old = np.flatnonzero(since <= first)
    owners = np.r_[old, owner[ends]]
    size = len(owners)
    return (
        owners,
        np.r_[np.full(len(old), first), day[ends]],
        np.full(size, c.CURRENT),
        np.full(size, 1),
        np.r_[ledger.opening[old], ledger.after[ends]],
    )


def slots(pieces: Pieces, base: int) -> Ints:
    """Number the pieces of each customer from `base`, for account numbers."""
    order = np.lexsort((pieces.opened, pieces.owner))
    counts = np.bincount(pieces.owner, minlength=1)
    numbers = np.empty(len(pieces), dtype=np.int64)
    numbers[order] = Ragged.of(counts).rank
    return base + numbers


def _terms(pieces: Pieces, first: int) -> tuple[Ints, ...]:
    slot = slots(pieces, 10)
    shut = np.flatnonzero(pieces.closed != OPEN)
    return (
        np.r_[pieces.owner, pieces.owner[shut]],
        np.r_[np.maximum(pieces.opened, first), pieces.closed[shut]],
        np.r_[pieces.product, pieces.product[shut]],
        np.r_[slot, slot[shut]],
        np.r_[pieces.amount, np.zeros(len(shut), dtype=np.int64)],
    )


def _loans(pieces: Pieces, first: int, last: int) -> tuple[Ints, ...]:
    return (
        pieces.owner,
        np.maximum(pieces.opened, first),
        pieces.product,
        slots(pieces, 900),
        pieces.amount,
    )


def _funds(rng: np.random.Generator, pieces: Pieces, first: int, last: int) -> tuple[Ints, ...]:
    """Value each fund at the start of a month; the value today is the planned amount."""
    starts = month_starts(first, last)
    opened = np.maximum(pieces.opened, first)
    row = np.repeat(np.arange(len(pieces)), len(starts) + 1)
    grid = np.tile(np.r_[0, starts], len(pieces))
    day = np.where(grid == 0, opened[row], grid)
    kept = (day > opened[row]) | (grid == 0)
    row, day = row[kept], day[kept]
    drift = rng.normal(0, 0.004, len(row)) * np.sqrt(np.maximum(last - day, 0) / 30.4)
    value = np.rint(pieces.amount[row] * np.exp(drift)).astype(np.int64)
    # What was put in must be what left the account that day.
    value = np.where(day == opened[row], pieces.amount[row], value)
    final = np.r_[row[1:] != row[:-1], True] if len(row) else np.zeros(0, bool)
    value = np.where(final, pieces.amount[row], value)
    return pieces.owner[row], day, pieces.product[row], slots(pieces, 800)[row], value


def holdings(
    wallet: Wallet, members: Ints, population: Population, keys: Keys, *, last: int
) -> pa.Table:
    """Return the versions of all holdings: when opened, and again when closed."""
    groups = [(wallet.savings, 10), (wallet.funds, 800), (wallet.loans, 900)]
    groups += [(_cards(population, members, last), 2), (_payroll(population, members, last), 3)]
    parts = [_versions(pieces, base) for pieces, base in groups]
    owner, slot, product, opened, matures, closed, amount, known = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((known, slot, owner))
    number = keys.numbers[members[owner]] * 1000 + slot
    return pa.table(
        [
            coded(members[owner[order]], keys.customers, wide=True),
            digits("A", number[order], 11),
            coded(product[order], c.WORDS),
            days(opened[order]),
            days(matures[order], missing=OPEN),
            days(closed[order], missing=OPEN),
            pa.array(amount[order], mask=amount[order] == 0),
            stamps(known[order] * DAY_US + 23 * HOUR_US),
        ],
        schema=SCHEMAS["holdings"],
    )


def _versions(pieces: Pieces, base: int) -> tuple[Ints, ...]:
    slot = slots(pieces, base)
    shut = np.flatnonzero(pieces.closed != OPEN)
    both = np.r_[np.arange(len(pieces)), shut]
    closed = np.r_[np.full(len(pieces), OPEN), pieces.closed[shut]]
    return (
        pieces.owner[both],
        slot[both],
        pieces.product[both],
        pieces.opened[both],
        pieces.matures[both],
        closed,
        pieces.amount[both],
        np.where(closed == OPEN, pieces.opened[both], closed),
    )


def _cards(population: Population, members: Ints, last: int) -> Pieces:
    holders = np.flatnonzero(population.uses_card[members])
    return _open_ended(holders, c.CARD, population.since[members[holders]])


def _payroll(population: Population, members: Ints, last: int) -> Pieces:
    holders = np.flatnonzero(population.pay_day[members] > 0)
    return _open_ended(holders, c.PAYROLL, population.since[members[holders]])


def _open_ended(owner: Ints, product: int, opened: Ints) -> Pieces:
    none = np.full(len(owner), OPEN)
    zero = np.zeros(len(owner), dtype=np.int64)
    return Pieces(owner, np.full(len(owner), product), opened, none, none, zero, zero)


def events(
    rng: np.random.Generator,
    population: Population,
    members: Ints,
    active: Ints,
    keys: Keys,
    *,
    first: int,
    last: int,
) -> pa.Table:
    """Return logins, looks at rates, counter visits, salons, complaints, activations."""
    start = np.maximum(first, population.since[members]) + 1
    app = population.uses_app[members]
    looks = np.where(app & (population.wealth[members] > 5_000_000), 0.15, 0.01)
    leaves = population.outflow[members] > 0
    plan: Sequence[tuple[int, int, Ints]] = (
        (1, 0, _times(rng, np.where(app, rng.gamma(1.2, 0.7, len(members)), 0), start, active)),
        (2, 3, _times(rng, population.visits[members], start, active)),
        (3, 1, _times(rng, looks, start, active)),
        (4, 4, _times(rng, np.where(population.managed[members], 0.03, 0), start, active)),
        (5, 5, _times(rng, np.full(len(members), 0.0015), start, active)),
    )
    parts = [(*_split(packed), kind, ref) for kind, ref, packed in plan]
    before = np.flatnonzero(leaves & app)
    parts.append((before, population.outflow_day[members[before]] - 1, 3, 2))
    new = np.flatnonzero(app & (population.since[members] > first))
    parts.append((new, population.since[members[new]], 0, 0))
    owner = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    what = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    ref = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    clock = rng.triangular(8 * 3600, 10 * 3600, 21 * 3600, len(owner)).astype(np.int64)
    time = day * DAY_US + clock * 1_000_000
    order = np.lexsort((time, owner))
    return pa.table(
        [
            coded(members[owner[order]], keys.customers, wide=True),
            stamps(time[order]),
            coded(what[order], pa.array(EVENT_KINDS)),
            coded(ref[order], pa.array(EVENT_REFS)),
            pa.array(np.ones(len(order), dtype=np.int64)),
        ],
        schema=SCHEMAS["events"],
    )


def _times(rng: np.random.Generator, monthly: Floats, start: Ints, active: Ints) -> Ints:
    span = np.maximum(active - start + 1, 0)
    owner = Ragged.of(rng.poisson(monthly * span / 30.4)).owner
    day = start[owner] + (rng.random(len(owner)) * span[owner]).astype(np.int64)
    # Owner and day in one number, so that a plan is one array.
    packed: Ints = owner * 100_000 + day
    return packed


def _split(packed: Ints) -> tuple[Ints, Ints]:
    return packed // 100_000, packed % 100_000
