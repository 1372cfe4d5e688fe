"""Who will matter most next: from a ledger and a date to a place for every customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import EPOCH, Ledger, facts
from regulars.engine.ranking.importance import Importance
from regulars.engine.ranking.learned import Learned, learn
from regulars.engine.ranking.level import Level
from regulars.engine.ranking.plan import Plan, plan_of
from regulars.engine.ranking.quality import RankingQuality
from regulars.engine.ranking.scoring import in_parts, score
from regulars.engine.ranking.snapshots import (
    MOST_CUSTOMERS,
    Snapshot,
    Source,
    everybody,
    sample,
)


@dataclass(frozen=True)
class Ranking:
    """A place for every customer, and what it rests on.

    Attributes
    ----------
    customers
        customer_id; rank_next : float64, 0-1, the place in the order of who will matter
            most: the share of customers below, and half of his equals; never null
        expected_next : float64, >= 0, money of the next `plan.horizon_days`, a calibrated
            level: its sum is that of the base, but its order is not rank_next's
    plan
        Days it learned from.
    weights
        Of the blend, by method: `boosting`, `expected_spend`, `past_revenue`.
    method
        The method that has all weight, else `blend`.
    quality
        What the same way of choosing was worth on days it had not seen.
    importance
        Of what the forests look at, the largest first; empty without forests.
    level
        The weights of the amounts.
    share
        Of the customers it learned from, 0-1; above 50,000 a sample by hash of the id.
    seconds
        Time of each step.
    """

    customers: ir.Table
    plan: Plan
    weights: Mapping[str, float]
    method: str
    quality: RankingQuality
    importance: tuple[Importance, ...]
    level: Level
    share: float
    seconds: Mapping[str, float] = field(compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the customers as plain values for JSON."""
        return {
            "as_of": self.plan.as_of.isoformat(),
            "horizon_days": self.plan.horizon_days,
            "training_days": self.plan.training_days,
            "origins": [origin.isoformat() for origin in self.plan.origins],
            "method": self.method,
            "weights": dict(self.weights),
            "level_weights": dict(self.level.weights),
            "share": self.share,
            "quality": self.quality.to_dict(),
            "importance": {each.meaning: each.loss for each in self.importance},
            "seconds": dict(self.seconds),
        }


def rank(
    ledger: Ledger,
    *,
    as_of: date,
    horizon_days: int = 90,
    basis: Basis = RETAIL,
) -> Ranking:
    """Rank every customer by what he will bring in the next `horizon_days`.

    Gradient boosting learns on origins of the company's own past what customers with such a
    history brought next. By rank it is blended with a model of purchases (Pareto/NBD
    and gamma-gamma) and with past revenue; the weights, which may be all on one of them, are
    those that caught most revenue on earlier origins. Where the history is shorter than four
    horizons, it learns to look a quarter of the history ahead instead.

    Parameters
    ----------
    ledger
        Facts after `as_of` do not exist.
    as_of
        The last day that is known.
    horizon_days
        >= 1.
    basis
        With value "net_spend" what counts is activity less refunds; with "aum" the margin on
        purchases and balances, and fees.

    Returns
    -------
    Ranking
        of every customer that `windows` describes. With too little history or too few who
        brought anything, the order is that of past revenue and the model of purchases, and
        `quality` says how much is missing.

    Raises
    ------
    BadInput
        where `horizon_days` is below 1 or nobody was active by `as_of`.

    References
    ----------
    Friedman (2001), "Greedy Function Approximation", Annals of Statistics 29(5);
    Schmittlein, Morrison & Colombo (1987), Management Science 33(1), for the model of
    purchases.

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import Ledger, connect
    >>> days = [(name, date(2025, 1, 1) + timedelta(days=day), 10.0 * name)
    ...         for name in (1, 2, 3) for day in range(0, 120, 7)]
    >>> table = connect().create_table("bought", ibis.memtable(
    ...     days, columns=["customer_id", "local_date", "amount"]))
    >>> ranking = rank(Ledger(table), as_of=date(2025, 4, 30), horizon_days=30)
    >>> ranking.customers.order_by("rank_next").to_pyarrow()["customer_id"].to_pylist()
    [1, 2, 3]
    >>> ranking.quality.skipped
    'Only 3 customers brought anything in 30 days of the past; learning needs 50.'
    """
    if horizon_days < 1:
        raise BadInput(f"A horizon of {horizon_days} days looks nowhere; give 1 or more.")
    bench = Workbench(ledger.transactions.get_backend())
    try:
        return _rank(ledger, bench, as_of, horizon_days, basis)
    except BaseException:
        bench.clear()
        raise


def _rank(
    ledger: Ledger, bench: Workbench, as_of: date, horizon_days: int, basis: Basis
) -> Ranking:
    with bench.timed("sample"):
        customers = everybody(ledger, bench, as_of=as_of, basis=basis)
        few, share = sample(ledger, customers, bench, most=MOST_CUSTOMERS, as_of=as_of)
        first = _first_day(few, basis, as_of)
    plan = plan_of(first, as_of=as_of, horizon_days=horizon_days)
    with bench.timed("read"):
        snapshots = Source(few, basis).take_each(
            as_of, plan.origins, bench, outcome_days=plan.training_days
        )
    learned = learn(snapshots, plan, bench, by_balances=basis.value == "aum")
    everybody_now: Iterable[Snapshot] = [snapshots[as_of]]
    if share < 1.0:
        everybody_now = in_parts(ledger, basis, customers, as_of=as_of)
    del snapshots
    with bench.timed("score"):
        ranked = bench.bring(score(everybody_now, learned, plan))
    bench.clear(but=[ranked])
    return _ranking(ranked, learned, plan, share, bench.seconds)


def _ranking(
    ranked: ir.Table, learned: Learned, plan: Plan, share: float, seconds: Mapping[str, float]
) -> Ranking:
    whole = [name for name, weight in learned.weights.items() if weight == 1.0]
    return Ranking(
        customers=ranked,
        plan=plan,
        weights=learned.weights,
        method=whole[0] if whole else "blend",
        quality=learned.quality,
        importance=learned.importance,
        level=learned.level,
        share=share,
        seconds=dict(seconds),
    )


def _first_day(ledger: Ledger, basis: Basis, as_of: date) -> date:
    known = facts(ledger, until=as_of)
    known = known.filter(known.kind.isin(basis.activity))
    first = first_row(known.agg(first=known.day.min()))["first"]
    if first is None:
        raise BadInput(
            f"Nobody was active by {as_of}, so there is nobody to rank. Check the date and "
            "what the basis calls activity."
        )
    return EPOCH + timedelta(days=first)
