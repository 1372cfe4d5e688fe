"""Answers, ends and late cases as cards of the day, on the list of whoever answers for them.

A card is about one clock: it goes when the clock is stopped, moved or given to somebody else,
and a talk alone does not close it. Whose own list does not show the customer has no card; for
them, and before a list was made, the case stands beside the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from math import floor

from django.db.models import Q

from regulars.server.care import queries as care
from regulars.server.care.models import Task
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.detect import Work
from regulars.server.care.rules.shape import Desk
from regulars.server.channels.models import Touch
from regulars.server.complaints.models import Case
from regulars.server.complaints.queries.clocks import at_work, next_due, to_call
from regulars.server.complaints.queries.desk import NEAR
from regulars.server.complaints.queries.work import OPENED, OURS, meant, of_event
from regulars.server.complaints.rules import Step
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.rules import Role

DUE = TRIGGERS["complaint_due"].code
ROSE, LATE_AND_WAITS = "rose", "waits"
# The own lists of roles, beside those of the books that somebody looks after.
OWN = {
    Role.MANAGER: Desk.MANAGER,
    Role.LEADER: Desk.LEADER,
    Role.LOBBY_MANAGER: Desk.SERVICE,
}
# Cycles: "answer:12:1:7:1764061200:2026-12-02" and "resolve:..." with round, handler and the
# second at which the clock ends; "rose:12:1:9:2:..." with whom it rose to and the rung.
DUE_STANDS = """where case split_part(t.cycle, ':', 1)
    when 'rose' then exists (select 1 from complaints_case e
        where e.id = split_part(t.cycle, ':', 2)::bigint
          and e.rounds::text = split_part(t.cycle, ':', 3)
          and e.risen_to_id::text = split_part(t.cycle, ':', 4)
          and e.rung::text = split_part(t.cycle, ':', 5)
          and (e.state = 'open' or e.called_at is null))
    else exists (select 1 from complaints_case e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open'
          and e.rounds::text = split_part(t.cycle, ':', 3)
          and e.handler_id::text = split_part(t.cycle, ':', 4)
          and (e.waiting_since is null or e.waiting_since >=
              case when e.answered_at is null then e.answer_by else e.resolve_by end)
          and e.acknowledged_at is not null
          and (e.answered_at is null) = (split_part(t.cycle, ':', 1) = 'answer')
          and floor(extract(epoch from case when e.answered_at is null then e.answer_by
              else e.resolve_by end))::bigint::text = split_part(t.cycle, ':', 5)) end"""


def due(day: date) -> list[Work]:
    """Answers and ends that are near, for who handles the case; what rose, for whom to."""
    handled = at_work() & Q(handler__is_active=True)
    risen = Q(risen_to__is_active=True) & (Q(state=Case.State.OPEN) | to_call())
    found = Case.objects.filter(handled | risen, customer__isnull=False).select_related(
        "customer__book__org_unit", "handler__org_unit", "risen_to__org_unit", "about"
    )
    near = core.work_calendar().add_workdays(day, NEAR)
    cases = found.order_by("-level", "resolve_by", "pk")
    return [work for case in cases for work in _works(case, near)]


def carded(viewer: Person, at: datetime) -> set[int]:
    """The cases that have a card on the viewer's own list of today."""
    found = Task.objects.filter(
        card__in=care.waiting(viewer, at).order_by(), state=Task.State.OPEN,
        trigger__in=(OPENED, DUE),
    )  # fmt: skip
    ours: set[int] = set()
    told = Q(pk__in=[])
    for cycle, customer in found.values_list("cycle", "customer"):
        kind, *rest = cycle.split(":")
        if kind in OURS and rest[0].isdecimal():
            ours.add(int(rest[0]))
        else:  # a file spoke of it first
            told |= Q(customer=customer) & of_event(cycle)
    return ours | set(Case.objects.filter(told).values_list("pk", flat=True))


def still_due(cycles: Iterable[str], touch: Touch, by: Actor) -> list[str]:
    """A talk alone answers and settles nothing: these wait until the case says so."""
    with scope.beyond():  # the case may be somebody else's by now
        return [
            cycle
            for cycle in cycles
            for case in meant([cycle], touch.customer_id)
            if _waits(case, cycle.partition(":")[0])
        ]


def _works(case: Case, near: date) -> list[Work]:
    step, until = next_due(case)
    found = []
    runs = step != Step.CALL and case.acknowledged_at is not None
    runs = runs and (case.waiting_since is None or until <= case.waiting_since)
    if case.handler is not None and case.handler.is_active and runs:
        record = f"{step}:{case.pk}:{case.rounds}:{case.handler_id}:{floor(until.timestamp())}"
        if core.local_date(until) <= near:
            what = LATE_AND_WAITS if case.is_waiting else str(step)
            found.append(_work(case, record, until, what, case.handler))
    if case.risen_to is not None and case.risen_to.is_active:
        record = f"{ROSE}:{case.pk}:{case.rounds}:{case.risen_to_id}:{case.rung}"
        found.append(_work(case, record, until, ROSE, case.risen_to))
    return [work for work in found if work is not None]


def _work(case: Case, record: str, until: datetime, what: str, who: Person) -> Work | None:
    """What one person does for one case; None where no list of theirs shows the customer."""
    desk = _desk(case, who)
    if desk is None or case.customer_id is None:
        return None
    hour = f"{until.astimezone(core.time_zone()):%H:%M}"
    return Work(
        case.customer_id, record, core.local_date(until), step=hour, what=what,
        since=case.received_on, desk=desk, number=case.number, ref=case.public_id,
    )  # fmt: skip


def _desk(case: Case, who: Person) -> Desk | None:
    """On which of the customer's lists the own one is, unless whom it names reads it, too."""
    if case.customer is None:
        return None
    book, named = case.customer.book, case.about
    keepers = {book.owner_id, book.backup_id}
    if who.pk in keepers:
        return Desk.RM if named is None or named.pk not in keepers else None
    own = OWN.get(Role(who.role))
    if own is None or (named is not None and OWN.get(Role(named.role)) == own):
        return None
    return own if book.org_unit.path.startswith(who.org_unit.path) else None


def _waits(case: Case, what: str) -> bool:
    if what == ROSE:
        return case.risen_to_id is not None
    return case.is_open and (what != Step.ANSWER or case.answered_at is None)
