"""Transactions while they are drawn, and how an account is settled from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from regulars.engine.synthetic.banking import catalogue as c
from regulars.engine.synthetic.columns import Ints

# Rows whose amount is not drawn but follows from the others.
BALANCING, FIRST_DEPOSIT = 90, 91


@dataclass
class Rows:
    """Transactions as they are drawn; `balances` marks those the balancing rows look at."""

    parts: list[dict[str, Ints]] = field(default_factory=list)

    def add(
        self,
        owner: Ints,
        time: Ints,
        signed: Ints,
        *,
        kind: int,
        category: Ints | int,
        channel: Ints | int,
        product: Ints | int = -1,
        balanced: int = 1,
    ) -> None:
        """Add rows; a single number stands for all of them."""
        size = len(owner)
        values = {
            "owner": owner,
            "time": time,
            "signed": signed,
            "kind": kind,
            "category": category,
            "channel": channel,
            "product": product,
            "balanced": balanced,
        }
        self.parts.append(
            {name: np.broadcast_to(np.asarray(v, np.int64), size) for name, v in values.items()}
        )

    def sorted(self) -> dict[str, Ints]:
        """Return all rows by owner and time."""
        joined = {
            name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]
        }
        order = np.lexsort((joined["time"], joined["owner"]))
        return {name: values[order] for name, values in joined.items()}


def settle(rows: dict[str, Ints], rng: np.random.Generator) -> None:
    """Give each balancing row most of what came in or went out since the last one."""
    owner = rows["owner"]
    flow = np.cumsum(rows["signed"] * rows["balanced"])
    at = np.flatnonzero(rows["kind"] == BALANCING)
    before = flow[np.searchsorted(owner, owner[at]) - 1]
    before[np.searchsorted(owner, owner[at]) == 0] = 0
    same = np.r_[False, owner[at][1:] == owner[at][:-1]] if len(at) else np.zeros(0, bool)
    previous = np.where(same, np.r_[0, flow[at][:-1]], before)
    wanted = (flow[at] - previous) * rng.uniform(0.85, 1.1, len(at))
    step = np.where(np.abs(wanted) >= 100_000, 10_000, 100)
    amount = np.rint(wanted / step).astype(np.int64) * step
    amount[np.abs(amount) < 5_000] = 0
    rows["signed"][at] = -amount
    incoming = amount < 0
    cash = ~incoming & (rows["channel"][at] != c.MOBILE)
    # A machine gives at most 20,000 yuan a day.
    bulky = (np.abs(amount) > 2_000_000) & (rows["channel"][at] == c.ATM)
    rows["channel"][at[bulky]] = c.COUNTER
    rows["kind"][at] = np.where(incoming, c.INFLOW, c.OUTFLOW)
    rows["category"][at] = np.where(
        incoming,
        c.CATEGORY["transfer_in"],
        np.where(cash, c.CATEGORY["cash_withdrawal"], c.CATEGORY["transfer_out"]),
    )


def balance(
    rows: dict[str, Ints], ends: Ints, rng: np.random.Generator, size: int
) -> tuple[Ints, Ints]:
    """Return the opening balance of each customer and the balance after each row."""
    owner, signed = rows["owner"], rows["signed"]
    total = np.cumsum(signed)
    starts = np.searchsorted(owner, np.arange(size))
    base = np.where(starts > 0, total[np.maximum(starts - 1, 0)], 0)
    running = total - base[owner]
    lowest = np.zeros(size, dtype=np.int64)
    np.minimum.at(lowest, owner, running)
    moved = np.zeros(size, dtype=np.int64)
    np.add.at(moved, owner, signed)
    floor = rng.integers(100, 8_000, size)
    opening = np.maximum(ends - moved, floor - lowest)
    new = np.flatnonzero(rows["kind"] == FIRST_DEPOSIT)
    signed[new] = opening[owner[new]]
    rows["kind"][new] = c.INFLOW
    brought = signed[new] > 5_000_000
    rows["category"][new[brought]] = c.CATEGORY["transfer_in"]
    after = running + opening[owner]
    opening[owner[new]] = 0
    return opening, after
