"""Two files are one customer: in a salon where both stood one seat and one answer stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.salons.actions.answering import move_up, reseat
from regulars.server.salons.actions.planning import locked
from regulars.server.salons.models import Guest, Salon

State = Guest.State
# The better answer first.
RANKS = (
    State.CAME, State.ACCEPTED, State.MISSED, State.WAITING, State.DECLINED, State.INVITED,
    State.CANCELLED, State.HELD_OUT, State.PROPOSED,
)  # fmt: skip
Story = dict[str, Any]


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> Story:
    """Let one of two rows stand for both; call it once the other rows were moved.

    A seat that becomes free so goes to those who wait.
    """
    told = []
    with scope.beyond():
        left = Guest.objects.standing().filter(customer=loser).order_by("salon", "pk")
        for row in left.select_related("salon"):
            salon = locked(row.salon)
            other = Guest.objects.standing().filter(salon=salon, customer=survivor).first()
            if other is not None:
                told.append(_joined(other, row, by=by, at=at))
                _seat_anew(salon, by=by, at=at)
    return {"guests": told} if told else {}


@transaction.atomic
def part(story: Story, *, by: Actor, at: datetime) -> None:
    """Give both files their rows back; who had a seat that others have now waits for one."""
    with scope.beyond():
        for each in story.get("guests", ()):
            spare = Guest.objects.filter(pk=each["spare"], state=State.MERGED).first()
            if spare is not None:
                _parted(spare, each, by=by, at=at)


def _joined(own: Guest, others: Guest, *, by: Actor, at: datetime) -> Story:
    """`own` is the row of who goes on, `others` the one of who went into them."""
    kept, spare = sorted((own, others), key=lambda row: (*_rank(row), row is others))
    friends = list(Guest.objects.filter(brought_by=spare).values_list("pk", flat=True))
    story = {
        "kept": kept.pk, "spare": spare.pk, "state": spare.state, "wish": kept.wish,
        "friends": friends, "changed_places": spare is own,
    }  # fmt: skip
    Guest.objects.filter(pk__in=friends).exclude(pk=kept.pk).update(brought_by=kept)
    spare.state, spare.merged_into = State.MERGED, kept
    spare.save(update_fields=["state", "merged_into"])
    if spare is own:
        _change_places(kept, spare)
    Guest.objects.filter(pk=kept.pk).update(wish=kept.wish or spare.wish)
    audit.record("salons.guest.merged", kept, by=by, at=at, was=story["state"])
    return story


def _rank(row: Guest) -> tuple[int, float]:
    """The better answer; of two alike the last word, of two who wait the first."""
    when = row.answered_at.timestamp() if row.answered_at else 0.0
    return RANKS.index(State(row.state)), when if row.state == State.WAITING else -when


def _change_places(kept: Guest, spare: Guest) -> None:
    """Each row names the other's customer; the spare one is merged, and in nobody's way."""
    theirs, ours = kept.customer_id, spare.customer_id
    Guest.objects.filter(pk=kept.pk).update(customer=ours)
    Guest.objects.filter(pk=spare.pk).update(customer=theirs)


def _seat_anew(salon: Salon, *, by: Actor, at: datetime) -> None:
    reseat(salon)
    if salon.state == Salon.State.INVITING:
        move_up(salon, by=by, at=at)


def _parted(spare: Guest, told: Story, *, by: Actor, at: datetime) -> None:
    salon = locked(spare.salon)
    kept = Guest.objects.filter(pk=told["kept"]).first()
    if kept is not None and told["changed_places"]:
        _change_places(kept, spare)
    if kept is not None:
        Guest.objects.filter(pk=kept.pk).update(wish=told["wish"])
    Guest.objects.filter(pk__in=told["friends"]).update(brought_by=spare)
    found = Guest.objects.get(pk=spare.pk)
    found.state, found.merged_into = _again(salon, found, told["state"]), None
    if found.state == State.CAME and found.seats > salon.free:
        salon.capacity = salon.taken + found.seats  # both were there: the room held them
        salon.save(update_fields=["capacity"])
    found.save(update_fields=["state", "merged_into"])
    _seat_anew(salon, by=by, at=at)
    audit.record("salons.guest.parted", found, by=by, at=at, state=found.state)


def _again(salon: Salon, guest: Guest, state: str) -> str:
    """What a row is now that had been `state` before the files were one."""
    if salon.state == Salon.State.CANCELLED and state in Guest.ANSWERS:
        return State.CANCELLED
    if state == State.ACCEPTED and salon.state in Salon.HELD:
        return State.MISSED
    if state == State.ACCEPTED and guest.seats > salon.free:
        return State.WAITING
    return state
