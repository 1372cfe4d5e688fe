"""A customer's journey ends: reached, gone to the end, taken out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.journeys.models import Errand, Journey, OfCustomers, Traveller

State = Traveller.State


class Ended(Refused):
    """The customer is not on their way any more."""


@transaction.atomic
def take_out(traveller: Traveller, *, words: str, by: Actor, at: datetime) -> Traveller:
    """Take one customer out by hand, with a reason.

    :raises BadInput: no reason is given.
    :raises Ended: they are not on their way any more.
    """
    reason = " ".join(words.split())[:300]
    if not reason:
        raise BadInput(_("Say why the customer is taken out."))
    held = Traveller.objects.select_for_update(of=("self",)).get(pk=traveller.pk)
    if held.ended_at is not None:
        raise Ended(_("This customer is not on the way any more."))
    end(held, State.STOPPED, why=Traveller.Why.BY_HAND, words=reason, by=by, at=at)
    held.save()
    drop_errands([held], by=by, at=at)
    audit.record("journeys.taken_out", held.customer, by=by, at=at, journey=held.journey_id)
    return held


def end(
    traveller: Traveller,
    state: State,
    *,
    at: datetime,
    why: str = "",
    words: str = "",
    by: Actor | None = None,
) -> None:
    """Write down, on a row that its caller holds and saves, that a journey ended."""
    traveller.state, traveller.ended_at = state, at
    traveller.why, traveller.words = why, words
    traveller.ended_by = by if isinstance(by, Person) else None
    traveller.due_at = traveller.begun_at = None
    if state == State.GOAL and traveller.goal_at is None:
        traveller.goal_at = at


def end_all(journey: Journey, *, why: str, by: Actor, at: datetime) -> int:
    """Take out everybody of a journey; return how many."""
    found = Traveller.objects.select_for_update(of=("self",)).filter(
        journey=journey, ended_at__isnull=True
    )
    live = list(found.order_by("pk").values_list("pk", flat=True))
    gone = Traveller.objects.filter(pk__in=live).update(
        state=State.STOPPED, why=why, ended_at=at, due_at=None, begun_at=None,
        ended_by=by if isinstance(by, Person) else None,
    )  # fmt: skip
    _drop(Errand.objects.filter(traveller__in=live), by=by, at=at)
    return gone


def drop_errands(travellers: list[Traveller], *, by: Actor | None, at: datetime) -> None:
    """What a person was to do for them is not needed any more."""
    if travellers:
        _drop(Errand.objects.filter(traveller__in=travellers), by=by, at=at)


def _drop(errands: OfCustomers[Errand], *, by: Actor | None, at: datetime) -> None:
    errands.filter(state=Errand.State.OPEN).update(
        state=Errand.State.DROPPED, ended_at=at, ended_by=by if isinstance(by, Person) else None
    )
