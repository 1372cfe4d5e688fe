"""Customers whose true next product is known, because what follows what was planted.

Each customer belongs to a class with its own taste. The first product is drawn by taste;
then, at exponential gaps, another one comes: with the chance `strength` the one that follows
the last product taken, otherwise again by taste among what is not held. A perfect adviser
who knows taste and followers can be right only so often; that rate is known too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Connection, connect
from regulars.engine.ledger import Ledger

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CLASSES = ("town", "village", "trade")
MEAN_GAP_DAYS = 220.0


@dataclass(frozen=True)
class AffinityCompany:
    """Holdings up to `until`, what came after, and the truth.

    Attributes
    ----------
    holdings
        customer_id : int64; holding_id : int64; product_id : string; opened_on : date.
    future
        The same for the `ahead` days after `until`.
    attributes
        customer_id; taste : string, the class.
    follows
        The planted follower of each product that has one.
    truth
        customer_id; next_product : string, the most probable next product given all that is
        true (null where everything is held); chance : float64, 0-1, that the next product
        taken is this one.
    until
    """

    holdings: pa.Table
    future: pa.Table
    attributes: pa.Table
    follows: Mapping[str, str]
    truth: pa.Table
    until: date

    def ledger(self, connection: Connection | None = None) -> Ledger:
        """Open as a ledger without transactions."""
        connection = connection or connect()
        tables = {
            name: connection.create_table(ibis.util.gen_name("affinity"), table, temp=True)
            for name, table in (
                ("holdings", self.holdings),
                ("attributes", self.attributes),
                ("transactions", _NO_TRANSACTIONS),
            )
        }
        return Ledger(**tables)


_NO_TRANSACTIONS = pa.table(
    {
        "customer_id": pa.array([], pa.int64()),
        "occurred_at": pa.array([], pa.timestamp("us")),
        "amount": pa.array([], pa.float64()),
    }
)


def affinity(
    *,
    customers: int = 5000,
    products: int = 12,
    seed: int = 1,
    until: date,
    days: int = 1460,
    ahead: int = 180,
    strength: float = 0.6,
) -> AffinityCompany:
    """Make customers with a known true next product.

    Parameters
    ----------
    products
        Between 4 and 26, named "P00", "P01", ...
    days, ahead
        Length of the history, and of the future kept apart.
    strength
        0-1, the chance that what comes next is the planted follower of what came last.

    Raises
    ------
    BadInput
        Sizes outside these bounds.

    Examples
    --------
    >>> from datetime import date
    >>> company = affinity(customers=100, seed=3, until=date(2025, 12, 31))
    >>> company.truth.num_rows
    100
    >>> company.follows["P00"]
    'P05'
    """
    if customers < 1 or not 4 <= products <= 26 or not 0 <= strength <= 1:
        raise BadInput(
            f"{customers} customers, {products} products and strength {strength} make no "
            "company; give at least 1 customer, 4 to 26 products and a strength of 0 to 1."
        )
    rng = np.random.default_rng([seed, 7])
    taste = rng.dirichlet(np.full(products, 1.2), len(CLASSES))
    kind = rng.integers(0, len(CLASSES), customers)
    follower = _followers(products)
    owner, item, day = _draw(rng, kind, taste, follower, strength, days, ahead)
    names = np.array([f"P{number:02d}" for number in range(products)])
    past = day <= days
    return AffinityCompany(
        holdings=_holdings(owner[past], item[past], day[past], names, until, days),
        future=_holdings(owner[~past], item[~past], day[~past], names, until, days),
        attributes=pa.table(
            {"customer_id": np.arange(customers), "taste": np.array(CLASSES)[kind]}
        ),
        follows={str(names[a]): str(names[b]) for a, b in enumerate(follower) if b >= 0},
        truth=_truth(kind, taste, follower, strength, owner[past], item[past], names),
        until=until,
    )


def _followers(products: int) -> Ints:
    """Let every other product have a follower five places on."""
    follower = np.full(products, -1)
    leaders = np.arange(0, products, 2)
    follower[leaders] = (leaders + 5) % products
    return follower


def _draw(
    rng: np.random.Generator,
    kind: Ints,
    taste: Floats,
    follower: Ints,
    strength: float,
    days: int,
    ahead: int,
) -> tuple[Ints, Ints, Ints]:
    """Let all customers take products step by step; give owner, product, day in order."""
    size, products = len(kind), taste.shape[1]
    held = np.zeros((size, products), bool)
    day = rng.integers(0, days, size).astype(np.float64)
    last = np.full(size, -1)
    owners, items, moments = [], [], []
    for _ in range(products):
        active = np.flatnonzero((day <= days + ahead) & ~held.all(axis=1))
        chance = next_chances(
            held[active], last[active], taste[kind[active]], follower, strength
        )
        point = rng.random(len(active))
        chosen = (np.cumsum(chance, axis=1) < point[:, None]).sum(axis=1)
        chosen = np.minimum(chosen, products - 1)
        fresh = ~held[active, chosen]
        active, chosen = active[fresh], chosen[fresh]
        held[active, chosen], last[active] = True, chosen
        owners.append(active)
        items.append(chosen)
        moments.append(np.floor(day[active]).astype(np.int64))
        day = day + rng.exponential(MEAN_GAP_DAYS, size)
    owner, item, moment = (np.concatenate(each) for each in (owners, items, moments))
    order = np.lexsort((moment, owner))
    return owner[order], item[order], moment[order]


def next_chances(
    held: npt.NDArray[np.bool_], last: Ints, taste: Floats, follower: Ints, strength: float
) -> Floats:
    """Give the chance of each product to be the next one; rows add up to 1, or to 0."""
    free = np.where(held, 0.0, taste)
    total = free.sum(axis=1, keepdims=True)
    by_taste = np.divide(free, total, out=np.zeros_like(free), where=total > 0)
    after = np.where(last >= 0, follower[np.maximum(last, 0)], -1)
    rows = np.flatnonzero((after >= 0) & ~held[np.arange(len(held)), np.maximum(after, 0)])
    by_taste[rows] *= 1.0 - strength
    by_taste[rows, after[rows]] += strength
    return np.asarray(by_taste, np.float64)


def _holdings(
    owner: Ints, item: Ints, day: Ints, names: npt.NDArray[np.str_], until: date, days: int
) -> pa.Table:
    start = (until - timedelta(days=days) - date(1970, 1, 1)).days
    return pa.table(
        {
            "customer_id": pa.array(owner, pa.int64()),
            "holding_id": pa.array(owner * len(names) + item, pa.int64()),
            "product_id": pa.array(names[item]),
            "opened_on": pa.array((day + start).astype(np.int32)).cast(pa.date32()),
        }
    )


def _truth(
    kind: Ints,
    taste: Floats,
    follower: Ints,
    strength: float,
    owner: Ints,
    item: Ints,
    names: npt.NDArray[np.str_],
) -> pa.Table:
    held = np.zeros((len(kind), taste.shape[1]), bool)
    held[owner, item] = True
    last = np.full(len(kind), -1)
    last[owner] = item  # in the order of time, so the last one stays
    chance = next_chances(held, last, taste[kind], follower, strength)
    best = chance.argmax(axis=1)
    top = chance[np.arange(len(kind)), best]
    return pa.table(
        {
            "customer_id": np.arange(len(kind)),
            "next_product": pa.array(names[best], mask=top <= 0),
            "chance": top,
        }
    )
