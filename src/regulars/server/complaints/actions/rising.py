"""What is late goes up the line, one rung at a time; a wait that is over ends by itself.

Each run takes the cases that are late by the clock it is told and holds them; another run at
the same moment passes over those. The database lets a case rise once to each rung for each
clock of each round.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from regulars.server.alerts import queries as alerts
from regulars.server.alerts.rules import Post
from regulars.server.complaints import queries
from regulars.server.complaints.actions.handling import go_on
from regulars.server.complaints.actions.held import clear, keep, tell
from regulars.server.complaints.models import Case, Event
from regulars.server.complaints.rules import Clock
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person

BATCH = 200  # held at once; the next batch is a transaction of its own


def rise(*, by: Actor, at: datetime) -> int:
    """Move on everything that is late and has stayed long enough; returns how many moved."""
    moved = 0
    last: int | None = 0
    while last is not None:
        some, last = rise_after(last, by=by, at=at)
        moved += some
    return moved


@transaction.atomic
def rise_after(last: int, *, by: Actor, at: datetime) -> tuple[int, int | None]:
    """Look at one batch of what is late; how many moved, and after which case to go on.

    Late ones that have not stayed long enough where they are do not keep the others waiting:
    the next batch begins after them. None where there is no next one.
    """
    clock = queries.clock()
    late = queries.late(at).filter(at_top=False, pk__gt=last)
    held = late.select_for_update(of=("self",), skip_locked=True)
    cases = list(held.select_related("customer__book", "book")[:BATCH])
    rungs = _rungs(cases)
    ready = [case for case in cases if _has_stayed(case, rungs, clock, at)]
    lines = alerts.lines(
        {case.placed.pk for case in ready if case.placed}, day=core.local_date(at)
    )
    for case in ready:
        _up(case, lines.get(case.placed.pk, ()) if case.placed else (), by=by, at=at)
    return len(ready), cases[-1].pk if len(cases) == BATCH else None


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


def _rungs(cases: list[Case]) -> Counter[tuple[int, int, str]]:
    """How often each case rose, by round and clock."""
    rose = Event.objects.filter(what=Event.What.ROSE, case__in=cases)
    return Counter(rose.values_list("case", "round", "clock"))


def _has_stayed(
    case: Case, rungs: Counter[tuple[int, int, str]], clock: Clock, at: datetime
) -> bool:
    """Whether a case has been late long enough for the next rung."""
    step, due = queries.next_due(case)
    return clock.rises_at(due, rungs[case.pk, case.rounds, step]) <= at


def _up(case: Case, line: tuple[Post, ...], *, by: Actor, at: datetime) -> None:
    """Move one case to whoever comes next, or say that nobody does."""
    step, _due = queries.next_due(case)
    post = _next(case, line)
    if post is None:
        case.at_top = True
        keep(case, "at_top")
        tell(case, Event.What.STAYED, by=by, at=at, clock=step)
        audit.record("complaints.stayed", case, by=by, at=at, clock=step)
        return
    case.rung, case.risen_at = post.rung, at
    case.risen_to = Person.objects.get(pk=post.person_id)
    keep(case, "rung", "risen_to", "risen_at")
    tell(
        case, Event.What.ROSE, by=by, at=at, to=case.risen_to, clock=step, rung=post.rung
    )  # fmt: skip
    audit.record("complaints.rose", case, by=by, at=at, clock=step, rung=post.rung)
    clear(case, at=at)


def _next(case: Case, line: tuple[Post, ...]) -> Post | None:
    """Who comes next above: neither who handles it nor whom it is about.

    A call that nobody made goes to the first one who may make it.
    """
    able = queries.may_call if not case.is_open else _may_handle
    stands = next((post.rung for post in line if post.person_id == case.handler_id), 0)
    if not case.is_open:
        stands = 0
    reached = case.rung if case.risen_to_id else stands
    for post in line:
        if post.rung <= reached or post.person_id == case.risen_to_id:
            continue
        if able(case, Person(pk=post.person_id)):
            return post
    return None


def _may_handle(case: Case, person: Person) -> bool:
    return person.pk != case.handler_id and queries.bar(case, person) is None
