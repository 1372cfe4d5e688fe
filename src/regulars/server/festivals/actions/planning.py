"""A plan is made, changed, decided on, ended; its tasks are done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.festivals import rules
from regulars.server.festivals.models import Festival, Plan, Task

State, Way = Plan.State, Plan.Way
GREETING = "greeting"
PLANNED = (
    *("idea", "activity", "activity_on", "activity_url", "segment", "way", "message", "levels"),
    *("gift", "gift_levels", "owner"),
)


class NotNow(Refused):
    """The day is over, or the plan is no longer as it was."""


class NotWhole(BadInput):
    """Something that a plan needs is missing."""


@transaction.atomic
def make_plan(
    festival: Festival, on: date, *, owner: Person, by: Person, at: datetime, **fields: Any
) -> Plan:
    """Begin the plan of a year, with its tasks counted back from the day.

    Asked for again it is the one that stands.

    :raises NotNow: that day is over, or not the festival's.
    """
    if on < core.local_date(at) or on not in rules.days(
        festival.rule, on.year, core.missing_days()
    ):
        raise NotNow(_("%(day)s is over, or is not its day.") % {"day": on})
    if not festival.wish:
        fields["way"] = Way.NONE
    made, fresh = Plan.objects.get_or_create(
        festival=festival, on=on,
        defaults={"owner": owner, "made_by": by, "made_at": at, **_fitting(fields)},
    )  # fmt: skip
    if fresh:
        _lay_tasks(made)
        audit.record("festivals.planned", made, by=by, at=at, on=str(on))
    return made


@transaction.atomic
def change_plan(plan: Plan, *, by: Person, at: datetime, **fields: Any) -> Plan:
    """Change what is planned; what is wished by message stays once that went out.

    :raises NotNow: the day is over, or the message is laid down and its part is changed.
    """
    found = _held(plan)
    if found.on < core.local_date(at):
        raise NotNow(_("The day is over. Write down what came of it."))
    if not found.festival.wish:
        fields["way"] = Way.NONE
    changed = [
        name for name, value in _fitting(fields).items()
        if name in PLANNED and getattr(found, name) != value
    ]  # fmt: skip
    if found.sent_at and {"message", "way", "segment", "levels"} & set(changed):
        raise NotNow(_("The wishes are laid down already; they are not changed any more."))
    for name in changed:
        setattr(found, name, fields[name])
    if found.state == State.SKIPPED:
        found.state, found.why = State.PREPARED, ""
        changed += ["state", "why"]
    if changed:
        found.save(update_fields=changed)
        _lay_tasks(found)
        audit.record("festivals.plan_changed", found, by=by, at=at, fields=changed)
    return found


@transaction.atomic
def decide(plan: Plan, *, by: Person, at: datetime) -> Plan:
    """Say that it is done like this. From then on its message goes out by itself.

    :raises NotWhole: nothing to take part in is named, or the message is not approved.
    :raises NotNow: it was decided, or its day is over.
    """
    found = _held(plan)
    if found.state != State.PREPARED or found.on < core.local_date(at):
        raise NotNow(_("It is decided already, or its day is over."))
    if found.festival.wish and not (found.idea or found.activity.strip()):
        raise NotWhole(
            _("Say what customers can take part in; a text alone is soon forgotten.")
        )
    if found.way == Way.MESSAGE:
        _check_message(found.message)
    found.state, found.decided_by, found.decided_at = State.DECIDED, by, at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    Task.objects.filter(plan=found, code="decide", done_at__isnull=True).update(
        done_at=at, done_by=by
    )
    audit.record("festivals.decided", found, by=by, at=at)
    return found


@transaction.atomic
def skip(plan: Plan, *, why: str, by: Person, at: datetime) -> Plan:
    """Say that nothing is done this year, and why.

    :raises NotWhole: no reason is given.
    :raises NotNow: its wishes are laid down already.
    """
    if not why.strip():
        raise NotWhole(_("Say why nothing is done this year."))
    found = _held(plan)
    if found.sent_at:
        raise NotNow(_("The wishes are laid down already; they are not changed any more."))
    found.state, found.why = State.SKIPPED, why.strip()[:200]
    found.save(update_fields=["state", "why"])
    audit.record("festivals.skipped", found, by=by, at=at)
    return found


@transaction.atomic
def add_task(plan: Plan, *, title: str, due_on: date, by: Person, at: datetime) -> Task:
    """Add something of one's own to be done.

    :raises NotWhole: it says nothing, or lies after the festival.
    """
    if not title.strip() or due_on > plan.on:
        raise NotWhole(_("Say what is to be done, by a day before the festival."))
    made = Task.objects.create(plan=plan, title=title.strip()[:200], due_on=due_on)
    audit.record("festivals.task_added", plan, by=by, at=at)
    return made


@transaction.atomic
def do_task(task: Task, *, done: bool, by: Person, at: datetime) -> None:
    """Tick a task off, or take that back."""
    changes = {"done_at": at, "done_by": by} if done else {"done_at": None, "done_by": None}
    if Task.objects.filter(pk=task.pk, done_at__isnull=done).update(**changes):
        audit.record(
            "festivals.task_done" if done else "festivals.task_undone", task.plan, by=by, at=at
        )


@transaction.atomic
def note_result(plan: Plan, *, note: str, by: Person, at: datetime) -> None:
    """Write down what came of it, for whoever plans the next year's."""
    Plan.objects.filter(pk=plan.pk).update(note=note.strip())
    audit.record("festivals.result_noted", plan, by=by, at=at)


def end_over(today: date, *, by: Actor, at: datetime) -> int:
    """Plans whose day is over are over; what was never decided stays as it was."""
    return Plan.objects.filter(state=State.DECIDED, on__lt=today).update(state=State.DONE)


def _check_message(code: str) -> None:
    found = content.message_in_force(code) if code else None
    if found is None:
        raise NotWhole(_("Choose an approved message of greeting, or let managers wish."))
    if getattr(found.body, "purpose", "") != GREETING:
        raise NotWhole(_("“%(code)s” is no greeting.") % {"code": code})


def _fitting(fields: dict[str, Any]) -> dict[str, Any]:
    if fields.get("way") not in (None, Way.MESSAGE):
        fields["message"] = ""
    return fields


def _lay_tasks(plan: Plan) -> None:
    """Those that the plan asks for, as they are not done yet; others are taken away."""
    days = dict(
        rules.task_days(
            plan.on, core.work_calendar(), wish=plan.way == Way.MESSAGE,
            gift=plan.gift_id is not None,
        )
    )  # fmt: skip
    open_ = Task.objects.filter(plan=plan, done_at__isnull=True).exclude(code="")
    open_.exclude(code__in=days).delete()
    for code, due_on in days.items():
        Task.objects.get_or_create(plan=plan, code=code, defaults={"due_on": due_on})


def _held(plan: Plan) -> Plan:
    held = Plan.objects.select_for_update(of=("self",)).select_related("festival")
    return held.get(pk=plan.pk)
