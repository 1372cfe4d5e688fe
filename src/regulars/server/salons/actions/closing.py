"""A salon is over by the clock, settled with what it cost, or called off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.experiments import actions as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.salons import queries
from regulars.server.salons.actions.answering import reseat
from regulars.server.salons.actions.planning import NotLive, held, locked
from regulars.server.salons.models import Guest, Salon

State = Salon.State


def close_over(*, by: Actor, at: datetime) -> int:
    """End every salon whose time is over; how many."""
    due = Salon.objects.filter(state=State.INVITING, ends_at__lte=at).order_by("pk")
    return sum(end(each, by=by, at=at).state == State.OVER for each in due)


@transaction.atomic
def end(salon: Salon, *, by: Actor, at: datetime) -> Salon:
    """It is over: who had said yes and was not checked in did not come."""
    found = locked(salon)
    if found.state != State.INVITING or found.ends_at > at:
        return found
    with scope.beyond():
        missed = found.guests.filter(state=Guest.State.ACCEPTED)
        n = missed.update(state=Guest.State.MISSED)
        found.state, found.closed_at = State.OVER, at
        found.save(update_fields=["state", "closed_at"])
        reseat(found)
    audit.record("salons.over", found, by=by, at=at, missed=n)
    return found


@transaction.atomic
def settle(salon: Salon, *, learned: str, by: Actor, at: datetime) -> Salon:
    """Close the books: every line has its amount, and somebody says what was learned.

    :raises NotLive: it is not over, or settled already.
    :raises BadInput: a line lacks its amount, or nobody says what was learned.
    """
    found = locked(salon)
    if found.state != State.OVER:
        raise NotLive(_("It can be settled once it is over."))
    if not learned.strip():
        raise BadInput(_("Say what to do again and what not: the next host reads it."))
    costs = queries.costs(found)
    if costs.open:
        raise BadInput(_("Write down what each line of the budget came to."))
    found.state, found.settled_at = State.SETTLED, at
    found.learned = " ".join(learned.split())[:500]
    found.save(update_fields=["state", "settled_at", "learned"])
    if found.experiment is not None:
        experiments.change_costs(
            found.experiment, fixed_cost=costs.actual, by=by, at=at,
            cost_each=found.experiment.cost_each, margin=found.experiment.margin,
        )  # fmt: skip
    audit.record("salons.settled", found, by=by, at=at, cost=str(costs.actual))
    return found


@transaction.atomic
def cancel(salon: Salon, *, reason: str, by: Actor, at: datetime) -> Salon:
    """Call it off, with the reason; who had said yes is told by their manager.

    :raises NotLive: it is over.
    :raises BadInput: no reason is given.
    """
    if not reason.strip():
        raise BadInput(_("Say why it is called off: guests will ask."))
    found = held(salon)
    with scope.beyond():
        found.guests.filter(state__in=Guest.ANSWERS).update(
            state=Guest.State.CANCELLED, told_at=None
        )
        reseat(found)
    found.state, found.closed_at = State.CANCELLED, at
    found.cancelled_why = " ".join(reason.split())[:200]
    found.save(update_fields=["state", "closed_at", "cancelled_why"])
    if found.experiment is not None and found.experiment.state != Experiment.State.CLOSED:
        _stop(found.experiment, by=by, at=at)
    audit.record("salons.cancelled", found, by=by, at=at)
    return found


def _stop(experiment: Experiment, *, by: Actor, at: datetime) -> None:
    try:
        experiments.close(experiment, by=by, at=at)
    except Refused:
        return  # it ended by itself a moment before
