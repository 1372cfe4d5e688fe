"""Dates of what customers hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.queries.morning.happenings.spans import (
    A_YEAR_AGO,
    Found,
    anniversaries,
    listed,
    source_of,
    spells,
    this_year,
    window,
    years,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detectors import After, Before, Holding, Yearly
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product

# An event that a holding waits for must have been reported by somebody in these days.
REPORTED = 90
# What begins within so many days before something ends may follow it.
AROUND = 30


def from_holdings(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    if not triggers:
        return
    table = lake.source(facts.living("holdings"), "holdings")
    # The newest version of each holding counts.
    lake.rows(
        "create or replace temp table held as "
        "select fact_key, holding_id, product_id, amount, opened_on, matures_on, closed_on, "
        f"known_at::date as learned_on from {table} "
        "qualify row_number() over (partition by fact_key, holding_id "
        "order by known_at desc, opened_on desc) = 1"
    )
    try:
        for trigger in triggers:
            found[trigger.code] = _held(trigger, sight)
    finally:
        lake.rows("drop table if exists held")


def holding(kinds: tuple[str, ...]) -> list[int]:
    """Customers who hold a product of one of these kinds now."""
    table = lake.source(facts.living("holdings"), "holdings")
    found = lake.rows(
        f"select distinct h.fact_key from (select fact_key, holding_id, product_id, closed_on "
        f"from {table} qualify row_number() over (partition by fact_key, holding_id "
        f"order by known_at desc, opened_on desc) = 1) h "
        f"where h.closed_on is null and {of_products(Holding(kinds))}"
    )
    return sorted(customers_of(key for (key,) in found).values())


def _held(trigger: Trigger, sight: Sight) -> list[Row]:
    detect, day = trigger.detect, sight.morning.day
    source = source_of(trigger)
    assert isinstance(source, Holding)
    column = f"h.{source.date}"
    rows_ = lake.rows(
        f"""
        select h.fact_key, h.holding_id, h.product_id, h.amount, {column}, h.learned_on,
               {column} < date '{day}' and not exists (
                   select 1 from held o where o.fact_key = h.fact_key
                     and o.holding_id <> h.holding_id and o.opened_on >= {column})
        from held h where {of_products(source)} and {_when(trigger, sight, column)}
        order by h.fact_key, {column}, h.holding_id
        """
    )
    owners = customers_of({row[0] for row in rows_})
    gone = {row.customer_id for row in sight.outflows}
    minor = core.minor_units()
    return [
        Row(
            customer_id=owners[key],
            ref=holding,
            on=this_year(on, day) if isinstance(detect, Yearly) else on,
            amount=Decimal(amount or 0) / minor,
            learned_on=learned,
            # Money that left in these days does not lie idle; the outflow speaks for itself.
            idle=idle and owners[key] not in gone,
            facts={
                "product": product or "",
                **(years(on, day) if isinstance(detect, Yearly) else {}),
            },
        )
        for key, holding, product, amount, on, learned, idle in rows_
        if key in owners
    ]


def _when(trigger: Trigger, sight: Sight, column: str) -> str:
    detect, day = trigger.detect, sight.morning.day
    source = source_of(trigger)
    assert isinstance(source, Holding)
    if isinstance(detect, Yearly):
        return (
            f"strftime({column}, '%m-%d') in ({listed(anniversaries(detect, day))}) "
            f"and {column} < date '{day - timedelta(days=A_YEAR_AGO)}' and h.closed_on is null"
            f"{_longer(source)}"
        )
    first, _last = window(trigger, sight.morning)
    spans = [
        f"{column} between date '{begins}' and date '{ends}'"
        for begins, ends in spells(trigger, sight.morning)
    ]
    where = f"({' or '.join(spans)})"
    if isinstance(detect, Before):
        # Closed before its time, it no longer matures; closed at its time, it may lie idle.
        where += (
            f" and (h.closed_on is null or ({column} < date '{day}' "
            f"and h.closed_on >= {column}))"
        )
    elif source.date != "closed_on":
        where += " and h.closed_on is null"
    where += _longer(source)
    if isinstance(detect, Before) and detect.renewed:
        where += _not_followed(source)
    if isinstance(detect, Before | After) and detect.unless:
        where += _unless(detect.unless, column, first=first, day=day)
    return where


def _longer(source: Holding) -> str:
    if not source.longer:
        return ""
    return f" and (h.matures_on is null or h.matures_on > h.opened_on + {source.longer})"


def _not_followed(source: Holding) -> str:
    """Nothing of the same products begins around its end and outlasts it."""
    return f"""
        and not exists (select 1 from held n where n.fact_key = h.fact_key
                    and n.holding_id <> h.holding_id and n.closed_on is null
                    and {of_products(source, "n")}
                    and n.opened_on >= h.matures_on - {AROUND}
                    and (n.matures_on is null or n.matures_on > h.matures_on))"""


def _unless(kinds: tuple[str, ...], column: str, *, first: date, day: date) -> str:
    """Nothing of these kinds came for the holding, while they come for others."""
    table = lake.source(facts.living("events"), "events")
    since = day - timedelta(days=REPORTED)
    return f"""
        and exists (select 1 from {table} u where u.kind in ({listed(kinds)})
                    and u.occurred_at >= timestamp '{since}')
        and not exists (select 1 from {table} u where u.fact_key = h.fact_key
                    and u.kind in ({listed(kinds)})
                    and u.occurred_at >= timestamp '{min(first, since)}'
                    and u.occurred_at >= {column}
                    and (u.ref is null or u.ref = '' or u.ref = h.holding_id))"""


def of_products(source: Holding, of: str = "h") -> str:
    """The condition for what a source reads; a product nobody listed counts as a deposit."""
    known = Product.objects.filter(kind__in=source.kinds)
    if source.category:
        known = known.filter(category=source.category)
    elif "deposit" in source.kinds:
        others = Product.objects.exclude(kind__in=source.kinds).values_list("code", flat=True)
        return f"coalesce({of}.product_id, '') not in ({listed(['-', *others])})"
    return f"{of}.product_id in ({listed(['-', *known.values_list('code', flat=True)])})"
