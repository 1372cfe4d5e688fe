"""What is late goes up the line, one rung at a time; a wait that is over ends by itself.

Each run takes the cases that are late by the clock it is told and holds them; another run at
the same moment passes over those. The database lets a case rise once to each rung for each
clock of each round.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.alerts import queries as alerts
from regulars.server.alerts.rules import Post
from regulars.server.complaints import queries
from regulars.server.complaints.actions.handling import go_on
from regulars.server.complaints.actions.held import keep, tell
from regulars.server.complaints.models import Case, Event
from regulars.server.complaints.rules import Clock
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person

BATCH = 200  # held at once; the next batch is a transaction of its own


@transaction.atomic
def rise(*, by: Actor, at: datetime) -> int:
    """Move on one batch of what is late; returns how many moved."""
    clock = queries.clock()
    late = queries.late(at).filter(at_top=False)
    held = late.select_for_update(of=("self",), skip_locked=True)
    cases = list(held.select_related("customer__book", "book")[:BATCH])
    lines = alerts.lines(
        {case.placed.pk for case in cases if case.placed}, day=core.local_date(at)
    )
    moved = 0
    for case in cases:
        line = lines.get(case.placed.pk, ()) if case.placed else ()
        moved += _up(case, line, clock, by=by, at=at)
    return moved


@transaction.atomic
def resume(*, by: Actor, at: datetime) -> int:
    """Let the clocks of cases run on whose wait was to end by now; returns how many."""
    over = Case.objects.open().filter(waiting_until__lte=at)
    held = over.select_for_update(of=("self",), skip_locked=True)
    cases = list(held.order_by("waiting_until", "pk")[:BATCH])
    for case in cases:
        assert case.waiting_until is not None
        go_on(case, by=by, at=case.waiting_until)
    return len(cases)


def _up(case: Case, line: tuple[Post, ...], clock: Clock, *, by: Actor, at: datetime) -> bool:
    """Move one case, unless it has not stayed long enough where it is."""
    step, due = queries.next_due(case)
    before = case.events.filter(what=Event.What.ROSE, round=case.rounds, clock=step)
    if clock.rises_at(due, before.count()) > at:
        return False
    post = _next(case, line)
    if post is None:
        case.at_top = True
        keep(case, "at_top")
        tell(case, Event.What.STAYED, by=by, at=at, clock=step)
        audit.record("complaints.stayed", case, by=by, at=at, clock=step)
        return True
    case.rung, case.risen_at = post.rung, at
    case.risen_to = Person.objects.get(pk=post.person_id)
    keep(case, "rung", "risen_to", "risen_at")
    tell(
        case, Event.What.ROSE, by=by, at=at, to=case.risen_to, clock=step, rung=post.rung
    )  # fmt: skip
    audit.record("complaints.rose", case, by=by, at=at, clock=step, rung=post.rung)
    return True


def _next(case: Case, line: tuple[Post, ...]) -> Post | None:
    """Who comes next above: neither who handles it nor whom it is about."""
    stands = next((post.rung for post in line if post.person_id == case.handler_id), 0)
    reached = case.rung if case.risen_to_id else stands
    for post in line:
        if post.rung <= reached or post.person_id in {case.handler_id, case.risen_to_id}:
            continue
        if queries.bar(case, Person(pk=post.person_id)) is None:
            return post
    return None
