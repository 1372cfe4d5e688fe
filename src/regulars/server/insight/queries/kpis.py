"""The key figures of a period that ends on a run's date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.insight import rules
from regulars.server.insight.queries.base import looked_at
from regulars.server.insight.queries.memory import recall
from regulars.server.insight.rules import Kpi
from regulars.server.scoring import bridge
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import queries as tiers

BARS = 12


@dataclass(frozen=True)
class Sheet:
    """All figures of one period, with the first days of it and of the one before."""

    start: date
    before: date
    compared: bool  # the facts reach back far enough for the change
    kpis: tuple[Kpi, ...]
    covered: tuple[str, ...]  # tiers that count for coverage


def sheet(viewer: Person, run: Run, *, span: str, branch: str = "") -> Sheet:
    """Count the figures of the month, quarter or year up to the run's date."""
    key = ("kpis", run.pk, _tier_stamp(run), span, branch, looked_at(viewer))
    return recall(key, lambda: _count(viewer, run, span, branch))


def covered_tiers() -> tuple[str, ...]:
    """Target customers and better, of the primary schemes."""
    marks = tiers.primary_marks()
    return tuple(code for code, mark in marks.items() if mark.level >= rules.TARGET_LEVEL)


def _tier_stamp(run: Run) -> int | None:
    found = tiers.tier_run_of(run)
    return found.pk if found else None


def _count(viewer: Person, run: Run, span: str, branch: str) -> Sheet:
    n = rules.SPANS[span]
    compared = reaches(run, 3 * n)
    db = lake.session()
    _people(viewer, run, branch)
    try:
        figures = _activity(run, n, compared=compared)
        figures += _assets(run, n, compared=reaches(run, 2 * n))
        figures += _coverage(run, n, span)
    finally:
        db.execute("drop table if exists people; drop table if exists past")
    return Sheet(
        start=bridge.month_stop(run.as_of, n),
        before=bridge.month_stop(run.as_of, 2 * n),
        compared=compared,
        kpis=tuple(figures),
        covered=covered_tiers(),
    )


def reaches(run: Run, months: int) -> bool:
    """Whether the facts cover so many months before the date."""
    first = run.result.get("first_day")
    # The first month may begin some days late: nobody opens on the first minute.
    return bool(first) and date.fromisoformat(first) <= bridge.month_stop(
        run.as_of, months
    ) + timedelta(days=7)


def _people(viewer: Person, run: Run, branch: str) -> None:
    db = lake.session()
    known = scoring.columns(run)
    tier = "tier" if "tier" in known else "null::varchar as tier"
    only = "where branch = ?" if branch else ""
    db.execute(
        f"create or replace temp table people as select customer_id, stage, {tier}, "
        f"met_month, met_quarter, met_year from {scoring.seen(viewer, run)} {only}",
        [branch] if branch else [],
    )
    months = scoring.folder(run) / bridge.MONTHS
    db.execute(
        "create or replace temp table past as "
        f"select * from read_parquet({lake.quote(str(months))}) "
        "semi join people using (customer_id)"
    )


def _activity(run: Run, n: int, *, compared: bool) -> list[Kpi]:
    spans = ", ".join(_span(i, n) for i in range(3))
    sums = ", ".join(_sums(i) for i in range(2))
    row = lake.rows(
        f"select {sums}, count(*) filter (a2) from "
        f"(select customer_id, {spans} from past group by 1)"
    )[0]
    now, again, stayed, after, base, kept = (float(x) for x in row[:6])
    was, was_again, was_stayed, was_after, was_base, was_kept = (float(x) for x in row[6:12])
    earlier = float(row[12])
    bars = _bars(run)
    heads = int(was)

    def earlier_value(part: float, whole: float, less: float = 0.0) -> float | None:
        found = rules.ratio(part, whole)
        return found - less if found is not None and compared else None

    figures = [
        Kpi("retention", stayed, was, heads, earlier_value(was_stayed, earlier),
            months=bars["retention"]),
        Kpi("churn", was - stayed, was, heads,
            earlier_value(earlier - was_stayed, earlier), months=bars["churn"]),
        Kpi("growth", now, was, heads, earlier_value(was, earlier, 1.0), less=1.0,
            months=bars["active"]),
        Kpi("spend_growth", after, base, heads, earlier_value(was_after, was_base, 1.0),
            less=1.0, is_money=True, months=bars["spend"]),
        Kpi("repeat_rate", again, now, int(now), rules.ratio(was_again, was)
            if reaches(run, 2 * n) else None, months=bars["repeat"]),
        Kpi("grr", kept, base, heads, earlier_value(was_kept, was_base), is_money=True),
        Kpi("nrr", after, base, heads, earlier_value(was_after, was_base), is_money=True),
    ]  # fmt: skip
    return figures


def _span(i: int, n: int) -> str:
    """One customer's activity and spend in the i-th period of n months back."""
    here = f"filter (month >= {i * n} and month < {(i + 1) * n})"
    days = f"coalesce(sum(days) {here}, 0)"
    return (
        f"{days} > 0 as a{i}, {days} >= 2 as again{i}, "
        f"greatest(coalesce(sum(spend) {here}, 0), 0) as s{i}"
    )


