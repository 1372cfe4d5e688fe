"""A salon is planned: what, for whom, where, how many; its sheet; its budget."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Company, OrgUnit, Person
from regulars.server.experiments.models import Experiment
from regulars.server.salons.models import Cost, Kind, Part, Salon

State = Salon.State
# What stays as it is once somebody was invited: the lot was drawn with it.
DRAWN = ("segment", "held_out", "outcome", "effect_days")


class NotLive(Refused):
    """The salon is over, settled or called off."""


@transaction.atomic
def make(
    *,
    kind: Kind,
    theme: str,
    branch: OrgUnit,
    begins_at: datetime,
    ends_at: datetime,
    capacity: int,
    by: Actor,
    at: datetime,
    **more: Any,
) -> Salon:
    """Begin a salon as a draft. What is left out is as usual for its kind and company.

    :raises BadInput: it says nothing, its time is over or turned round, or it has no room.
    """
    given = {
        "host": by if isinstance(by, Person) else None,
        "friends": kind.friends,
        "answer_by": begins_at - timedelta(days=1),
        "outcome": usual_outcome(),
    } | more
    made = Salon(
        kind=kind, theme=" ".join(theme.split()), branch=branch, begins_at=begins_at,
        ends_at=ends_at, capacity=capacity, made_at=at,
        made_by=by if isinstance(by, Person) else None, **given,
    )  # fmt: skip
    _check(made, at)
    made.save()
    audit.record("salons.made", made, by=by, at=at, kind=kind.code, capacity=capacity)
    return made


def usual_outcome() -> str:
    """What a salon is measured by: assets in a bank, revenue elsewhere."""
    company = core.company()
    bank = company is not None and company.kind == Company.Kind.BANK
    return Experiment.Outcome.ASSETS if bank else Experiment.Outcome.REVENUE


@transaction.atomic
def change(salon: Salon, *, by: Actor, at: datetime, **given: Any) -> Salon:
    """Change a draft whole; of one that invites, all but what the lot was drawn with.

    :raises NotLive: it is over or called off.
    :raises BadInput: as with a new one, or the room is smaller than the seats taken.
    """
    found = held(salon)
    if found.state != State.DRAFT:
        given = {name: value for name, value in given.items() if name not in DRAWN}
    before = found.begins_at
    for name, value in given.items():
        setattr(found, name, value)
    found.theme = " ".join(found.theme.split())
    if found.capacity < found.taken:
        told = _("%(n)s seats are taken. The room cannot be smaller.")
        raise BadInput(told % {"n": found.taken})
    _check(found, at, moved=before != found.begins_at)
    found.save()
    audit.record("salons.changed", found, by=by, at=at, fields=sorted(given))
    return found


@transaction.atomic
def add_part(salon: Salon, *, by: Actor, at: datetime, **given: Any) -> Part:
    """Add a part at the end of the activity sheet."""
    found = held(salon)
    last = found.parts.aggregate(n=Max("position"))["n"] or 0
    made = Part.objects.create(salon=found, position=last + 1, **given)
    audit.record("salons.sheet.changed", found, by=by, at=at, added=made.pk)
    return made


@transaction.atomic
def change_part(part: Part, *, by: Actor, at: datetime, **given: Any) -> Part:
    """Change a part of the activity sheet."""
    found = held(part.salon)
    for name, value in given.items():
        setattr(part, name, value)
    part.save()
    audit.record("salons.sheet.changed", found, by=by, at=at, changed=part.pk)
    return part


@transaction.atomic
def drop_part(part: Part, *, by: Actor, at: datetime) -> None:
    """Take a part off the activity sheet."""
    found = held(part.salon)
    audit.record("salons.sheet.changed", found, by=by, at=at, dropped=part.pk)
    part.delete()


@transaction.atomic
def add_cost(
    salon: Salon, *, what: str, planned: Decimal, by: Actor, at: datetime,
    actual: Decimal | None = None,
) -> Cost:  # fmt: skip
    """Add a line of the budget; what came unplanned has only an actual amount."""
    found = unsettled(salon)
    made = Cost.objects.create(salon=found, what=what.strip(), planned=planned, actual=actual)
    audit.record("salons.cost.changed", found, by=by, at=at, added=made.pk)
    return made


@transaction.atomic
def change_cost(cost: Cost, *, by: Actor, at: datetime, **given: Any) -> Cost:
    """Change a line, or write down what it came to."""
    found = unsettled(cost.salon)
    for name, value in given.items():
        setattr(cost, name, value)
    cost.save()
    audit.record("salons.cost.changed", found, by=by, at=at, changed=cost.pk)
    return cost


@transaction.atomic
def drop_cost(cost: Cost, *, by: Actor, at: datetime) -> None:
    """Take a line off the budget."""
    found = unsettled(cost.salon)
    audit.record("salons.cost.changed", found, by=by, at=at, dropped=cost.pk)
    cost.delete()


def locked(salon: Salon) -> Salon:
    """The salon as it stands, locked: who seats guests comes one after the other."""
    return Salon.objects.select_for_update(of=("self",)).select_related("kind").get(pk=salon.pk)


def held(salon: Salon) -> Salon:
    """:raises NotLive: the salon is over, settled or called off."""
    found = locked(salon)
    if not found.is_live:
        told = _("“%(salon)s” cannot be changed any more: %(state)s.")
        raise NotLive(told % {"salon": found, "state": found.get_state_display()})
    return found


def unsettled(salon: Salon) -> Salon:
    """:raises NotLive: its costs are settled, or it was called off."""
    found = locked(salon)
    if found.state in (State.SETTLED, State.CANCELLED):
        told = _("“%(salon)s” cannot be changed any more: %(state)s.")
        raise NotLive(told % {"salon": found, "state": found.get_state_display()})
    return found


def _check(salon: Salon, at: datetime, *, moved: bool = True) -> None:
    if not salon.theme:
        raise BadInput(_("Give the salon a theme."))
    if salon.ends_at <= salon.begins_at:
        raise BadInput(_("It ends before it begins."))
    if moved and salon.begins_at <= at:
        raise BadInput(_("Its time is over. Choose a day ahead."))
    if salon.answer_by > salon.begins_at:
        raise BadInput(_("Answers come before it begins."))
    if salon.capacity < 1:
        raise BadInput(_("It needs room for one guest at least."))
