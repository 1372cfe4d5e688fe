"""Figures of the newest run: conditions, dates, silence."""

from __future__ import annotations

from datetime import timedelta

from regulars.server.care.queries.morning.happenings.spans import source_of, spells
from regulars.server.care.queries.morning.happenings.word import unheard
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import columns, money, plain_date, sql
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detectors import After, Figure, Measured, Silence
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run

# So long after the figures begin, an old customer cannot be told from a new one.
FIRST_DAYS = 30
# Figures come each night: a step is caught up with for so long, and not by everybody who
# passed it within a month.
LATE = 4


def measured(detect: Measured, sight: Sight) -> list[Row]:
    """Customers whose figures fulfil the condition; nobody who refuses to be profiled."""
    run, before = sight.run, sight.before
    if run is None or not set(detect.needs) <= columns(run):
        return []
    looks_back = detect.edge or "was." in detect.where + detect.amount
    if looks_back and (before is None or not set(detect.needs) <= columns(before)):
        return []
    where = f"({detect.where})"
    if detect.edge:
        where += f" and not coalesce(({detect.where.replace('now.', 'was.')}), false)"
    join = ""
    if looks_back and before is not None:
        join = f"join {_figures(before, detect)} was on was.customer_id = now.customer_id"
    found = lake.rows(
        f"select now.customer_id, {detect.amount or 'null'} from {_figures(run, detect)} now "
        f"{join} where {where} order by 1"
    )
    kept = _of_kind({who for who, _amount in found}, detect.kind) - set(scoring.refusing())
    return [
        Row(who, "", run.as_of, money(amount) if amount is not None else None)
        for who, amount in found
        if who in kept
    ]


def _of_kind(customers: set[int], kind: str) -> set[int]:
    if not kind:
        return customers
    return {
        who
        for (who,) in sql(
            "select id from customers_customer where kind = %s and id = any (%s)",
            [kind, list(customers)],
        )
    }


def _figures(run: Run, detect: Measured) -> str:
    """A run's figures with its day; what it may lack is empty."""
    lacking = sorted(set(detect.may_lack) - columns(run))
    empty = "".join(f", null as {name}" for name in lacking)
    return f"(select *, date '{run.as_of}' as as_of{empty} from {scoring.table_of(run)})"


def dated(trigger: Trigger, sight: Sight) -> list[Row]:
    """Customers by a date of the newest run, not those with whom the figures begin."""
    source, run = source_of(trigger), sight.run
    assert isinstance(source, Figure)
    if run is None or source.column not in columns(run):
        return []
    spans = spells(trigger, sight.morning, late=LATE)
    table, column = scoring.table_of(run), source.column
    day = f"({column} + cast(round({source.plus}) as integer))" if source.plus else column
    within = " or ".join(f"{day} between date '{a}' and date '{b}'" for a, b in spans)
    found = lake.rows(
        f"select customer_id, {day} from {table} where ({within}) "
        f"and ({source.where or 'true'}) "
        f"and {column} > (select min({column}) from {table}) + {FIRST_DAYS} order by 1"
    )
    refused = set(scoring.refusing()) if source.plus or source.where else set()
    rows = [
        Row(who, column, on)
        for who, value in found
        if (on := plain_date(value)) and who not in refused
    ]
    unless = trigger.detect.unless if isinstance(trigger.detect, After) else ()
    return unheard(rows, unless, core.time_zone()) if unless else rows


def silent(detect: Silence, sight: Sight) -> list[Row]:
    """Customers without a transaction for about as long as the detection asks."""
    run = sight.run
    if run is None or "last_on" not in columns(run):
        return []
    day = sight.morning.day
    first, last = day - timedelta(days=max(detect.days) + WINDOW), day
    found = lake.rows(
        f"select customer_id, last_on from {scoring.table_of(run)} "
        "where last_on between ? and ? order by 1",
        [first, last - timedelta(days=min(detect.days))],
    )
    return [Row(who, "", on) for who, last_on in found if (on := plain_date(last_on))]
