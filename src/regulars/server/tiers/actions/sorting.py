"""The tier run that puts a run's customers into tiers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
from django.db import connection, transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.facts.lake import quote
from regulars.server.scoring import actions as scores
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import queries, rules
from regulars.server.tiers.actions.schemes import install_presets
from regulars.server.tiers.actions.telling import tell_moves
from regulars.server.tiers.models import Scheme, SchemeVersion, TierRun

State = SchemeVersion.State
KEEP_ASSIGNED = 2  # tier runs whose assignments stay in PostgreSQL


@transaction.atomic
def assign(run: Run, *, by: Actor, at: datetime) -> TierRun:
    """Sort a run's customers into the tiers in force and keep the answer beside the run.

    The tiers of the current run are published: one version in PostgreSQL, one flip.
    """
    _one_at_a_time()
    if not Scheme.objects.exists():
        install_presets(by=by, at=at)  # a company's first scoring gives it its schemes
    active = SchemeVersion.objects.filter(state=State.ACTIVE)
    versions = list(active.select_related("scheme").order_by("scheme_id"))
    tier_run = TierRun.objects.create(
        run=run,
        as_of=run.as_of,
        versions={version.scheme.code: version.number for version in versions},
        made_at=at,
    )
    # A file of its own: what a run's files said is never changed under a reader, and a
    # sorting that fails leaves the old one in force.
    name = f"tiers-{tier_run.pk}.parquet"
    tier_run.counts = _sort(run, versions, name)
    tier_run.save(update_fields=["counts"])
    scores.attach(run, "tiers", name)
    if run.is_current:
        _publish(tier_run, versions, at=at)
    audit.record("tiers.run.done", tier_run, by=by, at=at, as_of=run.as_of.isoformat())
    return tier_run


def _one_at_a_time() -> None:
    """Two sortings of one run write the same file; the later one waits for the earlier."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtext('tiers.assign'))")


