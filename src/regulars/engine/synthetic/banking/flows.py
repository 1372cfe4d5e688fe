"""Money that moves: every transaction of a block of customers, signed and in order.

Each source of money (card, pay-roll, transfers, own products, ...) draws its own rows.
*Balancing* transfers then keep an account from drifting: such a row moves on most of what
came in since the last one, or tops the account up. The opening balance is set so that the
account ends at the planned sum and is never overdrawn on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.synthetic.banking.holdings import Wallet
from regulars.engine.synthetic.banking.moves import balance, settle
from regulars.engine.synthetic.banking.population import Population
from regulars.engine.synthetic.banking.sources import Block
from regulars.engine.synthetic.btyd import Purchases
from regulars.engine.synthetic.columns import Ints


@dataclass(frozen=True)
class Ledger:
    """What a block of customers did, with the balance of the current account after it."""

    rows: dict[str, Ints]
    after: Ints
    opening: Ints
    purchases: Purchases
    active_until: Ints


def draw_ledger(
    rng: np.random.Generator,
    population: Population,
    members: Ints,
    wallet: Wallet,
    *,
    first: int,
    last: int,
) -> Ledger:
    """Draw all transactions of the customers `members` from `first` to `last`."""
    block = Block(rng, population, members, first, last)
    purchases = block.card()
    active = block.active_until(purchases)
    block.pay(active)
    block.transfers(active)
    block.balancing(active)
    block.interest_and_fees(wallet)
    block.own_products(wallet)
    block.outflows()
    block.first_deposit()
    rows = block.rows.sorted()
    settle(rows, rng)
    opening, after = balance(rows, wallet.current, rng, len(members))
    keep = np.flatnonzero(rows["signed"] != 0)
    return Ledger(
        {name: values[keep] for name, values in rows.items()},
        after[keep],
        opening,
        purchases,
        active,
    )
