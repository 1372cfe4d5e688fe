"""Two customers become one: of two travellers of one journey, one goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core.audit import Actor
from regulars.server.journeys.actions.ending import drop_errands, end
from regulars.server.journeys.models import Errand, Happened, Traveller

State = Traveller.State


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """End what stayed with the merged customer; call it once other rows were moved.

    A traveller stays only where the survivor is on the same journey. Returns what `part` needs.
    """
    left = list(Traveller.objects.filter(customer=loser, ended_at__isnull=True).order_by("pk"))
    story = [
        {
            "traveller": each.pk, "state": each.state,
            "due_at": each.due_at.isoformat() if each.due_at else None,
            "begun_at": each.begun_at.isoformat() if each.begun_at else None,
        }
        for each in left
    ]  # fmt: skip
    open_ones = Errand.objects.filter(traveller__in=left, state=Errand.State.OPEN)
    errands = list(open_ones.order_by("pk").values_list("pk", flat=True))
    for each in left:
        end(each, State.STOPPED, at=at, why=Traveller.Why.MERGED, by=by)
        each.customer_id = survivor
        each.save()
    drop_errands(left, by=by, at=at)
    return {"travellers": story, "errands": errands} if story else {}


@transaction.atomic
def part(loser: int, story: dict[str, Any]) -> None:
    """Let those go on whom `join` ended."""
    for told in story.get("travellers", ()):
        Traveller.objects.filter(pk=told["traveller"]).update(
            customer=loser, state=told["state"], ended_at=None, ended_by=None, why="",
            due_at=_moment(told["due_at"]), begun_at=_moment(told["begun_at"]),
        )  # fmt: skip
        Happened.objects.filter(traveller=told["traveller"]).update(customer=loser)
    Errand.objects.filter(pk__in=story.get("errands", ())).update(
        state=Errand.State.OPEN, ended_at=None, ended_by=None, customer=loser
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
