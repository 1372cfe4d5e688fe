"""On the day: checked in by a code or a name, walked in, brought along; and taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.reception import actions as reception
from regulars.server.referrals import actions as referrals
from regulars.server.referrals.actions import Friend, Word
from regulars.server.referrals.models import Referral
from regulars.server.salons.actions.answering import NoRoom, reseat
from regulars.server.salons.actions.planning import locked
from regulars.server.salons.models import Guest, Salon

State, Source = Guest.State, Guest.Source


class NotToday(Refused):
    """Guests are checked in on the day of the salon, or afterwards for the record."""


@transaction.atomic
def check_in(guest: Guest, *, by: Person, at: datetime) -> Guest:
    """A guest is here. Asked twice it counts once; it is a contact with them.

    :raises NotToday: the day has not come, or the salon was called off.
    :raises NoRoom: they had no seat, and none is free.
    """
    with scope.beyond():
        salon = _today(guest.salon, at)
        rows = Guest.objects.select_for_update(of=("self",)).select_related("customer")
        found = rows.get(pk=guest.pk)
        if found.state == State.CAME:
            return found
        if not found.is_seated:
            found.seats = 1
            _room(salon)
        found.state, found.came_at, found.checked_by = State.CAME, at, by
        found.checks += 1
        found.touch = _touch(salon, found, by=by, at=at)
        found.save()
        reseat(salon)
    audit.record("salons.guest.came", found, by=by, at=at)
    return found


@transaction.atomic
def check_out(guest: Guest, *, by: Person, at: datetime) -> Guest:
    """It was somebody else: they are not here. The contact is taken back, too.

    :raises NotToday: the salon is settled.
    """
    with scope.beyond():
        salon = _today(guest.salon, at)
        found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if found.state != State.CAME:
            return found
        if found.touch is not None and found.touch.reversed_at is None:
            channels.reverse_touch(found.touch, by=by, at=at)
        found.state, found.came_at, found.checked_by = _before(salon, found), None, None
        found.touch, found.took_part = None, []
        found.save()
        reseat(salon)
    audit.record("salons.guest.came.reversed", found, by=by, at=at)
    return found


@transaction.atomic
def walk_in(
    salon: Salon, *, name: str, phone: str, agreed: bool, by: Person, at: datetime
) -> Guest:
    """Somebody without an invitation is here; who is known goes to their own manager.

    :raises BadInput: they did not agree that we keep their name, or nothing reaches them.
    :raises NoRoom: the room is full.
    """
    found = _today(salon, at)
    if not agreed:
        raise BadInput(_("Ask whether we may keep their name and number. Without it, do not."))
    with scope.beyond():
        if not found.free:
            _room(found)
        given = {"name": name.strip(), "phone": phone.strip()}
        arrival = reception.add_quickly(
            given, way="event", occasion=str(found)[:80], by=by, at=at
        )
        guest = _on_list(found, arrival.customer, Source.WALK_IN, by=by, at=at)
        return check_in(guest, by=by, at=at)


@transaction.atomic
def bring_friend(
    guest: Guest, *, name: str, phone: str, agreed: str, by: Person, at: datetime
) -> Guest:
    """A friend of a guest, by the friend's own word: a referral, a guest, and checked in.

    `agreed` says in which words the friend agreed. Without a word they are a seat, no name.

    :raises BadInput: the friend's own word is missing, or nothing reaches them.
    """
    salon = _today(guest.salon, at)
    if not agreed.strip():
        raise BadInput(_("Write how the friend agreed. Without it keep no name."))
    with scope.beyond():
        host = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        told = referrals.take_in(
            host.customer, Friend(name.strip(), phone.strip(), note=str(salon)),
            Word(Referral.Agreed.BRANCH, agreed.strip()), by=by, at=at,
        )  # fmt: skip
        if told.friend is None or told.friend_id == host.customer_id:
            raise BadInput(_("That is the guest, not a friend."))
        if host.seats > 1 and host.is_seated:
            host.seats -= 1  # the friend's seat goes over to the friend
            host.save(update_fields=["seats"])
            reseat(salon)
        made = _on_list(salon, told.friend, Source.FRIEND, by=by, at=at)
        made.brought_by = host
        made.save(update_fields=["brought_by"])
        return check_in(made, by=by, at=at)


@transaction.atomic
def took_part(guest: Guest, parts: list[int], *, by: Person, at: datetime) -> Guest:
    """Write down in which parts of the sheet a guest took part.

    :raises BadInput: they did not come.
    """
    found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
    if found.state != State.CAME:
        raise BadInput(_("Check them in first."))
    known = set(found.salon.parts.values_list("pk", flat=True))
    found.took_part = sorted(known & set(parts))
    found.save(update_fields=["took_part"])
    audit.record("salons.guest.took_part", found, by=by, at=at, parts=len(found.took_part))
    return found


def _today(salon: Salon, at: datetime) -> Salon:
    found = locked(salon)
    if found.state not in (Salon.State.INVITING, Salon.State.OVER):
        raise NotToday(
            _("Nobody is checked in: “%(salon)s” is “%(state)s”.")
            % {"salon": found, "state": found.get_state_display()}
        )
    day = core.local_date(found.begins_at)
    if core.local_date(at) < day:
        raise NotToday(_("“%(salon)s” is on %(day)s.") % {"salon": found, "day": day})
    return found


def _room(salon: Salon) -> None:
    if not salon.free:
        raise NoRoom(
            _("All %(n)s seats are taken. Make the room larger first.") % {"n": salon.capacity}
        )


def _before(salon: Salon, guest: Guest) -> str:
    """What a guest was before they were checked in."""
    if guest.source in (Source.WALK_IN, Source.FRIEND):
        return State.CANCELLED
    if guest.invited_at is None:
        return State.HELD_OUT if guest.source == Source.PROPOSED else State.PROPOSED
    return State.MISSED if salon.state == Salon.State.OVER else State.ACCEPTED


def _on_list(
    salon: Salon, customer: Customer, source: str, *, by: Person, at: datetime
) -> Guest:
    made, _fresh = Guest.objects.get_or_create(
        salon=salon,
        customer=customer,
        defaults={"source": source, "added_at": at, "added_by": by, "invited_at": at},
    )
    return made


def _touch(salon: Salon, guest: Guest, *, by: Person, at: datetime) -> Touch:
    """Being there is a contact: of a course service, else one that the caps count."""
    return channels.record_touch(
        guest.customer, channel=Touch.Channel.BRANCH, outcome=Touch.Outcome.REACHED,
        two_way=True, purpose="service" if salon.kind.is_course else "marketing",
        topic=Touch.Topic.CONTACT, note=str(salon),
        once=f"salon:{guest.public_id}:{guest.checks}", by=by, at=at,
    )  # fmt: skip
