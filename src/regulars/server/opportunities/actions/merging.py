"""Two customers become one: what both had open of the same goes on once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Move, Opportunity, Part, Proposal

CHILDREN = (Move, Proposal)


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """End what the loser had open and the survivor has, too, as entered twice, and move it.

    Call it once the other rows were moved. Returns what `part` needs.
    """
    left = list(Opportunity.objects.filter(customer=loser).select_related("stage"))
    story = [{"id": one.pk, "stage": one.stage_id, "state": one.state} for one in left]
    if not left:
        return {}
    lost = queries.end_stage(Opportunity.State.LOST)
    for one in left:
        Opportunity.objects.filter(pk=one.pk).update(
            customer=survivor, stage=lost, state=Opportunity.State.LOST, moved_at=at,
            closed_at=at, closed_by=by if isinstance(by, Person) else None,
            reason=Opportunity.Reason.DUPLICATE, next_step="", next_on=None,
            closed_words=_("Two customers became one; the other one goes on."),
        )  # fmt: skip
        Move.objects.create(
            opportunity=one, customer_id=survivor, from_stage=one.stage, to_stage=lost, at=at
        )
    return {"ended": story}


@transaction.atomic
def part(loser: int, story: dict[str, Any]) -> None:
    """Give back what `join` ended, open as it was."""
    for told in story.get("ended", ()):
        one = Opportunity.objects.filter(pk=told["id"])
        last = Move.objects.filter(opportunity=told["id"]).order_by("-at", "-pk").first()
        if last is not None:
            last.delete()
        one.update(
            customer=loser, stage=told["stage"], state=told["state"], closed_at=None,
            closed_by=None, reason="", closed_words="",
        )  # fmt: skip
        for child in CHILDREN:
            child.objects.filter(opportunity=told["id"]).update(customer=loser)
        Part.objects.filter(proposal__opportunity=told["id"]).update(customer=loser)
