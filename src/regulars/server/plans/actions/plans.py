"""A plan is asked for, drafted, put into force, given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Goal, Plan, Step
from regulars.server.plans.rules import Lack, Policy, lacks

State = Plan.State
LACKING: Mapping[Lack, Lazy] = {
    Lack.AIM: gettext_lazy("what the customer needs and what we want"),
    Lack.GOAL: gettext_lazy("a goal with a figure and a day"),
    Lack.STEP: gettext_lazy("a first step with a day"),
}


class HasPlan(Refused):
    """The customer has a plan that is drafted or in force."""


class NotLive(Refused):
    """The plan is done or given up."""


class NotReady(BadInput):
    """A draft lacks what a plan needs."""


@transaction.atomic
def draft(customer: Customer, *, aim: str, by: Actor, at: datetime) -> Plan:
    """Begin a plan; it holds once it is put into force.

    :raises HasPlan: there is one already.
    """
    made = _make(customer, aim=_one_line(aim), by=by, at=at)
    audit.record("plans.drafted", made, by=by, at=at)
    return made


@transaction.atomic
def ask(
    customer: Customer, *, words: str, by: Person, at: datetime, until: date | None = None
) -> Plan:
    """Ask whoever looks after a customer for a plan, until a day.

    :raises HasPlan: there is one already.
    :raises BadInput: the day is over.
    """
    today, policy = core.local_date(at), Policy.of(core.settings_of_company())
    day = until or core.work_calendar().add_workdays(today, policy.ask_days)
    if day < today:
        raise BadInput(_("%(day)s is over. Choose a day ahead.") % {"day": day})
    made = _make(
        customer, by=by, at=at, asked_by=by, asked_words=_one_line(words), asked_for=day
    )
    audit.record("plans.asked", made, by=by, at=at, until=day.isoformat())
    return made


@transaction.atomic
def change(plan: Plan, *, aim: str, by: Actor, at: datetime) -> Plan:
    """Write the aim anew.

    :raises NotLive: the plan is done or given up.
    :raises BadInput: a plan in force would have no aim.
    """
    found = held(plan)
    if found.state == State.IN_FORCE and not aim.strip():
        raise BadInput(_("Say what the customer needs and what we want."))
    found.aim = _one_line(aim)
    found.save(update_fields=["aim"])
    audit.record("plans.changed", found, by=by, at=at)
    return found


@transaction.atomic
def begin(plan: Plan, *, by: Actor, at: datetime, review_on: date | None = None) -> Plan:
    """Put a draft into force, with the day on which it is looked at again.

    :raises NotReady: it has no aim, no goal or no step.
    :raises NotLive: it is no draft.
    :raises BadInput: the day of the review does not lie ahead.
    """
    found = held(plan)
    if found.state != State.DRAFT:
        raise NotLive(_("This plan is in force already."))
    _refuse_unready(found)
    found.state, found.in_force_at = State.IN_FORCE, at
    found.next_review_on = review_day(review_on, at=at)
    found.save(update_fields=["state", "in_force_at", "next_review_on"])
    audit.record("plans.begun", found, by=by, at=at)
    return found


@transaction.atomic
def give_up(plan: Plan, *, reason: str, by: Actor, at: datetime) -> Plan:
    """End a plan that will not be followed, with the reason.

    :raises BadInput: no reason is given.
    :raises NotLive: it is done or given up.
    """
    if not reason.strip():
        raise BadInput(_("Say why the plan is given up."))
    found = held(plan)
    close(found, State.GIVEN_UP, _one_line(reason), by=by, at=at)
    audit.record("plans.given_up", found, by=by, at=at)
    return found


def held(plan: Plan) -> Plan:
    """Hold the row of a plan that is drafted or in force.

    :raises NotLive: it is done or given up.
    """
    found = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not found.is_live:
        told = _("This plan ended: %(state)s. Draft a new one.")
        raise NotLive(told % {"state": found.get_state_display()})
    return found


def review_day(day: date | None, *, at: datetime) -> date:
    """The day of the next review: the one that was named, else by the company's interval.

    :raises BadInput: it does not lie ahead.
    """
    today = core.local_date(at)
    if day is None:
        days = Policy.of(core.settings_of_company()).review_days
        return core.work_calendar().add_workdays(today + timedelta(days=days), 0)
    if day <= today:
        told = _("%(day)s does not lie ahead. Choose a day for the next review.")
        raise BadInput(told % {"day": day})
    return day


def close(plan: Plan, state: Plan.State, words: str, *, by: Actor, at: datetime) -> None:
    """End a plan: what is open in it ends with it and says so."""
    person = by if isinstance(by, Person) else None
    done = state == State.DONE
    decided = {"decided_at": at, "decided_by": person}
    Goal.objects.filter(plan=plan, state=Goal.State.OPEN).update(
        state=Goal.State.MISSED if done else Goal.State.DROPPED, **decided
    )
    Step.objects.filter(plan=plan, state=Step.State.OPEN).update(
        state=Step.State.DROPPED, outcome=words[:300], **decided
    )
    plan.state, plan.closed_words = state, words
    plan.closed_at, plan.closed_by = at, person
    plan.save(update_fields=["state", "closed_words", "closed_at", "closed_by"])


def _make(customer: Customer, *, by: Actor, at: datetime, **fields: object) -> Plan:
    person = by if isinstance(by, Person) else None
    try:
        with transaction.atomic():
            return Plan.objects.create(customer=customer, made_by=person, made_at=at, **fields)
    except IntegrityError as error:
        told = _("%(customer)s has a plan already. Open it from the customer's page.")
        raise HasPlan(told % {"customer": customer}) from error


def _refuse_unready(plan: Plan) -> None:
    lacking = lacks(
        aim=plan.aim,
        goals=plan.goals.filter(state=Goal.State.OPEN).count(),
        steps=plan.steps.filter(state=Step.State.OPEN).count(),
    )
    if lacking:
        named = _(", ").join(str(LACKING[each]) for each in lacking)
        raise NotReady(_("Before it can hold, the plan needs %(parts)s.") % {"parts": named})


def _one_line(text: str) -> str:
    return " ".join(text.split())
