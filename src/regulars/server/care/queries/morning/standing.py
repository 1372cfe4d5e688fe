"""Where customers stand: asleep since, near another tier."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import (
    columns,
    money,
    plain_date,
    sql,
)
from regulars.server.care.rules.detect import Asleep, Below, Standing
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import SchemeVersion

MONTH = 30
# Lower in the runs of today and of one, two and three months ago than in the one before.
LOW_MONTHS, HIGH_MONTH = (1, 2, 3), 4


def turned_dormant(sight: Sight) -> list[Asleep]:
    """Customers dormant in the newest run and not in the one before."""
    run, before = sight.run, sight.before
    if run is None or before is None:
        return []
    if not (scoring.frame(run).exists() and scoring.frame(before).exists()):
        return []
    found = lake.rows(
        f"select now.customer_id, was.stage, now.last_on "
        f"from {scoring.table_of(run)} now "
        f"join {scoring.table_of(before)} was on was.customer_id = now.customer_id "
        f"where now.stage = 'dormant' and was.stage <> 'dormant' order by 1"
    )
    gone = set(scoring.refusing())
    return [
        Asleep(who, run.as_of, stage, "dormant", plain_date(last))
        for who, stage, last in found
        if who not in gone
    ]


def near_next_tier(sight: Sight) -> list[Standing]:
    """Customers near the next tier, with where they stood in the tier run before."""
    before = sight.tiered_before
    found = sql(
        f"""
        select id, tier, measure, next_at, was_tier, was_measure, was_next_at
        from {sight.whom} where not no_profiling and level > 1 and next_at > 0
          and measure >= next_at * %(share)s and measure < next_at
        order by id
        """,
        {"share": Decimal(str(sight.morning.policy.threshold_from))},
    )
    return [
        Standing(
            *(customer, tier, measure, next_at),
            before=None if was is None or had is None else Standing(customer, was, had, asked),
            had_before=before is not None,
        )
        for customer, tier, measure, next_at, was, had, asked in found
    ]


def below_tier(sight: Sight) -> list[Below]:
    """Customers below the tier they had four months ago, in every month since.

    Tiers are given anew by each run and hold no state of their own, so the kept runs are
    asked: one near the end of each month. Where one is gone nothing is proved.
    """
    run = sight.run
    if run is None:
        return []
    months = [_run_before(run, n) for n in (*LOW_MONTHS, HIGH_MONTH)]
    runs = [found for found in months if found is not None]
    if len(runs) < len(months):
        return []
    versions = SchemeVersion.objects.leading().filter(mode=SchemeVersion.Mode.AMOUNT)
    told = _told(sight)
    return [
        row
        for version in versions.order_by("scheme")
        for row in _fallen(version, run, runs)
        if row.customer_id not in told
    ]


def _run_before(run: Run, months: int) -> Run | None:
    """The newest kept run so many months before another, at most a month older."""
    day = run.as_of - timedelta(days=months * MONTH)
    known = Run.objects.filter(
        state=Run.State.DONE,
        is_published=True,
        as_of__gt=day - timedelta(days=MONTH),
        as_of__lte=day,
    )
    kept = (found for found in known.order_by("-as_of", "-pk") if scoring.frame(found).exists())
    return next(kept, None)


def _fallen(version: SchemeVersion, run: Run, runs: list[Run]) -> list[Below]:
    column, measure = f"tier_{version.scheme.code}", version.measure
    if not all(column in columns(each) for each in (run, *runs)) or measure not in columns(run):
        return []
    order = ", ".join(lake.quote(tier["code"]) for tier in version.tiers)  # best first
    cuts = {tier["code"]: Decimal(str(tier.get("cut") or 0)) for tier in version.tiers}
    *low, high = runs

    def rank(of: str) -> str:
        return f"list_position([{order}], {of}.{column})"

    joins = " ".join(
        f"join {scoring.table_of(each)} m{n} on m{n}.customer_id = now.customer_id "
        f"and {rank(f'm{n}')} > {rank('high')}"
        for n, each in enumerate(low)
    )
    found = lake.rows(
        f"select now.customer_id, high.{column}, now.{measure} "
        f"from {scoring.table_of(run)} now "
        f"join {scoring.table_of(high)} high on high.customer_id = now.customer_id "
        f"and {rank('now')} > {rank('high')} {joins} order by 1"
    )
    return [
        Below(who, run.as_of, tier, cuts[tier] - money(value))
        for who, tier, value in _of_kind(version, found)
        if tier in cuts and money(value) < cuts[tier]
    ]


def _of_kind(version: SchemeVersion, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those whom the scheme is for, and who do not refuse to be profiled."""
    kind = version.scheme.customer_kind
    kept = sql(
        "select id from customers_customer where id = any (%s) and %s in ('', kind) "
        "and not no_profiling",
        [[row[0] for row in found], kind],
    )
    ids = {row[0] for row in kept}
    return [row for row in found if row[0] in ids]


def _told(sight: Sight) -> set[int]:
    """Whose fall was told in these months, by an earlier run."""
    run = sight.run
    since = sight.at - timedelta(days=HIGH_MONTH * MONTH)
    found = sql(
        "select customer_id from care_task where trigger = 'tier_watch' and made_at > %s "
        "and cycle not like %s",
        [since, f"%@{run.as_of.isoformat()}" if run else ""],
    )
    return {row[0] for row in found}
