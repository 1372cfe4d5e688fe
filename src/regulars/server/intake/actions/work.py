"""Check a file without changing anything; load it whole or not at all.

Reading happens outside the transaction and can take minutes; what it finds lies beside the
file. Then one transaction opens customers and products, adds the rows and says so in the
file's record. A process that dies at any moment has loaded everything or nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from regulars.base.errors import Refused
from regulars.server.core import audit, events, scope
from regulars.server.core.audit import Actor
from regulars.server.intake import queries, rules
from regulars.server.intake.actions import facts, records, traces
from regulars.server.intake.actions.arrived import (
    ERASED,
    Arrived,
    Finding,
    Stored,
    examples,
    spell_out,
)
from regulars.server.intake.actions.failing import note_failure, refuse_gone
from regulars.server.intake.actions.files import held
from regulars.server.intake.actions.forgetting import hide_erased, leave_out_erased
from regulars.server.intake.actions.reading import arrive, forget_errors
from regulars.server.intake.actions.sources import learn
from regulars.server.intake.events import ImportFinished
from regulars.server.intake.models import Import, Source

Progress = Callable[[str, int, int], None]  # step, rows done, rows in all
EXAMPLES = 200  # refused rows kept in the record, to be shown


class NotLoadable(Refused):
    """The file was loaded already, or nothing of it is there any more."""


def check(
    found: Import, *, by: Actor, at: datetime, progress: Progress | None = None
) -> Import:
    """Read the file and say what a load would do; records and facts stay as they are.

    :raises BadInput: the file cannot be read, or a required field has no column.
    :raises NotLoadable: it was loaded already.
    """
    _refuse_loaded(found)
    began = time.perf_counter()
    with held(found), _failing(found, at=at):
        _enter(found, Import.State.CHECKING)
        arrived = _read(found, progress, at=at)
        with scope.everything():
            findings = _examine(arrived)
            stored = _owner(found).foresee(arrived, findings)
        _report(found, arrived, findings, stored)
        _finish(found, Import.State.CHECKED, at=at, began=began)
        audit.record("intake.file.checked", found, by=by, at=at, rows=found.rows)
    return found


def load(found: Import, *, by: Actor, at: datetime, progress: Progress | None = None) -> Import:
    """Read the file and load its accepted rows, all of them or none.

    :raises BadInput: the file cannot be read, or a required field has no column.
    :raises NotLoadable: it was loaded already.
    """
    _refuse_loaded(found)
    began = time.perf_counter()
    with held(found), _failing(found, at=at):
        _enter(found, Import.State.LOADING)
        arrived = _read(found, progress, at=at)
        if progress:
            progress("storing", arrived.read.rows, arrived.read.rows)
        with scope.everything():
            one_loader()
            findings = _examine(arrived)
            with traces.of_books(found, by=by, at=at):
                stored = _owner(found).store(arrived, findings, by=by, at=at)
            hidden = hide_erased(arrived)
            _report(found, arrived, findings, stored)
            if found.mends is not None:
                forget_errors(found.mends)  # fewer rows are refused now
            else:
                learn(found, by=by, at=at)
            _finish(found, Import.State.DONE, at=at, began=began)
            if hidden or any(one.code == ERASED for one in findings):
                leave_out_erased(found, at=at)
            events.emit(_finished(found), at=at)
            audit.record(
                "intake.file.loaded", found, by=by, at=at,
                kind=found.kind, rows=found.rows, added=found.added, refused=found.refused,
            )  # fmt: skip
    return found


def _finished(found: Import) -> ImportFinished:
    return ImportFinished(
        import_id=found.public_id,
        kind=found.kind,
        rows=found.rows,
        added=found.added,
        refused=found.refused,
    )


def _owner(found: Import) -> Any:  # Any: a module with examine, foresee and store
    return facts if found.kind in queries.FACTS else records


def _examine(arrived: Arrived) -> list[Finding]:
    findings: list[Finding] = _owner(arrived.found).examine(arrived)
    return findings


def _read(found: Import, progress: Progress | None, *, at: datetime) -> Arrived:
    """Type every row; what comes of it lies in the file's folder."""
    if progress is None:
        return arrive(found, None, at=at)
    return arrive(found, lambda done, total: progress("reading", done, total), at=at)


def _report(found: Import, arrived: Arrived, findings: list[Finding], stored: Stored) -> None:
    by_records = spell_out(arrived, findings)
    result, more = arrived.read, sum(by_records.values())
    reasons = dict(result.refused_by)
    for code, count in by_records.items():
        reasons[code] = reasons.get(code, 0) + count
    found.rows, found.accepted = result.rows, result.accepted - more
    found.refused = result.rows - found.accepted
    found.added, found.known = stored.added, stored.known
    found.report = {
        "reasons": reasons,
        "customers_new": stored.customers_new,
        "changed": stored.changed,
        "consents": asdict(stored.consents) if stored.consents else {},
        **(facts.sums(arrived, findings) if found.kind == "transactions" else {}),
        "date_formats": dict(result.date_formats),
        "how": dict(arrived.mapping.how),
        "unknown_columns": list(arrived.mapping.unknown),
        "notices": [{"code": one.code, "params": dict(one.params)} for one in result.notices],
        "unusual": _unusual(found, result.rows),
        "examples": [
            {
                "line": line,
                "column": problems[0]["column"],
                "value": problems[0]["value"],
                "problems": [
                    {
                        "code": one["code"],
                        "column": one["column"],
                        "params": {**one["params"], "value": one["value"]},
                    }
                    for one in problems
                ],
            }
            for line, problems in examples(found, most=EXAMPLES)
        ],
    }
    found.mapping = dict(arrived.mapping.columns) | {
        name: "" for name, column in found.mapping.items() if not column
    }


def _unusual(found: Import, rows: int) -> dict[str, Any]:
    """Say that a file has far fewer or more rows than others of its source had."""
    if found.source is None or found.source.way == Source.Way.API or found.mends_id:
        return {}
    told = rules.unusual(rows, queries.usual_rows(found.source))
    return {"code": told[0], "usual": told[1]} if told else {}


def _refuse_loaded(found: Import) -> None:
    if found.state in {Import.State.DONE, Import.State.WITHDRAWN}:
        raise NotLoadable(f"“{found.file_name}” was loaded already. Bring it again instead.")
    refuse_gone(found)


def _enter(found: Import, state: Import.State) -> None:
    found.state, found.message, found.ended_at = state, "", None
    found.save(update_fields=["state", "message", "ended_at", "mapping", "options"])


def _finish(found: Import, state: Import.State, *, at: datetime, began: float) -> None:
    seconds = time.perf_counter() - began
    found.report["seconds"] = round(seconds, 2)
    if state == Import.State.DONE:
        found.report["loaded_at"] = at.replace(tzinfo=None).isoformat(sep=" ")
    found.state, found.ended_at = state, at + timedelta(seconds=seconds)
    found.save()


class _failing:
    """Writes down that the work on a file ended badly, and lets the error go on."""

    def __init__(self, found: Import, *, at: datetime) -> None:
        self.found, self.at = found, at

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or not isinstance(error, Exception):
            return
        note_failure(self.found, error, at=self.at)


def one_loader() -> None:
    """Let one load at a time go on, or two would open the same customer."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtext('intake.load'))")
