"""Money that moved today: balances that came during the day, against the last run's range.

The same question as the run's `large_movement` (see the engine's balances), asked of the few
customers whose balances just came, before the night asks it of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pyarrow as pa

from regulars.server.care.queries.morning.happenings.events import plain
from regulars.server.care.queries.morning.money import NEWEST
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import columns, customers_of, money, sql
from regulars.server.care.rules.detect import OUTFLOW_QUIET_DAYS, Movement
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.actions.earning import basis

WINDOW = 5  # days, as in the run's figure
BACK = 400  # an account that nothing moved still gets its interest within a year
NEEDED = frozenset({"adb_90", "flow_low", "flow_high"})


def lately_moved(sight: Sight) -> list[Movement]:
    """Movements of a size that somebody must know of, not told of in the last days."""
    run = sight.run
    if run is None or sight.since is None or not columns(run) >= NEEDED:
        return []
    flows = _flows(sight)
    told = _told(sight, flows)
    asked = [customer for customer in flows if customer not in told]
    corporate = {
        who
        for (who,) in sql(
            "select id from customers_customer where id = any (%s) and kind = 'organization'",
            [asked],
        )
    }
    of = basis()
    found = []
    for customer, mean, low, high in _ranges(sight, asked):
        flow = flows[customer]
        floor = max(of.large_movement, mean * of.large_movement_share)
        if (flow < min(low, 0) and flow <= -floor) or (flow > max(high, 0) and flow >= floor):
            found.append(
                Movement(
                    customer_id=customer,
                    as_of=sight.morning.day,
                    flow_5=money(flow),
                    adb_90=money(mean),
                    low=money(low),
                    high=money(high),
                    is_organization=customer in corporate,
                )
            )
    return found


def _flows(sight: Sight) -> dict[int, float]:
    """Customer -> change over five days, of those whose balances just came."""
    day = sight.morning.day
    before, back = day - timedelta(days=WINDOW), day - timedelta(days=BACK)
    assert sight.since is not None
    table = lake.source(facts.living("balances"), "balances")
    weights: Mapping[str, float] = basis().aum_weights
    whens = " ".join(f"when {lake.quote(code)} then {w!r}" for code, w in weights.items())
    weight = f"case product_id {whens} else 1.0 end" if whens else "1.0"
    minor = core.minor_units()
    found = lake.rows(
        f"""
        with came as (
            select distinct fact_key from {table}
            where known_at >= timestamp '{plain(sight.since)}' and "on" > date '{before}'
              and "on" <= date '{day}'),
        accounts as (
            select fact_key, account_id, product_id, arg_max(balance, {NEWEST}) as standing,
                   arg_max(balance, {NEWEST}) filter ("on" <= date '{before}') as before
            from {table} semi join came using (fact_key)
            where "on" between date '{back}' and date '{day}'
            group by fact_key, account_id, product_id)
        select fact_key, sum((standing - coalesce(before, 0)) * {weight}) / {minor}
        from accounts group by fact_key order by 1
        """
    )
    owners = customers_of({key for key, _flow in found})
    return {owners[key]: float(flow) for key, flow in found if key in owners}


def _ranges(sight: Sight, customers: list[int]) -> list[tuple[int, float, float, float]]:
    """(customer, mean of 90 days, lowest and highest usual change) by the newest run."""
    assert sight.run is not None
    db = lake.session()
    db.register("asked", pa.table({"customer_id": pa.array(sorted(customers), pa.int64())}))
    try:
        return [
            (who, mean or 0.0, low or 0.0, high or 0.0)
            for who, mean, low, high in lake.rows(
                "select customer_id, adb_90, flow_low, flow_high "
                f"from {scoring.table_of(sight.run)} semi join asked using (customer_id) "
                "order by 1"
            )
        ]
    finally:
        db.unregister("asked")


TOLD = ("large_outflow", "large_inflow", "corp_large_movement")


def _told(sight: Sight, flows: Mapping[int, float]) -> set[int]:
    """Whose movement was told in the last days, by a morning or during a day."""
    quiet = sight.morning.day - timedelta(days=OUTFLOW_QUIET_DAYS)
    found = sql(
        "select customer_id from care_task where trigger = any (%s) and cycle > %s "
        "and customer_id = any (%s)",
        [list(TOLD), quiet.isoformat(), list(flows)],
    )
    return {customer for (customer,) in found}
