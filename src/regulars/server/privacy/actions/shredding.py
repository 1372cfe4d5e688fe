"""After an erasure the files are searched: nothing on the disk names the person any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import audit, custody, scope
from regulars.server.core.audit import Actor
from regulars.server.core.custody import Known
from regulars.server.privacy import queries
from regulars.server.privacy.models import Request


def shred(*, by: Actor, at: datetime) -> int:
    """Search the files for everybody who was erased since; return how many people.

    What fails is done again the next time, from the beginning: nothing is harmed by that.
    Then what they were known by goes too.
    """
    done = 0
    with scope.everything():
        waiting = list(queries.to_be_searched().values_list("pk", flat=True))
    for pk in waiting:
        with scope.everything():
            request = Request.objects.select_for_update(of=("self",)).get(pk=pk)
            if request.traces is not None:
                _search(request, by=by, at=at)
                done += 1
    return done


def _search(request: Request, *, by: Actor, at: datetime) -> None:
    counts = custody.shred(_known(request.traces or {}))
    request.traces, request.report = None, request.report | {"files": counts}
    request.save(update_fields=["traces", "report"])
    audit.record("privacy.files.searched", request, by=by, at=at, counts=counts)


def _known(told: dict[str, Any]) -> Known:
    return Known(
        customers=tuple(told["customers"]),
        fact_keys=tuple(told["fact_keys"]),
        words=tuple(told["words"]),
        at=datetime.fromisoformat(told["at"]),
    )
