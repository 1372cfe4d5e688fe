"""The list: proposed from a segment, added to and taken off by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.salons import queries
from regulars.server.salons.actions.planning import held
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.rules import in_order, needed

State, Source = Guest.State, Guest.Source


class OnList(Refused):
    """The customer is on the list, or was left out of it by lot."""


@dataclass(frozen=True)
class Proposed:
    """What became of a segment: how many of it are proposed, and why others are not."""

    audience: int
    listed: int
    wanted: int
    left: dict[str, int]  # why -> how many


@transaction.atomic
def propose(salon: Salon, *, by: Person, at: datetime) -> Proposed:
    """Draw the list anew from the segment; who was added by hand stays.

    :raises NotLive: it is over or called off.
    :raises BadInput: people are invited already, or there is no segment.
    """
    found = held(salon)
    if found.state != Salon.State.DRAFT:
        raise BadInput(_("People are invited already. Add others by hand."))
    name, ids = _members(found, by, at)
    able, left = queries.able(found, ids, at)
    wanted = needed(found.capacity, queries.rate(found).share, found.held_out)
    listed = in_order(queries.candidates(able))[:wanted]
    found.guests.filter(state=State.PROPOSED, source=Source.PROPOSED).delete()
    by_hand = set(found.guests.values_list("customer", flat=True))
    Guest.objects.bulk_create(
        Guest(
            salon=found, customer_id=one.customer, source=Source.PROPOSED, position=n,
            added_at=at, added_by=by,
        )
        for n, one in enumerate(listed, start=1)
        if one.customer not in by_hand
    )  # fmt: skip
    found.audience, found.proposed_at = name[:120], at
    found.save(update_fields=["audience", "proposed_at"])
    audit.record("salons.proposed", found, by=by, at=at, listed=len(listed), of=len(ids))
    return Proposed(len(ids), len(listed), wanted, left)


@transaction.atomic
def add_guest(salon: Salon, customer: Customer, *, by: Person, at: datetime) -> Guest:
    """Put somebody on the list by hand; they are outside the experiment.

    :raises OnList: they are on it, or were left out by lot.
    :raises BadInput: they may not be invited: a refusal, a complaint, a merged file.
    """
    found = held(salon)
    before = found.guests.filter(customer=customer).first()
    if before is not None and before.state == State.HELD_OUT:
        raise OnList(
            _(
                "%(customer)s was left out by lot, so that the effect can be measured. "
                "Invite them to the next one."
            )
            % {"customer": customer}
        )
    if before is not None:
        raise OnList(_("%(customer)s is on the list.") % {"customer": customer})
    able, left = queries.able(found, [customer.pk], at, rest=False)
    if not able:
        why = queries.why_left(next(iter(left), ""))
        raise BadInput(
            _("%(customer)s cannot be invited: %(why)s") % {"customer": customer, "why": why}
        )
    made = Guest.objects.create(
        salon=found, customer=customer, source=Source.HAND, added_at=at, added_by=by
    )
    audit.record("salons.guest.added", made, by=by, at=at)
    return made


@transaction.atomic
def take_off(guest: Guest, *, by: Person, at: datetime) -> None:
    """Take somebody off the list who was not invited yet.

    :raises OnList: they were invited; they can decline, or be called off.
    """
    held(guest.salon)
    found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
    if found.state != State.PROPOSED:
        raise OnList(
            _("%(guest)s was invited. Note their answer instead.") % {"guest": found.customer}
        )
    audit.record("salons.guest.taken_off", found, by=by, at=at)
    found.delete()


def _members(salon: Salon, by: Person, at: datetime) -> tuple[str, Collection[int]]:
    if not salon.segment:
        raise BadInput(_("Choose the group whom the theme is for."))
    found = queries.audience(by, salon, at)
    if found is None:
        raise BadInput(_("The group is not there any more, or not yours. Choose another."))
    return found
