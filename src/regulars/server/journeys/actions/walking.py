"""Bringing travellers on: what is due happens, once, in batches that no two workers share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from regulars.base.errors import BadInput, Refused
from regulars.server.core.audit import WORKER
from regulars.server.journeys.actions.batch import Batch
from regulars.server.journeys.actions.entering import look
from regulars.server.journeys.actions.running import pause
from regulars.server.journeys.models import Journey, Traveller
from regulars.server.segments.queries import NotReady

BATCH = 1_000
AGAIN = timedelta(minutes=10)  # after which a question is asked again that has no answer yet


@transaction.atomic
def advance(*, at: datetime, most: int = BATCH) -> int:
    """Do what is due for some travellers; return how many. For the system.

    A batch is one transaction with everything that it lays down: cut off anywhere, all of it
    happened or nothing. What other workers hold is passed by.
    """
    found = Traveller.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=Traveller.State.TRAVELLING,
        due_at__lte=at,
        journey__state=Journey.State.RUNNING,
    )
    due = list(found.select_related("journey__owner").order_by("due_at", "pk")[:most])
    due.sort(key=lambda each: (each.journey_id, each.pk))
    for _pk, group in groupby(due, key=lambda each: each.journey_id):
        _bring_on(list(group), at=at)
    return len(due)


def take_in(journey: Journey, *, at: datetime) -> int:
    """A journey's work of the day; one that cannot do it is paused and says why."""
    try:
        with transaction.atomic():
            return look(journey, at=at)
    except NotReady:
        return 0
    except (Refused, BadInput) as error:
        _pause(journey, error, at=at)
        return 0


def _bring_on(travellers: Sequence[Traveller], *, at: datetime) -> None:
    journey = travellers[0].journey
    try:
        with transaction.atomic():
            Batch.of(journey, travellers, at=at).go()
    except NotReady:
        _later([each.pk for each in travellers], at=at)
    except (Refused, BadInput) as error:
        _pause(journey, error, at=at)


def _later(travellers: list[int], *, at: datetime) -> None:
    """Ask again soon; a wait or a task that is over has lasted long enough anyway."""
    Traveller.objects.filter(pk__in=travellers).update(due_at=at + AGAIN)


def _pause(journey: Journey, error: Exception, *, at: datetime) -> None:
    """Who keeps the journey reads the reason on its page."""
    held = Journey.objects.get(pk=journey.pk)
    if held.state == Journey.State.RUNNING:
        pause(journey, why=str(error), by=WORKER, at=at)
