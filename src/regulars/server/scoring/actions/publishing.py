"""Scores become those that everybody sees: one version, one flip."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
from django.db import connection

from regulars.server.core.remembered import forget
from regulars.server.facts.lake import quote
from regulars.server.scoring import bridge, queries, rules
from regulars.server.scoring.models import Run


def publish(run: Run, folder: Path) -> float:
    """COPY the published columns into a version of their own and attach it."""
    began = time.monotonic()
    chosen = ", ".join(
        f"coalesce({column}, 0)::decimal(18,2)" if name in {"value", "stake"}
        else f"{column}::decimal(18,2)" if name in {"clv", "contribution"}
        else column if name == "p_alive"
        else f"coalesce({column}, '')"
        for name, column in rules.PUBLISHED.items()
    )  # fmt: skip
    scratch = folder / "scores.csv"
    with duckdb.connect(":memory:", config={"threads": 2}) as db:
        db.execute(
            f"copy (select {run.pk}, customer_id, {chosen} "
            f"from read_parquet({quote(str(folder / bridge.FRAME))})) "
            f"to {quote(str(scratch))} (format csv, header false)"
        )
    names = ", ".join(["run_id", "customer_id", *rules.PUBLISHED])
    with connection.cursor() as db:
        db.execute("select regulars_version_open('scoring_score', %s)", [run.pk])
        (child,) = db.fetchone()
        columns = "force_not_null (stage, rfm, rfm_type)"
        with (
            db.copy(f"copy {child} ({names}) from stdin (format csv, {columns})") as copy,
            open(scratch, "rb") as rows,
        ):
            while block := rows.read(1 << 20):
                copy.write(block)
        db.execute("select regulars_version_close('scoring_score', %s)", [run.pk])
    scratch.unlink()
    run.is_published = True
    _flip(run)
    _drop_old(run)
    return round(time.monotonic() - began, 3)


def _flip(run: Run) -> None:
    Run.objects.filter(is_current=True).exclude(pk=run.pk).update(is_current=False)
    run.is_current = True
    forget(queries.CURRENT)


def _drop_old(run: Run) -> None:
    """Keep the newest published versions; older ones live on in their frames."""
    published = Run.objects.filter(is_published=True).exclude(pk=run.pk).order_by("-pk")
    for old in list(published[rules.KEEP_PUBLISHED - 1 :]):
        with connection.cursor() as db:
            db.execute("select regulars_version_drop('scoring_score', %s)", [old.pk])
        Run.objects.filter(pk=old.pk).update(is_published=False)
