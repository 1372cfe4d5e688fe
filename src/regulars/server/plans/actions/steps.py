"""Steps: added, done with an outcome, dropped with a reason, moved to another day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.plans.actions.plans import held
from regulars.server.plans.models import Plan, Step
from regulars.server.plans.rules import STRANDS

State = Step.State
UNDO = timedelta(minutes=5)
OUTCOME = 300  # characters; what a contact said may be longer


class Decided(Refused):
    """The step was done or dropped before."""


@transaction.atomic
def add_step(
    plan: Plan,
    *,
    text: str,
    due_on: date,
    by: Actor,
    at: datetime,
    who: Person | None = None,
    builds: str = "",
) -> Step:
    """Add something to be done. Whoever looks after the customer does it, unless named.

    :raises BadInput: it says nothing, or its day is over.
    :raises NotLive: the plan is done or given up.
    """
    found = held(plan)
    if not text.strip():
        raise BadInput(_("Say what is to be done."))
    _refuse_past(due_on, at)
    made = Step.objects.create(
        plan=found,
        customer_id=found.customer_id,
        text=" ".join(text.split()),
        due_on=due_on,
        who=None if who == found.customer.book.owner else who,
        builds=builds if builds in STRANDS else "",
        made_at=at,
    )
    audit.record("plans.step.added", made, by=by, at=at, due=due_on.isoformat())
    return made


@transaction.atomic
def do_step(
    step: Step, *, by: Actor, at: datetime, outcome: str = "", on: date | None = None
) -> Step:
    """It is done, on a day up to today, with what came of it.

    :raises BadInput: the day lies ahead.
    :raises Decided: it was done or dropped before.
    """
    today = core.local_date(at)
    if on is not None and on > today:
        raise BadInput(_("%(day)s lies ahead. Say on which day it was done.") % {"day": on})
    found = _decide(step, State.DONE, outcome, by=by, at=at, done_on=on or today)
    audit.record("plans.step.done", found, by=by, at=at)
    return found


@transaction.atomic
def drop_step(step: Step, *, reason: str, by: Actor, at: datetime) -> Step:
    """It will not be done, with the reason.

    :raises BadInput: no reason is given.
    :raises Decided: it was done or dropped before.
    """
    if not reason.strip():
        raise BadInput(_("Say why the step is dropped."))
    found = _decide(step, State.DROPPED, reason, by=by, at=at)
    audit.record("plans.step.dropped", found, by=by, at=at)
    return found


@transaction.atomic
def move_step(step: Step, *, due_on: date, by: Actor, at: datetime) -> Step:
    """Give an open step another day.

    :raises BadInput: the day is over.
    :raises Decided: it was done or dropped before.
    """
    _refuse_past(due_on, at)
    found = _open(step)
    before, found.due_on = found.due_on, due_on
    found.save(update_fields=["due_on"])
    audit.record(
        "plans.step.moved", found, by=by, at=at,
        before=before.isoformat(), due=due_on.isoformat(),
    )  # fmt: skip
    return found


@transaction.atomic
def reopen_step(step: Step, *, by: Actor, at: datetime) -> Step:
    """Take back one's own click of a moment ago.

    :raises Refused: it is too late, or it was somebody else's.
    """
    held(step.plan)
    found = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    mine = isinstance(by, Person) and found.decided_by_id == by.pk
    if found.decided_at is None or not mine or found.decided_at < at - UNDO:
        raise Refused(_("It is too late to take this back. Add a new step."))
    return _reopen(found, by=by, at=at)


@transaction.atomic
def do_steps(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact did the steps that these reasons are about, but those of somebody else."""
    for step in _steps(cycles).filter(state=State.OPEN, plan__state=Plan.State.IN_FORCE):
        if step.who is None or not step.who.is_active or step.who == by:
            told = touch.note or touch.need or touch.get_outcome_display()
            outcome = Truncator(told).chars(OUTCOME)
            do_step(step, outcome=outcome, on=core.local_date(touch.at), by=by, at=at)


@transaction.atomic
def reopen_steps(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """The contact that did them was taken back: what it had done is open again."""
    person = by if isinstance(by, Person) else None
    done = _steps(cycles).filter(
        state=State.DONE, decided_at=done_at, decided_by=person,
        plan__state=Plan.State.IN_FORCE,
    )  # fmt: skip
    for step in done:
        _reopen(step, by=by, at=at)


def _steps(cycles: Iterable[str]) -> QuerySet[Step]:
    """The steps that reasons are about: "step:12:2026-12-02"."""
    parts = [cycle.split(":") for cycle in cycles]
    keys = [int(part[1]) for part in parts if part[0] == "step"]
    return Step.objects.filter(pk__in=keys).select_related("who").order_by("pk")


def _reopen(step: Step, *, by: Actor, at: datetime) -> Step:
    step.state, step.done_on, step.outcome = State.OPEN, None, ""
    step.decided_at = step.decided_by = None
    step.save()
    audit.record("plans.step.reopened", step, by=by, at=at)
    return step


def _decide(
    step: Step,
    state: Step.State,
    outcome: str,
    *,
    by: Actor,
    at: datetime,
    done_on: date | None = None,
) -> Step:
    found = _open(step)
    found.state, found.done_on, found.outcome = state, done_on, " ".join(outcome.split())
    found.decided_at, found.decided_by = at, by if isinstance(by, Person) else None
    found.save()
    return found


def _open(step: Step) -> Step:
    held(step.plan)
    found = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if found.state != State.OPEN:
        told = _("This step was decided before: %(state)s.")
        raise Decided(told % {"state": found.get_state_display()})
    return found


def _refuse_past(day: date, at: datetime) -> None:
    if day < core.local_date(at):
        raise BadInput(_("%(day)s is over. Choose a day ahead.") % {"day": day})
