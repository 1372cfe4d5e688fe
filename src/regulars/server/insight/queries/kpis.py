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
        db.execute(
            "drop view if exists months; drop table if exists past; drop table if exists people"
        )
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
    """Whom the page is about, and what they did month by month."""
    db = lake.session()
    known = scoring.columns(run)
    tier = "tier" if "tier" in known else "null::varchar as tier"
    only = "where branch = ?" if branch else ""
    db.execute(
        f"create or replace temp table people as select customer_id, stage, {tier}, "
        f"met_month, met_quarter, met_year from {scoring.seen(viewer, run)} {only}",
        [branch] if branch else [],
    )
    months = f"read_parquet({lake.quote(str(scoring.folder(run) / bridge.MONTHS))})"
    if branch or not viewer.scope.everything:
        months += " semi join people using (customer_id)"
    db.execute(f"create or replace temp view months as select * from {months}")


def _activity(run: Run, n: int, *, compared: bool) -> list[Kpi]:
    db = lake.session()
    db.execute(f"create or replace temp table past as {_past(n)}")
    row = lake.rows(f"select {_sums(0)}, {_sums(1)}, count(*) filter (d2 > 0) from past")[0]
    now, again, stayed, after, base, kept = (float(x or 0) for x in row[:6])
    was, was_again, was_stayed, was_after, was_base, was_kept = (
        float(x or 0) for x in row[6:12]
    )
    earlier, heads = float(row[12] or 0), int(was)
    bars = _bars(run)

    def then(part: float, whole: float, less: float = 0.0) -> float | None:
        found = rules.ratio(part, whole)
        return found - less if found is not None and compared else None

    repeated = rules.ratio(was_again, was) if reaches(run, 2 * n) else None
    lost = was - stayed, then(earlier - was_stayed, earlier)
    return [
        Kpi("retention", stayed, was, heads, then(was_stayed, earlier), months=bars["kept"]),
        Kpi("churn", lost[0], was, heads, lost[1], months=bars["gone"]),
        Kpi("growth", now, was, heads, then(was, earlier, 1.0), 1.0, months=bars["active"]),
        Kpi(
            "spend_growth", after, base, heads, then(was_after, was_base, 1.0), 1.0,
            months=bars["spend"], is_money=True,
        ),
        Kpi("repeat_rate", again, now, int(now), repeated, months=bars["again"]),
        Kpi("grr", kept, base, heads, then(was_kept, was_base), is_money=True),
        Kpi("nrr", after, base, heads, then(was_after, was_base), is_money=True),
    ]  # fmt: skip


def _past(n: int) -> str:
    """One row per customer: days and money of three periods, and a bit per active month.

    Two months are compared by a customer's bits: a join of the rows takes ten times as long.
    """
    periods = ", ".join(
        f"coalesce(sum(days) filter (month >= {i * n} and month < {(i + 1) * n}), 0) as d{i}, "
        f"greatest(coalesce(sum(spend) filter (month >= {i * n} and month < {(i + 1) * n}), 0)"
        f", 0) as s{i}"
        for i in range(3)
    )
    return (
        "select customer_id, "
        "coalesce(bit_or(1::bigint << month) filter (days > 0), 0) as came, "
        "coalesce(bit_or(1::bigint << month) filter (days > 1), 0) as again, "
        f"{periods} from months group by 1"
    )


def _sums(i: int) -> str:
    """Of the i-th period: active, again, stayed, spend now and then of those, kept spend."""
    was = f"filter (d{i + 1} > 0)"
    return (
        f"count(*) filter (d{i} > 0), count(*) filter (d{i} > 1), "
        f"count(*) filter (d{i} > 0 and d{i + 1} > 0), sum(s{i}) {was}, "
        f"sum(s{i + 1}) {was}, sum(least(s{i}, s{i + 1})) {was}"
    )


def _bars(run: Run) -> dict[str, tuple[float | None, ...]]:
    """Twelve months, oldest first; months that the facts do not cover are None."""
    sums = ", ".join(
        f"count(*) filter (came & {1 << back} <> 0), "
        f"count(*) filter (came & {3 << back} = {3 << back}), "
        f"count(*) filter (again & {1 << back} <> 0)"
        for back in range(BARS + 1)
    )
    flat = [float(x) for x in lake.rows(f"select {sums} from past")[0]]
    active, stayed, again = flat[0::3], flat[1::3], flat[2::3]
    spend = dict(
        lake.rows(
            f"select month, sum(spend) from months where month < {BARS} group by 1 order by 1"
        )
    )
    rows: dict[str, list[float | None]] = {
        name: [] for name in ("kept", "gone", "active", "spend", "again")
    }
    for back in reversed(range(BARS)):
        known = reaches(run, back + 1)
        kept = rules.ratio(stayed[back], active[back + 1]) if reaches(run, back + 2) else None
        rows["kept"].append(kept)
        rows["gone"].append(1 - kept if kept is not None else None)
        rows["active"].append(active[back] if known else None)
        rows["spend"].append(float(spend.get(back) or 0) if known else None)
        rows["again"].append(rules.ratio(again[back], active[back]) if known else None)
    return {name: tuple(values) for name, values in rows.items()}


def _assets(run: Run, n: int, *, compared: bool) -> list[Kpi]:
    """A bank's money: growth of those who were there, and what came from outside."""
    path = scoring.folder(run) / bridge.ASSETS
    if not path.exists():
        return []
    held = f"read_parquet({lake.quote(str(path))}) semi join people using (customer_id)"
    ends_at = f"month in (0, {n}, {2 * n})"
    ends = ", ".join(
        f"coalesce(sum(aum) filter (month = {i * n}), 0) as e{i}" for i in range(3)
    )
    row = lake.rows(
        f"select sum(e0), sum(e1), sum(e2), sum(e0) filter (e1 > 0), sum(e1) filter (e1 > 0), "
        f"count(*) filter (e1 > 0), sum(e1) filter (e2 > 0), sum(e2) filter (e2 > 0), "
        f"sum(least(e0, e1)) filter (e1 > 0), sum(least(e1, e2)) filter (e2 > 0) "
        f"from (select customer_id, {ends} from {held} where {ends_at} group by 1)"
    )[0]
    figures = [float(x or 0) for x in row]
    end, begin, earlier, kept, base, heads, was_kept, was_base, stayed, was_stayed = figures
    interest, was_interest = (
        float(x)
        for x in lake.rows(
            f"select coalesce(sum(interest) filter (month < {n}), 0), "
            f"coalesce(sum(interest) filter (month >= {n} and month < {2 * n}), 0) from months"
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
