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

    Once for all of them, so that many erasures of a day cost hardly more than one. What
    fails is done again the next time, from the beginning: nothing is harmed by that. Then
    what they were known by goes too.
    """
    with scope.everything():
        waiting = list(queries.to_be_searched().select_for_update(of=("self",)))
        if waiting:
            _search(waiting, by=by, at=at)
    return len(waiting)


def _search(waiting: list[Request], *, by: Actor, at: datetime) -> None:
    counts = custody.shred(_together([_known(one.traces or {}) for one in waiting]))
    for request in waiting:
        request.traces = None
        request.report |= {"files": counts, "together": len(waiting)}
        request.save(update_fields=["traces", "report"])
        audit.record("privacy.files.searched", request, by=by, at=at, counts=counts)


def _together(people: list[Known]) -> Known:
    return Known(
        customers=tuple(pk for one in people for pk in one.customers),
        fact_keys=tuple(key for one in people for key in one.fact_keys),
        words=tuple(sorted({word for one in people for word in one.words})),
        at=max(one.at for one in people),
    )


def _known(told: dict[str, Any]) -> Known:
    return Known(
        customers=tuple(told["customers"]),
        fact_keys=tuple(told["fact_keys"]),
        words=tuple(told["words"]),
        at=datetime.fromisoformat(told["at"]),
    )
