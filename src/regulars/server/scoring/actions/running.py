"""A scoring run from start to end: snapshot, engine, frame, publication."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.conf import settings

from regulars.base.errors import Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.facts import queries as facts
from regulars.server.scoring import bridge, queries
from regulars.server.scoring.actions.earning import basis
from regulars.server.scoring.actions.publishing import publish as make_current
from regulars.server.scoring.models import Run

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
        earns = basis()
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
        ledger = bridge.open_ledger(
            files, folder, sums=settings.HOME.sums, scale=core.minor_units()
        )
        valuation = bridge.valuate(ledger, as_of=run.as_of, basis=earns)
        progress("history")
        first, seconds["history"] = _timed(
            lambda: bridge.look_back(ledger, folder, as_of=run.as_of, basis=earns)
        )
        progress("frame")
        run.customers, seconds["frame"] = _timed(lambda: bridge.keep(valuation, folder))
        valuation.customers.get_backend().disconnect()
        run.result = _result(run, valuation.to_dict(), seconds)
        run.result["first_day"] = first.isoformat() if first else None
        with scope.everything():
            if publish:
                progress("publish")
                seconds["publish"] = make_current(run, folder)
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


def sweep_sums() -> int:
    """Delete the sums of fact files that are gone; return how many."""
    kept = {f"{bridge.SUMS_VERSION}/{name}" for name in facts.kept_names("transactions")}
    removed = 0
    for path in settings.HOME.sums.glob("*/*"):
        if str(path.relative_to(settings.HOME.sums)) not in kept:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _finish(run: Run, *, at: datetime, by: Actor) -> None:
    run.state, run.ended_at = Run.State.DONE, at
    run.save()
    audit.record(
        "scoring.run.done", run, by=by, at=at, as_of=run.as_of.isoformat(),
        customers=run.customers, published=run.is_published,
    )  # fmt: skip


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
