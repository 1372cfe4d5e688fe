"""A guest answers: yes with how many, no, another mind; the waiting list moves up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor, System
from regulars.server.core.models import Person
from regulars.server.salons.actions import telling
from regulars.server.salons.actions.linking import NoLink, behind, link_of, token
from regulars.server.salons.actions.planning import locked
from regulars.server.salons.models import Guest, Salon

__all__ = ["NoLink", "NoRoom", "TooLate", "answer", "answer_link", "behind", "link_of", "token"]
GUEST = System("salon-link")
State = Guest.State


class TooLate(Refused):
    """Answers are not taken any more."""


class NoRoom(Refused):
    """There are not so many seats."""


def answer_link(
    signed: str, *, coming: bool, seats: int = 1, wish: str = "", at: datetime
) -> Guest:
    """Take the answer of a link; it may be changed until the last day for answers.

    :raises NoLink: the link is not one of ours.
    :raises TooLate: the last day for answers is over, or the salon is.
    """
    with scope.everything():
        found = behind(signed)
        if at > found.salon.answer_by:
            raise TooLate(
                _("The time for answers is over. Ring us, and we will see what can be done.")
            )
        return answer(found, coming=coming, seats=seats, wish=wish, by=GUEST, at=at)


@transaction.atomic
def answer(
    guest: Guest, *, coming: bool, by: Actor, at: datetime, seats: int = 1, wish: str = ""
) -> Guest:
    """Write an answer down. Who finds the room full waits, the first ones first.

    :raises TooLate: nobody is invited any more.
    :raises BadInput: they bring more than a guest may.
    :raises NoRoom: who has a seat asks for more of them than there are.
    """
    with scope.beyond():
        salon = locked(guest.salon)
        found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if salon.state != Salon.State.INVITING or found.state not in Guest.ANSWERS:
            raise TooLate(_("“%(salon)s” takes no answers any more.") % {"salon": salon})
        if not 1 <= seats <= 1 + salon.friends:
            raise BadInput(_("A guest brings up to %(n)s with them.") % {"n": salon.friends})
        found.state, found.seats = _placed(salon, found, seats) if coming else (_no(), 1)
        found.answered_at = found.answered_at if _same(guest, found) else at
        found.answered_to = by if isinstance(by, Person) else None
        found.wish = " ".join(wish.split())[:200] or found.wish
        found.moved_up_at = found.moved_up_at if found.state == State.ACCEPTED else None
        found.save()
        reseat(salon)
        move_up(salon, by=by, at=at)
    audit.record("salons.guest.answered", found, by=by, at=at, state=found.state, seats=seats)
    return found


def reseat(salon: Salon) -> None:
    """Count the seats anew, under the lock of the salon; the database refuses one too many."""
    salon.taken = Guest.objects.filter(salon=salon).seated().seats()
    salon.save(update_fields=["taken"])


def move_up(salon: Salon, *, by: Actor, at: datetime) -> list[Guest]:
    """Give free seats to those who wait, the first ones whose party fits first."""
    moved = []
    waiting = salon.guests.filter(state=State.WAITING).order_by("answered_at", "pk")
    for guest in waiting.select_related("customer"):
        if guest.seats > salon.free:
            continue
        guest.state, guest.moved_up_at, guest.told_at = State.ACCEPTED, at, None
        guest.save(update_fields=["state", "moved_up_at", "told_at"])
        reseat(salon)
        if salon.seat_message and telling.seated(salon, guest, by=by, at=at):
            guest.told_at = at
            guest.save(update_fields=["told_at"])
        audit.record("salons.guest.moved_up", guest, by=by, at=at)
        moved.append(guest)
    return moved


def _placed(salon: Salon, guest: Guest, seats: int) -> tuple[str, int]:
    own = guest.seats if guest.is_seated else 0
    if seats <= salon.free + own and not _others_first(salon, guest, own):
        return State.ACCEPTED, seats
    if own:
        raise NoRoom(
            _("Only %(n)s more seats are free. Your own stays yours.") % {"n": salon.free}
        )
    return State.WAITING, seats


def _others_first(salon: Salon, guest: Guest, own: int) -> bool:
    """Whether somebody has waited longer for seats that would do for them."""
    if own or guest.state == State.WAITING:
        return False
    return salon.guests.filter(state=State.WAITING, seats__lte=salon.free).exists()


def _same(before: Guest, after: Guest) -> bool:
    return before.answered_at is not None and before.state == after.state


def _no() -> str:
    return State.DECLINED
