"""A scoring run from start to end: snapshot, engine, frame, publication in one flip."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from django.db import connection, transaction

from regulars.base.errors import BadInput, Refused
from regulars.base.periods import add_months
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.facts.lake import quote
from regulars.server.products import queries as products
from regulars.server.scoring import bridge, queries, rules
from regulars.server.scoring.models import Declined, Run

Progress = Callable[[str], None]
T = TypeVar("T")


class NothingToScore(Refused):
    """There are no facts yet."""


def run_scoring(
    *,
    by: Actor,
    at: datetime,
    as_of: date | None = None,
    publish: bool = True,
    progress: Progress = lambda step: None,
) -> Run:
    """Value everybody as of a date (the last day of the facts) and keep the answer.

    Reading happens in short transactions; the engine computes outside any. With
    `publish` the scores become those that everybody sees, in one flip.

    :raises NothingToScore: no transactions or balances were brought yet.
    """
    with scope.everything():
        last = facts.last_day()
        if last is None:
            raise NothingToScore(
                "There is nothing to score yet. Bring transactions or balances first: "
                "`regulars import FILE --as transactions`, or the Imports page."
            )
        run = Run.objects.create(
            as_of=as_of or last,
            known_to=at,
            started_at=at,
            started_by=by if isinstance(by, Person) else None,
        )
        basis = _basis()
        kinds = ("transactions", "balances", "holdings", "events")
        files = {kind: facts.living(kind) for kind in kinds}
        folder = queries.folder(run)
        began = time.monotonic()
        progress("snapshot")
        said_by = max(run.as_of, core.local_date(at)) if publish else run.as_of
        zone = str(core.time_zone())
        bridge.snapshot(folder, as_of=run.as_of, said_by=said_by, zone=zone)
        named = {kind: [str(path) for path in paths] for kind, paths in files.items()}
        (folder / bridge.FILES).write_text(json.dumps(named), "utf-8")
    seconds = {"snapshot": round(time.monotonic() - began, 3)}
    try:
        progress("engine")
        ledger = bridge.open_ledger(files, folder)
        valuation = bridge.valuate(ledger, as_of=run.as_of, basis=basis)
        progress("history")
        first, seconds["history"] = _timed(
            lambda: bridge.look_back(ledger, folder, as_of=run.as_of, basis=basis)
        )
        progress("frame")
        run.customers, seconds["frame"] = _timed(lambda: bridge.keep(valuation, folder))
        valuation.customers.get_backend().disconnect()
        run.result = _result(run, valuation.to_dict(), seconds)
        run.result["first_day"] = first.isoformat() if first else None
        with scope.everything():
            if publish:
                progress("publish")
                seconds["publish"] = _publish(run, folder)
                run.result["seconds"]["publish"] = seconds["publish"]
            _finish(run, at=at, by=by)
    except BaseException as error:
        with scope.everything():
            Run.objects.filter(pk=run.pk).update(
                state=Run.State.FAILED, message=str(error)[:2000], is_current=False
            )
        raise
    (folder / bridge.RESULT).write_text(json.dumps(run.result, ensure_ascii=False), "utf-8")
    return run


def learn(run: Run, *, by: Actor, at: datetime, progress: Progress = lambda step: None) -> Run:
    """Learn what takes longer than the scores, and lay it beside them.

    Churn and its reasons, ranking, potential, changes, the next product, the quarter to
    come. The scores are out already; who reads them sees the rest when it is there.
    """
    folder = queries.folder(run)
    files = json.loads((folder / bridge.FILES).read_text("utf-8"))
    with scope.everything():
        basis, company = _basis(), core.company()
        risky = products.risks()
        loans = products.codes_of("loan")
    settings = company.settings if company else {}
    ledger = bridge.open_ledger(
        {kind: [Path(path) for path in paths] for kind, paths in files.items()}, folder
    )
    ground = bridge.ground(
        folder,
        ledger,
        as_of=run.as_of,
        basis=basis,
        horizon_days=int(settings.get("churn_days", rules.CHURN_DAYS)),
        loans=loans,
        risky=risky,
    )
    try:
        found = bridge.learn(ground, progress=progress)
    finally:
        ground.bench.connection.disconnect()
    with scope.everything(), transaction.atomic():
        attach(run, "learned", bridge.LEARNED)
        run.result |= {"learned": found}
        run.save(update_fields=["result"])
        audit.record("scoring.run.learned", run, by=by, at=at, lessons=sorted(found["seconds"]))
    return run


@transaction.atomic
def attach(run: Run, part: str, name: str) -> None:
    """Put a file of further columns (by `customer_id`) into the run's table.

    A new table is written and named in one step; who reads the old one goes on reading.
    A part that comes again replaces the one before.
    """
    run.result = Run.objects.select_for_update().get(pk=run.pk).result
    parts = run.result.get(queries.PARTS, {}) | {part: name}
    number = int(run.result.get("frame_number", 0)) + 1
    whole = f"frame-{number}.parquet"
    bridge.put_together(queries.folder(run), list(parts.values()), whole)
    run.result |= {queries.PARTS: parts, queries.WHOLE: whole, "frame_number": number}
    run.save(update_fields=["result"])
    # The one before stays for whoever has just begun to read it.
    (queries.folder(run) / f"frame-{number - 2}.parquet").unlink(missing_ok=True)


@transaction.atomic
def decline(
    customer: Customer, product_code: str, *, until: date | None = None, by: Actor, at: datetime
) -> Declined:
    """Write down that a customer does not want a product now; half a year unless said.

    Said again, the later word counts.

    :raises BadInput: the day has passed.
    """
    today = core.local_date(at)
    until = until or add_months(today, rules.NOT_NOW_MONTHS)
    if until <= today:
        raise BadInput(f"“Not now” until {until} is over already. Take a day to come.")
    said, _made = Declined.objects.update_or_create(
        customer=customer,
        product_code=product_code,
        withdrawn_at=None,
        defaults={
            "declined_on": today,
            "until": until,
            "at": at,
            "person": by if isinstance(by, Person) else None,
        },
    )
    audit.record("scoring.product.declined", said, by=by, at=at, product=product_code)
    return said


@transaction.atomic
def take_back(declined: Declined, *, by: Actor, at: datetime) -> bool:
    """Let a product be suggested again; False where somebody already did."""
    changed = Declined.objects.filter(pk=declined.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    if changed:
        audit.record("scoring.decline.withdrawn", declined, by=by, at=at)
    return bool(changed)


def _publish(run: Run, folder: Path) -> float:
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


def _drop_old(run: Run) -> None:
    """Keep the newest published versions; older ones live on in their frames."""
    published = Run.objects.filter(is_published=True).exclude(pk=run.pk).order_by("-pk")
    for old in list(published[rules.KEEP_PUBLISHED - 1 :]):
        with connection.cursor() as db:
            db.execute("select regulars_version_drop('scoring_score', %s)", [old.pk])
        Run.objects.filter(pk=old.pk).update(is_published=False)


def _finish(run: Run, *, at: datetime, by: Actor) -> None:
    run.state, run.ended_at = Run.State.DONE, at
    run.save()
    audit.record(
        "scoring.run.done", run, by=by, at=at, as_of=run.as_of.isoformat(),
        customers=run.customers, published=run.is_published,
    )  # fmt: skip


def _basis() -> Any:
    company = core.company()
    return rules.basis(
        company.kind if company else "retail",
        margins=products.margins(),
        loans=products.codes_of("loan"),
        settings=company.settings if company else {},
    )


def _result(run: Run, found: dict[str, Any], seconds: dict[str, Any]) -> dict[str, Any]:
    """Put the engine's answer into the stable shape of `regulars score --json`."""
    return {
        "run": run.public_id,
        **found,
        "seconds": {**found.get("seconds", {}), **seconds},
    }


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.monotonic()
    return work(), round(time.monotonic() - began, 3)
