"""What a person does for a traveller: laid, done by a contact, not done in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.text import Truncator

from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.journeys.models import Errand, Traveller
from regulars.server.journeys.rules import Step, last_moment

State = Errand.State
OUTCOME = 300  # characters; what a contact said may be longer


def lay_errands(tasks: Sequence[tuple[Step, Traveller]], *, at: datetime) -> None:
    """Put steps on the list of whoever looks after each customer."""
    today = core.local_date(at)
    Errand.objects.bulk_create(
        [
            Errand(
                traveller=each, customer_id=each.customer_id, step=step.id, turn=each.turn,
                text=step.text[:200], script=step.script[:500], on=today,
                until=today + timedelta(days=step.days), made_at=at,
            )
            for step, each in tasks
        ],
        batch_size=1_000,
    )  # fmt: skip


def close_errands(travellers: Sequence[Traveller], *, at: datetime) -> dict[int, str]:
    """What became of the tasks at which travellers wait: "done" or "undone", by their keys."""
    own = Errand.objects.filter(
        traveller__in=travellers, step=F("traveller__step"), turn=F("traveller__turn")
    )
    states = dict(own.values_list("traveller_id", "state"))
    left = [traveller for traveller, state in states.items() if state == State.OPEN]
    Errand.objects.filter(traveller__in=left, state=State.OPEN).update(
        state=State.LAPSED, ended_at=at
    )
    return {
        traveller: "done" if state == State.DONE else "undone"
        for traveller, state in states.items()
    }


@transaction.atomic
def do_errands(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact did what these reasons are about: the travellers go on."""
    for errand in _errands(cycles).filter(state=State.OPEN):
        told = touch.note or touch.need or touch.get_outcome_display()
        errand.state, errand.ended_at = State.DONE, at
        errand.ended_by = by if isinstance(by, Person) else None
        errand.outcome = Truncator(told).chars(OUTCOME)
        errand.save()
        _at(errand).update(due_at=at)
        audit.record("journeys.task.done", errand, by=by, at=at)


@transaction.atomic
def reopen_errands(
    cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime
) -> None:
    """The contact was taken back: what it had done is open, unless the journey went on."""
    zone = core.time_zone()
    for errand in _errands(cycles).filter(state=State.DONE, ended_at=done_at):
        until = last_moment(at, max(0, (errand.until - core.local_date(at)).days) + 1, zone)
        if not _at(errand).update(due_at=until):
            continue
        errand.state, errand.ended_at, errand.ended_by = State.OPEN, None, None
        errand.outcome = ""
        errand.save()
        audit.record("journeys.task.reopened", errand, by=by, at=at)


def _at(errand: Errand) -> QuerySet[Traveller]:
    """The traveller, while they wait for just this errand."""
    return Traveller.objects.filter(
        pk=errand.traveller_id, state=Traveller.State.TRAVELLING,
        step=errand.step, turn=errand.turn, begun_at__isnull=False,
    )  # fmt: skip


def _errands(cycles: Iterable[str]) -> QuerySet[Errand]:
    """The errands that reasons are about: "errand:12:2026-12-02"."""
    parts = [cycle.split(":") for cycle in cycles]
    keys = [int(part[1]) for part in parts if part[0] == "errand"]
    return Errand.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
