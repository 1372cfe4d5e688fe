"""The lot is drawn, and whom it does not leave out is invited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.experiments import actions as experiments
from regulars.server.experiments import queries as assigned
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import CONTROL
from regulars.server.experiments.rules.arms import usual
from regulars.server.salons import queries
from regulars.server.salons.actions import telling
from regulars.server.salons.actions.planning import held
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.queries.words import LACKS
from regulars.server.salons.rules.sheet import STOPS

State, Source, Way = Guest.State, Guest.Source, Guest.Way
LONGEST = 730  # days of an experiment's window


class NotReady(Refused):
    """Something is missing without which nobody is invited."""


@transaction.atomic
def open_invitations(salon: Salon, *, by: Actor, at: datetime) -> Salon:
    """Draw who is left out, and invite the others, by message or by their managers.

    :raises NotLive: it is over or called off.
    :raises NotReady: it has no place, or nobody on the list.
    """
    found = held(salon)
    if found.state == Salon.State.INVITING:
        return found
    _ready(found, at)
    with scope.beyond():
        left_out = _draw(found, by=by, at=at)
        found.state, found.opened_at = Salon.State.INVITING, at
        found.save(update_fields=["state", "opened_at", "experiment"])
        waiting = list(found.guests.filter(state=State.PROPOSED).select_related("customer"))
        _invite(found, waiting, by=by, at=at)
    audit.record("salons.opened", found, by=by, at=at, invited=len(waiting), held_out=left_out)
    return found


@transaction.atomic
def invite(guest: Guest, *, by: Actor, at: datetime) -> Guest:
    """Invite somebody who was added after the others.

    :raises NotReady: the invitations have not begun.
    """
    salon = held(guest.salon)
    found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
    if salon.state != Salon.State.INVITING:
        raise NotReady(_("Begin the invitations first."))
    if found.state == State.PROPOSED:
        with scope.beyond():
            _invite(salon, [found], by=by, at=at)
        audit.record("salons.guest.invited", found, by=by, at=at)
    return found


def _ready(salon: Salon, at: datetime) -> None:
    stops = [lack for lack in queries.lacking(salon) if lack in STOPS]
    if stops:
        raise NotReady(" ".join(str(LACKS[lack]) for lack in stops))
    if salon.answer_by <= at:
        raise NotReady(_("The last day for answers is over. Move it."))


def _draw(salon: Salon, *, by: Actor, at: datetime) -> int:
    """Give everybody of the proposed list their arm; how many are left out."""
    proposed = salon.guests.filter(state=State.PROPOSED, source=Source.PROPOSED)
    ids = list(proposed.order_by("position", "pk").values_list("customer", flat=True))
    if not ids or not salon.held_out:
        return 0
    salon.experiment = _planned(salon, len(ids), by=by, at=at)
    experiments.assign(salon.experiment, ids, by=by, at=at)
    arms = assigned.arms_of(salon.experiment, ids)
    control = [pk for pk, arm in arms.items() if arm == CONTROL]
    # Without an arm: left out of all marketing since the list was drawn.
    proposed.exclude(customer__in=arms).delete()
    return proposed.filter(customer__in=control).update(state=State.HELD_OUT)


def _planned(salon: Salon, size: int, *, by: Actor, at: datetime) -> Experiment:
    today, day = core.local_date(at), core.local_date(salon.begins_at)
    window = min(LONGEST, (day - today).days + salon.effect_days)
    if window < 1:
        raise BadInput(_("The effect needs a day at least. Say how long it is looked at."))
    costs = queries.costs(salon)
    return experiments.plan(
        Plan(
            name=f"{salon.theme} {day:%Y-%m-%d}"[:120],
            name_en=f"{salon.theme_en or salon.theme} {day:%Y-%m-%d}"[:120],
            kind=Experiment.Kind.SALON,
            label=salon.kind.code,
            outcome=salon.outcome,
            source=salon.source,
            starts_on=today,
            ends_on=today + timedelta(days=window),
            window_days=window,
            arms=usual(salon.held_out),
            fixed_cost=costs.planned,
            planned_size=size,
        ),
        by=by,
        at=at,
        owner=salon.host,
    )


def _invite(salon: Salon, guests: Sequence[Guest], *, by: Actor, at: datetime) -> None:
    """By message where one is chosen and has words for them; everybody else by a manager."""
    written = telling.invite(salon, guests, by=by, at=at) if salon.invitation else set()
    for guest in guests:
        guest.state, guest.invited_at = State.INVITED, at
        guest.way = Way.MESSAGE if guest.customer_id in written else Way.MANAGER
    Guest.objects.bulk_update(guests, ["state", "invited_at", "way"], batch_size=500)