def _sort(run: Run, versions: list[SchemeVersion], name: str) -> dict[str, dict[str, int]]:
    """Write a file beside the frame: a column per scheme, and the primary tier.

    A scheme with a rule that walks ties has one more: through which organisation.
    """
    frame = quote(str(scoring.frame(run)))
    target = scoring.folder(run) / name
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "3GB"}) as db:
        db.execute(f"create view frame as select * from read_parquet({frame})")
        db.execute(f"create view ties as select * from {queries.ties_of(run)}")
        known = {row[0] for row in db.execute("describe frame").fetchall()}
        usable = [version for version in versions if version.measure in known]
        for version in _in_order(usable):
            db.execute(_scheme_select(version, [v.scheme.code for v in usable]))
        db.execute(_tiers_select(usable))
        scratch = target.with_suffix(".part")
        db.execute(
            f"copy (select * from tiers order by customer_id) to {quote(str(scratch))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )
        scratch.replace(target)
        return {
            version.scheme.code: dict(
                db.execute(
                    f'select "{_column(version)}", count(*) from tiers '
                    f'where "{_column(version)}" is not null group by 1 order by 1'
                ).fetchall()
            )
            for version in usable
        }


def _in_order(versions: list[SchemeVersion]) -> list[SchemeVersion]:
    """Those first that others look at."""
    by_code = {version.scheme.code: version for version in versions}
    order = rules.in_order({code: version.tiers for code, version in by_code.items()})
    return [by_code[code] for code in order]


def _scheme_select(version: SchemeVersion, sorted_too: list[str]) -> str:
    """Sort the customers of one scheme into a table of its own."""
    kind = version.scheme.customer_kind
    only = f"where kind = {quote(kind)}" if kind else ""
    tiers, measure, mode = version.tiers, version.measure, version.mode
    ranked = {code: f'"scheme_{rules.safe(code)}"' for code in sorted_too}
    through = rules.through_case(tiers, measure=measure, mode=mode)
    return (
        f'create table "scheme_{rules.safe(version.scheme.code)}" as '
        f"select customer_id, {rules.case(tiers, measure=measure, mode=mode)} "
        f'as "{_column(version)}", {through} as "{_through(version)}" '
        f"from (select *, {rules.share_before(measure, mode=mode)} as share_before "
        f"from frame {only}) {rules.carried(tiers, ties='ties', ranked=ranked)}"
    )


def _tiers_select(versions: list[SchemeVersion]) -> str:
    parts, columns, primary = [], [], []
    for n, version in enumerate(versions):
        parts.append(f'left join "scheme_{version.scheme.code}" s{n} using (customer_id)')
        columns.append(f's{n}."{_column(version)}"')
        if rules.carries(version.tiers):
            columns.append(f's{n}."{_through(version)}"')
        if version.scheme.is_primary:
            primary.append(f's{n}."{_column(version)}"')
    chosen = f"coalesce({', '.join(primary)})" if primary else "null::varchar"
    listed = "".join(f", {column}" for column in columns)
    return (
        f"create table tiers as select frame.customer_id, {chosen} as tier{listed} "
        f"from frame {' '.join(parts)}"
    )


def _publish(tier_run: TierRun, versions: list[SchemeVersion], *, at: datetime) -> None:
    """COPY the primary tiers into a version of their own, attach it, flip."""
    before = queries.current_tier_run()
    primary = [version for version in versions if version.scheme.is_primary]
    scratch = scoring.folder(tier_run.run) / "assignments.csv"
    with duckdb.connect(":memory:", config={"threads": 2}) as db:
        db.execute(
            f"copy ({_assignments(tier_run, primary)}) to {quote(str(scratch))} "
            "(format csv, header false)"
        )
    with connection.cursor() as db:
        db.execute("select regulars_version_open('tiers_assignment', %s)", [tier_run.pk])
        (child,) = db.fetchone()
        with (
            db.copy(f"copy {child} from stdin (format csv)") as copy,
            scratch.open("rb") as rows,
        ):
            while block := rows.read(1 << 20):
                copy.write(block)
        db.execute("select regulars_version_close('tiers_assignment', %s)", [tier_run.pk])
        scratch.unlink()
        tell_moves(before, tier_run, at=at)
        older = TierRun.objects.exclude(pk=tier_run.pk).order_by("-pk")
        for old in list(older[KEEP_ASSIGNED - 1 :][:20]):
            db.execute("select regulars_version_drop('tiers_assignment', %s)", [old.pk])
    TierRun.objects.filter(is_current=True).update(is_current=False)
    tier_run.is_current = True
    tier_run.save(update_fields=["is_current"])


def _assignments(tier_run: TierRun, versions: list[SchemeVersion]) -> str:
    frame = scoring.table_of(tier_run.run)
    selects = [
        f"""select {tier_run.pk}, customer_id, {version.scheme_id}, "{_column(version)}",
            {_lookup(version, _levels(version))},
            "{version.measure}"::decimal(18,2),
            {_lookup(version, _next_cuts(version))}::decimal(18,2),
            coalesce(value, 0)::decimal(18,2)
            from {frame} where "{_column(version)}" is not null"""
        for version in versions
    ]
    return " union all ".join(selects) or "select 1 where false"


def _levels(version: SchemeVersion) -> dict[str, Any]:
    return {tier["code"]: int(tier["level"]) for tier in version.tiers}


def _next_cuts(version: SchemeVersion) -> dict[str, Any]:
    if version.mode != rules.AMOUNT:
        return {}
    return {t["code"]: rules.next_cut(version.tiers, t["code"]) for t in version.tiers}


def _lookup(version: SchemeVersion, values: dict[str, Any]) -> str:
    given = [(code, value) for code, value in values.items() if value is not None]
    if not given:
        return "null"
    whens = " ".join(f"when {quote(code)} then {value}" for code, value in given)
    return f'case "{_column(version)}" {whens} end'


def _column(version: SchemeVersion) -> str:
    return f"tier_{version.scheme.code}"


def _through(version: SchemeVersion) -> str:
    return f"through_{version.scheme.code}"
