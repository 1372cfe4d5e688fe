"""What takes longer than the scores is learned after them and laid beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core import queries as company_of
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.models import Job, Person
from regulars.server.core.remembered import forget
from regulars.server.products import queries as products
from regulars.server.scoring import bridge, queries, rules
from regulars.server.scoring.actions.earning import basis
from regulars.server.scoring.models import Run

LEARN_TASK = "scoring.learn"
DAY, APART = timedelta(days=1), timedelta(days=20)  # runs nearer than that say the same
LOOKED_AT, CHECKED = 24, 4
Progress = Callable[[str], None]


@transaction.atomic
def ask_learning(run: Run, *, by: Actor, at: datetime) -> Job:
    """Queue the learning of a run; asked twice, it runs once."""
    waiting = queries.learning(run)
    if waiting is not None:
        return waiting
    person = by if isinstance(by, Person) else None
    job = core.ask_job(queries.LEARNING, at=at, asked_by=person, subject=run.public_id)
    core.defer(LEARN_TASK, job=job, lock=LEARN_TASK)
    audit.record("scoring.learning.asked", job, by=by, at=at, run=run.public_id)
    return job


def perform_learning(job: Job, *, clock: Callable[[], datetime]) -> None:
    """Learn what a job asks for, and write down how far it is."""
    if job.is_over:
        return
    with core.working(job, clock=clock) as result:
        run = queries.run_by_id(job.subject)
        if run is None:
            raise BadInput(f"There is no run {job.subject}. Score again.")
        steps = [*bridge.LESSONS, "frame"]
        learn(
            run,
            by=job.asked_by or WORKER,
            at=clock(),
            progress=lambda step: core.report_job(
                job, step=step, done=steps.index(step), total=len(steps)
            ),
        )
        result["run"] = job.subject


def learn(run: Run, *, by: Actor, at: datetime, progress: Progress = lambda step: None) -> Run:
    """Learn what takes longer than the scores, and lay it beside them.

    Churn and its reasons, ranking, potential, changes, the next product, the quarter to
    come. The scores are out already; who reads them sees the rest when it is there.
    """
    folder = queries.folder(run)
    files = json.loads((folder / bridge.FILES).read_text("utf-8"))
    with scope.everything():
        earns, company = basis(), company_of.company()
        minor = company_of.minor_units()
        risky = products.risks()
        before, forecasts = _earlier(run)
    own = company.settings if company else {}
    ledger = bridge.open_ledger(
        {kind: [Path(path) for path in paths] for kind, paths in files.items()},
        folder,
        sums=settings.HOME.sums,
        scale=minor,
    )
    ground = bridge.ground(
        folder,
        ledger,
        as_of=run.as_of,
        basis=earns,
        horizon_days=int(own.get("churn_days", rules.CHURN_DAYS)),
        risky=risky,
        before=before,
        forecasts=forecasts,
        **rules.referral_worth(own),
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


def _earlier(run: Run) -> tuple[Path | None, tuple[bridge.Forecast, ...]]:
    """Return the frame to compare with, and the forecasts that are due to be checked."""
    runs = queries.runs().exclude(pk=run.pk).filter(as_of__lte=run.as_of - APART)
    frames = (queries.frame(each) for each in runs[:LOOKED_AT])
    before = next((path for path in frames if path.exists()), None)
    due = []
    for each in runs[:LOOKED_AT]:
        said = each.result.get("learned", {}).get("cards", {}).get("quarter", {})
        if said.get("revenue") is None or date.fromisoformat(said["stop"]) > run.as_of + DAY:
            continue
        due.append(
            bridge.Forecast(
                run=each.public_id,
                start=date.fromisoformat(said["start"]),
                stop=date.fromisoformat(said["stop"]),
                revenue=said["revenue"],
                low=said["low"],
                high=said["high"],
            )
        )
    return before, tuple(due[:CHECKED])


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
    forget(queries.CURRENT)
    # The one before stays for whoever has just begun to read it.
    (queries.folder(run) / f"frame-{number - 2}.parquet").unlink(missing_ok=True)
