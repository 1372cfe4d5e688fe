"""How customers buy, out of the lake: one statement each over a bounded span of days."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import columns, customers_of, sql
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run

# What is usual for a category or an item is read off so many gaps at least.
LEAST_GAPS = 10
YEAR, TWO_YEARS, QUARTER = 365, 730, 90
# An item bought again within a week is a habit that needs no word; after half a year it is
# nothing that runs out.
SHORTEST, LONGEST = 7, 180
AHEAD = 3
# A category that stopped must have been a tenth of the quarter before.
STOPPED_FROM = 0.1
DROP_TO = 0.7


def bought_once(sight: Sight) -> list[Row]:
    """Customers of one order whose second is due by what is usual in its category."""
    run, day = sight.run, sight.morning.day
    if run is None or "purchase_count" not in columns(run):
        return []
    found = lake.rows(
        f"""
        with days as (
            select distinct fact_key, coalesce(category, '') as category, local_date as day
            from {_bought()} where local_date between date '{day - timedelta(TWO_YEARS)}'
                                                  and date '{day}'),
        gaps as (
            select category, day - lag(day) over (
                partition by fact_key, category order by day) as gap from days),
        usual as (
            select category, median(gap)::int as gap from gaps where gap is not null
            group by category having count(*) >= {LEAST_GAPS}),
        firsts as (
            select fact_key, min(category) as category, min(day) as day from days
            group by fact_key having count(distinct day) = 1)
        select f.fact_key, f.day, f.category, u.gap from firsts f join usual u using (category)
        where f.day + u.gap between date '{day - timedelta(WINDOW)}' and date '{day}' order by 1
        """
    )
    owners = customers_of({row[0] for row in found})
    once = _with_one_order(run, set(owners.values())) - set(scoring.refusing())
    return [
        Row(owners[key], "first", on, facts={"item": category, "count": str(gap)})
        for key, on, category, gap in found
        if owners.get(key) in once
    ]


def _with_one_order(run: Run, customers: set[int]) -> set[int]:
    """Those of them who never ordered twice, further back than the lake is read here too."""
    db = lake.session()
    db.register("asked", pa.table({"customer_id": pa.array(sorted(customers), pa.int64())}))
    try:
        return {
            who
            for (who,) in lake.rows(
                f"select customer_id from {scoring.table_of(run)} "
                "semi join asked using (customer_id) where purchase_count = 1"
            )
        }
    finally:
        db.unregister("asked")


def running_out(sight: Sight) -> list[Row]:
    """Customers who are about to need again what they buy in a rhythm, the next item of each.

    The rhythm is the customer's own from three purchases on; before it the item's, where
    at least half of its buyers buy it again.
    """
    day = sight.morning.day
    found = lake.rows(
        f"""
        with days as (
            select distinct fact_key, coalesce(product_id, category) as item,
                   product_id is not null as named, local_date as day
            from {_bought()} where coalesce(product_id, category) is not null
              and local_date between date '{day - timedelta(YEAR)}' and date '{day}'),
        gaps as (
            select *, day - lag(day) over (partition by fact_key, item order by day) as gap
            from days),
        usual as (
            select item, median(gap) as gap from gaps group by item
            having count(gap) >= {LEAST_GAPS}
               and 2 * count(distinct fact_key) filter (gap is not null)
                   >= count(distinct fact_key)),
        own as (
            select fact_key, item, bool_or(named) as named, max(day) as last,
                   case when count(gap) >= 2 then median(gap) end as gap
            from gaps group by fact_key, item),
        due as (
            select o.fact_key, o.item, o.named, o.last,
                   round(coalesce(o.gap, u.gap))::int as gap
            from own o left join usual u using (item))
        select fact_key, item, named, last, last + gap, gap from due
        where gap between {SHORTEST} and {LONGEST}
          and last + gap between date '{day}' and date '{day + timedelta(AHEAD)}'
        qualify row_number() over (partition by fact_key order by last + gap, item) = 1
        order by 1
        """
    )
    owners = customers_of({row[0] for row in found})
    refused = set(scoring.refusing())
    return [
        Row(
            owners[key], f"{item}@{last:%Y%m%d}", on,
            facts={"count": str(gap)} | ({"product": item} if named else {"item": item}),
        )
        for key, item, named, last, on, gap in found
        if key in owners and owners[key] not in refused
    ]  # fmt: skip


def buying_less(sight: Sight) -> list[Row]:
    """Organisations that bought 30 % less than the quarter before, or left out a category."""
    known = facts.manifest().get("transactions")
    if known is None:
        return []
    end = min(known["last_day"], sight.morning.day)
    middle, start = (end - timedelta(days=n * QUARTER) for n in (1, 2))
    if known["first_day"] > start:
        return []
    owners = dict(
        sql(
            "select k.fact_key, c.id from customers_factkey k join customers_customer c "
            "on c.id = k.customer_id and c.kind = 'organization'"
        )
    )
    db = lake.session()
    db.register("buyers", pa.table({"fact_key": pa.array(list(owners), pa.int64())}))
    try:
        found = lake.rows(
            f"""
            with parts as (
                select fact_key, coalesce(category, '') as category,
                       sum(case when local_date > date '{middle}' then amount else 0 end)
                           as lately,
                       sum(case when local_date > date '{middle}' then 0 else amount end)
                           as earlier
                from {lake.source(facts.living("transactions"), "transactions")}
                semi join buyers using (fact_key)
                where kind in ('purchase', 'refund')
                  and local_date > date '{start}' and local_date <= date '{end}'
                group by fact_key, category),
            sums as (
                select *, sum(lately) over w as now, sum(earlier) over w as was from parts
                window w as (partition by fact_key))
            select fact_key, any_value(now), any_value(was),
                   arg_max(category, earlier) filter (stopped), max(earlier) filter (stopped)
            from (select *, category <> '' and lately <= 0
                            and earlier >= {STOPPED_FROM} * was as stopped from sums)
            group by fact_key having any_value(was) > 0
               and (any_value(now) <= {DROP_TO} * any_value(was) or bool_or(stopped))
            order by 1
            """
        )
    finally:
        db.unregister("buyers")
    minor = core.minor_units()
    return [
        Row(
            owners[key], "", end, Decimal(max(int(was) - int(now), int(lost or 0))) / minor,
            facts={"value": f"{100 * (float(now) / float(was) - 1):+.0f}", "item": gone or ""},
        )
        for key, now, was, gone, lost in found
    ]  # fmt: skip


def _bought() -> str:
    table = lake.source(facts.living("transactions"), "transactions")
    return f"(select * from {table} where kind = 'purchase')"
