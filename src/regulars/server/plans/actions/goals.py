"""Goals: added with where they start, read, decided."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.plans.actions.plans import held
from regulars.server.plans.models import Goal, Plan
from regulars.server.plans.rules import Level

Measure = Goal.Measure


class NoGoal(BadInput):
    """What was written is no goal: nothing could be measured, or not by that day."""


class Decided(Refused):
    """The goal was decided before."""


@transaction.atomic
def add_goal(
    plan: Plan,
    *,
    text: str,
    measure: str,
    target: Decimal,
    by_on: date,
    by: Actor,
    at: datetime,
    start: Decimal | None = None,
    unit: str = "",
) -> Goal:
    """Add where the plan goes; `start` is where it stands today.

    :raises NoGoal: it says nothing, its day is over, or its target is where it stands.
    :raises NotLive: the plan is done or given up.
    """
    found, today = held(plan), core.local_date(at)
    _check(measure, target, start, unit, by_on, today)
    if not text.strip():
        raise NoGoal(_("Say in words what is to be reached."))
    own = measure == Measure.OWN
    made = Goal.objects.create(
        plan=found,
        customer_id=found.customer_id,
        text=" ".join(text.split()),
        measure=measure,
        unit=unit.strip() if own else "",
        start=start,
        target=target,
        by_on=by_on,
        reading=start if own else None,
        read_on=today if own and start is not None else None,
        made_at=at,
    )
    audit.record("plans.goal.added", made, by=by, at=at, measure=measure)
    return made


@transaction.atomic
def read_goal(goal: Goal, *, reading: Decimal, by: Actor, at: datetime) -> Goal:
    """Write down where a goal stands that is counted by hand.

    :raises NoGoal: its figure is read from the scores.
    :raises Decided: the goal was decided before.
    """
    found = _open(goal)
    if found.measure != Measure.OWN:
        raise NoGoal(_("This figure is read from the newest scores; nobody types it."))
    found.reading, found.read_on = reading, core.local_date(at)
    found.save(update_fields=["reading", "read_on"])
    audit.record("plans.goal.read", found, by=by, at=at)
    return found


@transaction.atomic
def decide_goal(goal: Goal, *, state: str, by: Actor, at: datetime, note: str = "") -> Goal:
    """Say that a goal is reached, missed or dropped; what is dropped says why.

    :raises BadInput: a dropped goal gives no reason, or the state is none.
    :raises Decided: the goal was decided before.
    """
    if state not in Goal.State.values or state == Goal.State.OPEN:
        raise BadInput(_("Choose whether the goal was reached, missed or dropped."))
    if state == Goal.State.DROPPED and not note.strip():
        raise BadInput(_("Say why the goal is dropped."))
    found = _open(goal)
    found.state, found.note = state, " ".join(note.split())
    found.decided_at, found.decided_by = at, by if isinstance(by, Person) else None
    found.save(update_fields=["state", "note", "decided_at", "decided_by"])
    audit.record("plans.goal.decided", found, by=by, at=at, state=state)
    return found


def _check(
    measure: str, target: Decimal, start: Decimal | None, unit: str, by_on: date, today: date
) -> None:
    if measure not in Measure.values:
        raise NoGoal(_("Choose by what the goal is measured."))
    if measure == Measure.OWN and not unit.strip():
        raise NoGoal(_("Say what is counted, such as “visits”."))
    if measure == Measure.BOND and target not in [Decimal(step) for step in Level if step]:
        raise NoGoal(_("The level of a bond is 1, 2 or 3."))
    if start is not None and start == target:
        raise NoGoal(_("It stands there already. Choose a target that asks for something."))
    if by_on <= today:
        raise NoGoal(_("%(day)s does not lie ahead. Choose a day.") % {"day": by_on})


def _open(goal: Goal) -> Goal:
    held(goal.plan)
    found = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    if found.state != Goal.State.OPEN:
        told = _("This goal was decided before: %(state)s.")
        raise Decided(told % {"state": found.get_state_display()})
    return found