def _sums(i: int) -> str:
    """Of the i-th period: active, again, stayed, spend now and then of those, kept spend."""
    was = f"filter (a{i + 1})"
    return (
        f"count(*) filter (a{i}), count(*) filter (again{i}), "
        f"count(*) filter (a{i} and a{i + 1}), coalesce(sum(s{i}) {was}, 0), "
        f"coalesce(sum(s{i + 1}) {was}, 0), coalesce(sum(least(s{i}, s{i + 1})) {was}, 0)"
    )


def _bars(run: Run) -> dict[str, tuple[float | None, ...]]:
    """Twelve months, oldest first; months that the facts do not cover are None."""
    found = {
        int(month): (float(active), float(stayed), float(again), float(spend))
        for month, active, stayed, again, spend in lake.rows(
            """
            select a.month, count(*) filter (a.days > 0),
                   count(*) filter (a.days > 0 and b.days > 0),
                   count(*) filter (a.days >= 2), coalesce(sum(a.spend), 0)
            from past a left join past b
              on b.customer_id = a.customer_id and b.month = a.month + 1
            where a.month <= 12 group by 1 order by 1
            """
        )
    }
    rows: dict[str, list[float | None]] = {
        name: [] for name in ("retention", "churn", "active", "spend", "repeat")
    }
    nothing = (0.0, 0.0, 0.0, 0.0)
    for back in reversed(range(BARS)):
        active, stayed, again, spend = found.get(back, nothing)
        was = found.get(back + 1, nothing)[0]
        kept = rules.ratio(stayed, was) if reaches(run, back + 2) else None
        known = reaches(run, back + 1)
        rows["retention"].append(kept)
        rows["churn"].append(1 - kept if kept is not None else None)
        rows["active"].append(active if known else None)
        rows["spend"].append(spend if known else None)
        rows["repeat"].append(rules.ratio(again, active) if known else None)
    return {name: tuple(values) for name, values in rows.items()}


def _assets(run: Run, n: int, *, compared: bool) -> list[Kpi]:
    """A bank's money: growth of those who were there, and what came from outside."""
    path = scoring.folder(run) / bridge.ASSETS
    if not path.exists():
        return []
    held = f"read_parquet({lake.quote(str(path))}) semi join people using (customer_id)"
    ends = ", ".join(
        f"coalesce(sum(aum) filter (month = {i * n}), 0) as e{i}" for i in range(3)
    )
    row = lake.rows(
        f"select sum(e0), sum(e1), sum(e2), sum(e0) filter (e1 > 0), sum(e1) filter (e1 > 0), "
        f"count(*) filter (e1 > 0), sum(e1) filter (e2 > 0), sum(e2) filter (e2 > 0), "
        f"sum(least(e0, e1)) filter (e1 > 0), sum(least(e1, e2)) filter (e2 > 0) "
        f"from (select customer_id, {ends} from {held} group by 1)"
    )[0]
    figures = [float(x or 0) for x in row]
    end, begin, earlier, kept, base, heads, was_kept, was_base, stayed, was_stayed = figures
    interest, was_interest = (
        float(x)
        for x in lake.rows(
            f"select coalesce(sum(interest) filter (month < {n}), 0), "
            f"coalesce(sum(interest) filter (month >= {n} and month < {2 * n}), 0) from past"
        )[0]
    )
    monthly = dict(lake.rows(f"select month, sum(aum) from {held} group by 1 order by 1"))
    bars = tuple(
        float(monthly.get(back, 0.0)) if reaches(run, back) else None
        for back in reversed(range(BARS))
    )
    was_growth = rules.ratio(was_kept, was_base) if compared else None
    was_money = rules.ratio(begin - earlier - was_interest, earlier) if compared else None
    return [
        Kpi("aum_growth", kept, base, int(heads),
            was_growth - 1.0 if was_growth is not None else None, less=1.0, is_money=True,
            months=bars),
        Kpi("aum_retention", stayed, base, int(heads),
            rules.ratio(was_stayed, was_base) if compared else None, is_money=True),
        Kpi("net_new_money", end - begin - interest, begin, int(heads), was_money,
            is_money=True, months=bars[:0]),
    ]  # fmt: skip


def _coverage(run: Run, n: int, span: str) -> list[Kpi]:
    """Customers of the better tiers who were talked to, both ways, within the period."""
    codes = ", ".join(lake.quote(code) for code in covered_tiers()) or "''"
    chosen = f"stage <> 'lost' and tier in ({codes})"
    whole, met = lake.rows(
        f"select count(*), count(*) filter (met_{span}) from people where {chosen}"
    )[0]
    before = None
    touches, keys = (scoring.folder(run) / name for name in (bridge.TOUCHES, bridge.CUSTOMERS))
    if touches.exists() and whole and reaches(run, 2 * n):
        stop, start = bridge.month_stop(run.as_of, n), bridge.month_stop(run.as_of, 2 * n)
        (was,) = lake.rows(
            f"select count(distinct p.customer_id) from people p "
            f"join read_parquet({lake.quote(str(keys))}) k on k.customer_id = p.customer_id "
            f"join read_parquet({lake.quote(str(touches))}) t on t.customer_id = k.fact_key "
            f"where {chosen} and t.two_way and t.day > ? and t.day <= ?",
            [start, stop],
        )[0]
        before = rules.ratio(float(was), float(whole))
    return [Kpi("coverage", float(met), float(whole), int(whole), before)]
