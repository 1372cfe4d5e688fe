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


# What `join` writes over, and `part` writes back.
KEPT = ("stage_id", "state", "moved_at", "cycle", "next_step", "next_on")


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Move what stayed with the loser: what is open there, too, ends as entered twice.

    What was won or lost stays so. An automatic one that both have of the same reason stays
    one of its reason only on one side: its time is no longer the key.
    Call it once the other rows were moved. Returns what `part` needs.
    """
    left = list(Opportunity.objects.filter(customer=loser).select_related("stage"))
    story = [{"id": one.pk, "stage": one.stage_id, "state": one.state} | _kept(one)
             for one in left]  # fmt: skip
    for one in left:
        freed = {"cycle": f"merged:{one.pk}"} if one.is_automatic else {}
        ended = _ended(one, survivor, by=by, at=at) if one.is_open else {}
        Opportunity.objects.filter(pk=one.pk).update(customer=survivor, **freed, **ended)
    return {"ended": story} if story else {}


@transaction.atomic
def part(loser: int, story: dict[str, Any]) -> None:
    """Give back what `join` moved, as it was; what it ended is open again."""
    for told in story.get("ended", ()):
        one = Opportunity.objects.filter(pk=told["id"])
        was = {name: told[name] for name in KEPT if name in told}
        if told["state"] == Opportunity.State.OPEN:
            was |= {"closed_at": None, "closed_by": None, "reason": "", "closed_words": ""}
            last = Move.objects.filter(opportunity=told["id"]).order_by("-at", "-pk").first()
            if last is not None:
                last.delete()
        one.update(customer=loser, **was)
        for child in CHILDREN:
            child.objects.filter(opportunity=told["id"]).update(customer=loser)
        Part.objects.filter(proposal__opportunity=told["id"]).update(customer=loser)


def _kept(one: Opportunity) -> dict[str, Any]:
    return {
        "stage_id": one.stage_id, "moved_at": one.moved_at.isoformat(), "cycle": one.cycle,
        "next_step": one.next_step,
        "next_on": one.next_on.isoformat() if one.next_on else None,
    }  # fmt: skip


def _ended(one: Opportunity, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    lost = queries.end_stage(Opportunity.State.LOST)
    Move.objects.create(
        opportunity=one, customer_id=survivor, from_stage=one.stage, to_stage=lost, at=at
    )
    return {
        "stage": lost, "state": Opportunity.State.LOST, "moved_at": at, "closed_at": at,
        "closed_by": by if isinstance(by, Person) else None, "next_step": "", "next_on": None,
        "reason": Opportunity.Reason.DUPLICATE,
        "closed_words": _("Two customers became one; the other one goes on."),
    }  # fmt: skip
