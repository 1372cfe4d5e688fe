"""Two files become one: the person had the message under the other, and gets no second."""

from __future__ import annotations

from django.db import transaction

from regulars.server.core.custody import Merge, Story
from regulars.server.delivery.models import Delivery

State = Delivery.State
NOT_YET = (State.WAITING, State.LEASED)
GONE = (State.BEGUN, State.CREATED, State.SENT, State.DELIVERED, State.UNKNOWN, State.LIMITED)


@transaction.atomic
def merge(told: Merge) -> Story:
    """Keep the survivor's message of a mailing whose message the merged file had."""
    theirs = Delivery.objects.filter(customer=told.loser_id, state__in=GONE)
    mailings = list(theirs.values_list("mailing", flat=True))
    ours = Delivery.objects.filter(
        customer=told.survivor_id, mailing__in=mailings, state__in=NOT_YET
    )
    kept = list(ours.select_for_update(of=("self",)).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=kept).update(
        state=State.KEPT, worker=None, rule="once", reason="same_person", ended_at=told.at
    )
    return {"kept": kept}


@transaction.atomic
def part(told: Merge, story: Story) -> None:
    """They are two again: what was kept for the one waits anew, while its mailing lasts."""
    Delivery.objects.filter(
        pk__in=story["kept"], state=State.KEPT, reason="same_person"
    ).update(state=State.WAITING, rule="", reason="", ended_at=None, due_at=told.at)
