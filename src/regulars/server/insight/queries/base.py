"""The base at a date: everything the page shows, counted in one pass over two runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.engine.measures.concentration import Pareto
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.insight import rules
from regulars.server.insight.queries import runs
from regulars.server.insight.queries.memory import recall
from regulars.server.insight.rules import Counts, Move
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import Scheme, TierRun

COHORTS = 9


@dataclass(frozen=True)
class Group:
    """Some customers and what they are worth."""

    customers: int
    value: Decimal
    before: int | None = None


@dataclass(frozen=True)
class CohortRow:
    """Customers who came in one quarter; how many were active in it and in each later one."""

    quarter: str
    customers: int
    active: tuple[int, ...]


@dataclass(frozen=True)
class Picture:
    """The base of one viewer at a date, against another date."""

    counts: Counts
    stages: Mapping[str, Group]
    moves: tuple[Move, ...]
    tiers: Mapping[str, Group]
    unsorted: int  # customers of the base whom the scheme does not sort
    pareto: Pareto
    classes: Mapping[str, Group]
    cells: Mapping[tuple[int, int], Group]
    types: Mapping[str, int]
    never: int  # customers without any activity: they have no R, F and M
    cohorts: tuple[CohortRow, ...] = ()
    earlier: int = 0  # customers who were there when the data begin
    sleeping: Group = field(default=Group(0, Decimal(0)))


def picture(
    viewer: Person,
    run: Run,
    tier_run: TierRun | None,
    *,
    before: runs.Stand | None,
    scheme: Scheme | None,
    branch: str = "",
) -> Picture:
    """Count the base; the second look at the same runs costs nothing."""
    then = before.run if before else None
    key = (
        "base",
        run.pk,
        tier_run.pk if tier_run else None,
        then.pk if then else None,
        before.tier_run.pk if before and before.tier_run else None,
        scheme.code if scheme else "",
        branch,
        looked_at(viewer),
    )
    tiers = runs.tiers_of(scheme, tier_run) if scheme and tier_run else []
    order = [tier["code"] for tier in tiers]
    column = f"tier_{scheme.code}" if scheme else ""
    return recall(key, lambda: _count(viewer, run, then, column, order, branch))


def looked_at(viewer: Person) -> str | int:
    """A word for whose customers are counted; another book makes it another word."""
    ids = scoring.visible_ids(viewer)
    return "everybody" if ids is None else hash(tuple(ids))


def _count(
    viewer: Person, run: Run, then: Run | None, column: str, order: Sequence[str], branch: str
) -> Picture:
    db = lake.session()
    known = set(scoring.columns(run))
    sorted_now = column in known
    sorted_then = then is not None and column in scoring.columns(then)
    company = core.company()
    measure = "aum" if company and company.kind == "bank" and "aum" in known else "net_spend"
    _pair(viewer, run, then, column if sorted_now else "", sorted_then, measure, branch)
    try:
        return Picture(
            counts=_counts(),
            stages=_stages(compared=then is not None),
            moves=_moves(order) if sorted_now and sorted_then else (),
            tiers=_tiers(compared=sorted_then) if sorted_now else {},
            unsorted=_one("select count(*) from pair where here and tier is null"),
            pareto=_curve(),
            classes=_groups("abc_class", of="measure"),
            cells=_cells(),
            types=dict(_rows("rfm_type", "where rfm_type is not null")),
            never=_one("select count(*) from pair where r is null"),
            cohorts=_cohorts(run) if "cohort" in known else (),
            earlier=_earlier(run) if "cohort" in known else 0,
            sleeping=_sleeping(),
        )
    finally:
        db.execute("drop table if exists pair")


def _pair(
    viewer: Person,
    run: Run,
    then: Run | None,
    column: str,
    sorted_then: bool,
    measure: str,
    branch: str,
) -> None:
    """Lay what both runs say of each customer side by side.

    Customers of today's books are followed, at both dates.
    """
    known = set(scoring.columns(run))
    quarters = [f"active_q{n}" for n in range(COHORTS) if f"active_q{n}" in known]
    chosen = ["customer_id", "stage", "value", "r", "f", "rfm_type", "abc_class", *quarters]
    chosen += ["cohort"] if "cohort" in known else []
    tier = f'"{column}"' if column else "null::varchar"
    parts = [f"n.{name}" for name in chosen]
    parts += [f'coalesce(n."{measure}", 0)::double as measure', f"n.{tier} as tier"]
    if not column:
        parts[-1] = "null::varchar as tier"
    parts += ["n.stage <> 'lost' as here"]
    join = ""
    if then is not None:
        was = f'w."{column}"' if column and sorted_then else "null::varchar"
        parts += [f"{was} as was_tier", "w.stage as was_stage"]
        join = f"left join {scoring.table_of(then)} w on w.customer_id = n.customer_id"
    else:
        parts += ["null::varchar as was_tier", "null::varchar as was_stage"]
    only = "where n.branch = ?" if branch and "branch" in known else ""
    lake.session().execute(
        f"create or replace temp table pair as select {', '.join(parts)}, "
        "coalesce(was_stage <> 'lost', false) as was_here, was_stage is not null as known "
        f"from {scoring.seen(viewer, run)} n {join} {only}",
        [branch] if only else [],
    )


def _counts() -> Counts:
    row = lake.rows(
        """
        select count(*) filter (here), coalesce(sum(value) filter (here), 0),
               count(*) filter (was_here), count(*) filter (here and not known),
               count(*) filter (here and known and not was_here),
               count(*) filter (was_here and not here), count(*) filter (not here)
        from pair
        """
    )[0]
    closing, value, opening, new, returned, left, lost = row
    return Counts(closing, _money(value), opening, new, returned, left, lost)


def _stages(*, compared: bool) -> dict[str, Group]:
    now = {name: (n, value) for name, n, value in _valued("stage")}
    then = dict(_rows("was_stage", "where was_stage is not null"))
    return {
        name: Group(
            now.get(name, (0, 0))[0],
            _money(now.get(name, (0, 0))[1]),
            int(then.get(name, 0)) if compared else None,
        )
        for name in (*rules.HERE, rules.LOST)
    }


def _moves(order: Sequence[str]) -> tuple[Move, ...]:
    found = lake.rows(
        """
        select case when was_here then was_tier end, case when here then tier end, known,
               count(*), coalesce(sum(value), 0)
        from pair where (was_here and was_tier is not null) or (here and tier is not null)
        group by 1, 2, 3 order by 1, 2, 3
        """
    )
    return tuple(
        Move(was, now, n, _money(value), rules.way(was, now, order, known=known))
        for was, now, known, n, value in found
    )


def _tiers(*, compared: bool) -> dict[str, Group]:
    now = {
        name: (n, value)
        for name, n, value in _valued("tier", "where here and tier is not null")
    }
    then = dict(_rows("was_tier", "where was_here and was_tier is not null"))
    return {
        name: Group(
            now.get(name, (0, 0))[0],
            _money(now.get(name, (0, 0))[1]),
            int(then.get(name, 0)) if compared else None,
        )
        for name in {*now, *then}
    }


def _curve() -> Pareto:
    found = lake.session().execute("select measure from pair").fetchnumpy()["measure"]
    return rules.curve(np.asarray(found, dtype=np.float64))


def _groups(column: str, *, of: str) -> dict[str, Group]:
    return {name: Group(n, _money(value)) for name, n, value in _valued(column, of=of)}


def _cells() -> dict[tuple[int, int], Group]:
    found = lake.rows(
        "select r, f, count(*), coalesce(sum(value), 0) from pair where r is not null "
        "group by 1, 2 order by 1, 2"
    )
    return {(int(r), int(f)): Group(n, _money(value)) for r, f, n, value in found}


def _cohorts(run: Run) -> tuple[CohortRow, ...]:
    """The quarters whose newcomers are really new: those after the one the data begin in."""
    quarters = rules.quarters_back(run.as_of, COHORTS)
    sums = ", ".join(f"count(*) filter (active_q{n})" for n in range(COHORTS))
    found = {
        row[0]: row[1:]
        for row in lake.rows(f"select cohort, count(*), {sums} from pair group by 1 order by 1")
    }
    begin = _first_quarter(run)
    rows = []
    for place, name in enumerate(quarters):
        if name not in found or name <= begin:
            continue
        size, *active = found[name]
        back = len(quarters) - 1 - place  # quarters between the cohort's and ours
        rows.append(CohortRow(name, size, tuple(active[back - age] for age in range(back + 1))))
    return tuple(rows)


def _earlier(run: Run) -> int:
    found = lake.rows("select count(*) from pair where cohort <= ?", [_first_quarter(run)])
    return int(found[0][0])


def _first_quarter(run: Run) -> str:
    first = run.result.get("first_day")
    return rules.quarter(date.fromisoformat(first)) if first else ""


def _sleeping() -> Group:
    found = lake.rows(
        "select count(*), coalesce(sum(value), 0) from pair "
        "where stage = 'dormant' and value >= ?",
        [rules.SLEEPING_MONEY],
    )[0]
    return Group(int(found[0]), _money(found[1]))


def _rows(column: str, where: str = "") -> list[tuple[Any, int]]:
    return [
        (name, int(n))
        for name, n in lake.rows(
            f"select {column}, count(*) from pair {where} group by 1 order by 1"
        )
    ]


def _valued(column: str, where: str = "", *, of: str = "value") -> list[tuple[str, int, float]]:
    return lake.rows(
        f"select {column}, count(*), coalesce(sum({of}), 0) from pair {where} "
        "group by 1 order by 1"
    )


def _one(sql: str) -> int:
    return int(lake.rows(sql)[0][0])


def _money(value: Any) -> Decimal:
    return Decimal(str(round(value or 0, 2)))
