"""Rank all customers with what was learned from some, a part of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger
from regulars.engine.ranking.blending import blend, percentiles
from regulars.engine.ranking.learned import Learned
from regulars.engine.ranking.plan import Plan
from regulars.engine.ranking.snapshots import Floats, Snapshot, Source, parts


def in_parts(
    ledger: Ledger, basis: Basis, customers: ir.Table, *, as_of: date
) -> Iterator[Snapshot]:
    """Describe customers part by part, in the order of their ids."""
    for part in parts(customers):
        yield Source(ledger, basis, part).take(as_of)


def score(everybody: Iterable[Snapshot], learned: Learned, plan: Plan) -> pa.Table:
    """Give customer_id, rank_next and expected_next of every customer, by id."""
    ids, found = [], []
    for at in everybody:
        ids.append(at.ids.combine_chunks())
        found.append(_raw(at, learned, plan.horizon_days))
    whole = {name: np.concatenate([each[name] for each in found]) for name in found[0]}
    return pa.table(
        {
            "customer_id": pa.chunked_array(ids),
            "rank_next": _order(whole, learned),
            "expected_next": np.round(whole["expected"], 4),
        }
    )


def _raw(at: Snapshot, learned: Learned, days: int) -> dict[str, Floats]:
    money = {
        "expected_spend": learned.expectation.money(at, days=days),
        "past_revenue": at.past,
    }
    if learned.boosted is not None:
        money["boosting"] = learned.boosted.money(at.values)
    raw = {**money, "expected": learned.level.expected(money)}
    if learned.boosted is not None:
        raw["root"] = learned.boosted.root(at.values)
    return raw


def _order(whole: dict[str, Floats], learned: Learned) -> Floats:
    orders = {name: percentiles(whole[name]) for name in ("expected_spend", "past_revenue")}
    if learned.boosted is not None:
        orders["boosting"] = (percentiles(whole["boosting"]) + percentiles(whole["root"])) / 2.0
    return percentiles(blend(orders, learned.weights))
