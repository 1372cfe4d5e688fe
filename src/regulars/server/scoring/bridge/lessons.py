"""The lessons of a run, one function each: from the ground to a table, a card or both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from regulars.server.scoring.bridge.lesson import Ground, Lesson
from regulars.server.scoring.bridge.names import (
    ATTRIBUTES,
    CHURN_MODEL,
    CUSTOMERS,
    DECLINED,
    FRAME,
    REFERRALS,
)
from regulars.server.scoring.bridge.potential import potential

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from ibis.expr.types import Table

YEAR = timedelta(days=365)
# What a score rests on, and what it says: if these move, the base has changed.
DRIFTING = (
    *("value", "spend_365", "purchase_count", "days_since_last", "median_gap"),
    *("p_alive", "clv_36", "contribution_12", "stage", "rfm_type", "aum", "products_held"),
)


def _churn(ground: Ground) -> Lesson:
    from regulars.engine.churn import predict_churn

    found = predict_churn(
        ground.ledger, as_of=ground.as_of, horizon_days=ground.horizon_days, basis=ground.basis
    )
    state = found.model.to_dict() if found.model is not None else None
    (ground.folder / CHURN_MODEL).write_text(json.dumps(state), "utf-8")
    table = found.customers.rename(churn_why="why")
    return Lesson(table=table, card=found.card.to_dict())


def _ranking(ground: Ground) -> Lesson:
    from regulars.engine.ranking import rank

    found = rank(
        ground.ledger, as_of=ground.as_of, horizon_days=ground.horizon_days, basis=ground.basis
    )
    return Lesson(table=found.customers, card=found.to_dict())


def _referrals(ground: Ground) -> Lesson:
    from regulars.engine.value.referral import referral_value

    keys, frame = ground.records(CUSTOMERS), ground.records(FRAME)
    both = frame.join(keys.select("customer_id", "fact_key"), "customer_id")
    margins = both.select(
        customer_id=both.fact_key,
        margin=(both.contribution_12 + both.cost_to_serve_12).fill_null(0.0),
    )
    table = referral_value(
        ground.records(REFERRALS),
        margins,
        since=ground.as_of - YEAR,
        as_of=ground.as_of,
        type_1_share=ground.type_1_share,
        saving=ground.saving,
        discount_rate=ground.basis.discount_rate,
    )
    return Lesson(table=table)


def _drift(ground: Ground) -> Lesson:
    from regulars.engine.evaluate.stability import drift

    if ground.before is None:
        return Lesson()
    then = ground.bench.connection.read_parquet(ground.before)
    found = drift(then, ground.records(FRAME), DRIFTING)
    return Lesson(card={"columns": [each.to_dict() for each in found]})


def _checks(ground: Ground) -> Lesson:
    """What earlier forecasts of a quarter said, beside what came."""
    from regulars.engine.value.quarter import quarter_came

    rows = [
        {
            "run": each.run,
            "start": each.start.isoformat(),
            "stop": each.stop.isoformat(),
            "revenue": each.revenue,
            "low": each.low,
            "high": each.high,
            "came": quarter_came(ground.ledger, each.start, each.stop, basis=ground.basis),
        }
        for each in ground.forecasts
    ]
    return Lesson(card={"quarters": rows} if rows else None)


def _changes(ground: Ground) -> Lesson:
    from regulars.engine.movements import find_changes

    found = find_changes(ground.ledger, ground.bench, as_of=ground.as_of, basis=ground.basis)
    table = found.customers.rename(change_headline="headline")
    return Lesson(table=table)


def _dormancy(ground: Ground) -> Lesson:
    from regulars.engine.measures.dormancy import dormancy_ladder, initiated_days

    days = initiated_days(ground.ledger, as_of=ground.as_of, basis=ground.basis)
    ladder = dormancy_ladder(
        ground.bench.keep(days), as_of=ground.as_of, basis=ground.basis, kept=_assets(ground)
    )
    wanted = ("customer_id", "dormancy_step", "step_since", "silence", "rhythm")
    return Lesson(table=ladder.select(*wanted, "spend_asleep", "money_asleep"))


def _assets(ground: Ground) -> Table | None:
    """What each customer has with us, from the scores; None without balances."""
    frame = ground.records(FRAME)
    if "aum" not in frame.columns:
        return None
    keys = ground.records(CUSTOMERS).select("customer_id", "fact_key")
    both = frame.join(keys, "customer_id")
    return both.select(customer_id=both.fact_key, aum=both.aum)


def _next(ground: Ground) -> Lesson:
    from regulars.engine.next_best.finding import next_products

    found = next_products(
        ground.ledger,
        as_of=ground.as_of,
        eligible=_eligible(ground),
        declined=ground.records(DECLINED),
    )
    return Lesson(rows=found.table, behind=found.had, card=found.to_dict())


def _eligible(ground: Ground) -> dict[str, Table] | None:
    """Nobody is offered a product riskier than what he can bear."""
    if not ground.risky:
        return None
    people = ground.records(ATTRIBUTES)
    able = people.risk_tolerance.fill_null(1)
    return {
        product: people.filter(able >= level).select("customer_id")
        for product, level in ground.risky.items()
        if level > 1
    }


def _quarter(ground: Ground) -> Lesson:
    from regulars.engine.value.quarter import forecast_quarter

    branches = ground.records(ATTRIBUTES).select("customer_id", group="branch")
    found = forecast_quarter(
        ground.ledger, as_of=ground.as_of, basis=ground.basis, groups=branches
    )
    return Lesson(card=found.to_dict())


LESSONS: Mapping[str, Callable[[Ground], Lesson]] = {
    "churn": _churn,
    "ranking": _ranking,
    "changes": _changes,
    "dormancy": _dormancy,
    "potential": potential,
    "next": _next,
    "referrals": _referrals,
    "quarter": _quarter,
    "checks": _checks,
    "drift": _drift,
}
