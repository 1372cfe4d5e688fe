"""Money by the quarter in which a customer was first seen and the quarter it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np

from regulars.engine.backends import first_row
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, facts, known_balances
from regulars.engine.models.newton import Floats
from regulars.engine.sampling import hash_sample
from regulars.engine.value.quarter.earning import earned_by_block
from regulars.engine.value.quarter.result import QUARTER

YEAR_OF_QUARTERS = 4
MOST_CUTS = 8
# Ratios of a hash sample this large are good to well below the errors of any forecast.
MOST_CUSTOMERS = 200_000


@dataclass(frozen=True)
class Flows:
    """Money by the quarter in which a customer was first seen and the quarter it came in."""

    by_block: Floats  # [first, block], quarters counted back from the date
    whole: int  # the earliest cut that has a whole quarter before it
    before: float  # of the whole base, in the quarter up to the date
    customers: int
    groups: Mapping[str, float]
    sample: ir.Table | None  # the customers the ratios are taken from; None is everybody
    part: float

    @property
    def cuts(self) -> int:
        """How many earlier cuts are tried."""
        return min(self.whole, MOST_CUTS)

    def known(self, cut: int, block: int) -> float:
        """Sum up the money in `block` of the customers known at `cut`."""
        return float(self.by_block[cut:, block].sum()) if block >= 0 else 0.0


def read_flows(
    ledger: Ledger, *, as_of: date, basis: Basis, groups: ir.Table | None
) -> Flows | None:
    everybody = facts(ledger, until=as_of).group_by("customer_id").agg()
    if ledger.balances is not None:
        with_money = known_balances(ledger, until=as_of).select("customer_id")
        everybody = everybody.union(with_money, distinct=True)
    customers = first_row(everybody.agg(n=everybody.count()))["n"]
    if not customers:
        return None
    sample, part = _sample(everybody, customers)
    blocks = MOST_CUTS + YEAR_OF_QUARTERS + 2
    by = earned_by_block(ledger, sample, as_of=as_of, basis=basis, length=QUARTER, cuts=blocks)
    first = by.group_by("customer_id").agg(first=by.block.max())
    wide = by.join(first, "customer_id")
    rows = wide.group_by("first", "block").agg(money=wide.money.sum())
    rows = rows.order_by("first", "block").to_pyarrow()
    found = np.zeros((blocks, blocks))
    found[rows["first"].to_numpy(), rows["block"].to_numpy()] = rows["money"].to_numpy()
    # The quarter in which history begins is cut short; nothing may be learned from it.
    whole = int(np.flatnonzero(found.sum(axis=0)).max(initial=0))
    now = earned_by_block(ledger, None, as_of=as_of, basis=basis, length=QUARTER, cuts=1)
    now = now.filter(now.block == 0)
    before = float(first_row(now.agg(money=now.money.sum()))["money"] or 0.0)
    return Flows(
        found,
        max(min(whole - 1, blocks - 2), 0),
        before,
        customers,
        _by_group(now, groups),
        sample,
        part,
    )


def _by_group(now: ir.Table, groups: ir.Table | None) -> dict[str, float]:
    if groups is None:
        return {}
    wide = now.join(groups, "customer_id")
    rows = wide.group_by("group").agg(money=wide.money.sum()).order_by("group").to_pyarrow()
    return {row["group"]: float(row["money"]) for row in rows.to_pylist() if row["group"]}


def _sample(everybody: ir.Table, customers: int) -> tuple[ir.Table | None, float]:
    if customers <= MOST_CUSTOMERS:
        return None, 1.0
    return hash_sample(everybody, MOST_CUSTOMERS / customers)
