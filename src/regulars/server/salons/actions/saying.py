"""A guest says how it was; what they tick becomes an opportunity."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.opportunities import actions as opportunities
from regulars.server.opportunities.actions import About, Signal
from regulars.server.opportunities.models import Opportunity
from regulars.server.products import queries as products
from regulars.server.salons.actions.answering import GUEST
from regulars.server.salons.actions.linking import behind
from regulars.server.salons.actions.planning import locked
from regulars.server.salons.models import Guest, Salon

ADD_ON = "add_on"


def say_link(
    signed: str,
    *,
    rating: int | None,
    again: bool | None,
    words: str,
    interests: Collection[str],
    at: datetime,
) -> Guest:
    """Take what a guest says by their link.

    :raises NoLink: the link is not one of ours.
    :raises BadInput: they were not there, or say nothing.
    """
    with scope.everything():
        return say(
            behind(signed), rating=rating, again=again, words=words, interests=interests,
            by=GUEST, at=at,
        )  # fmt: skip


@transaction.atomic
def say(
    guest: Guest,
    *,
    rating: int | None,
    by: Actor,
    at: datetime,
    again: bool | None = None,
    words: str = "",
    interests: Collection[str] = (),
    kind: str = ADD_ON,
) -> Guest:
    """Write down how it was; each product ticked becomes an opportunity of their manager.

    Said again it stands in the place of the first; what was ticked is not made twice.

    :raises BadInput: they were not there, or nothing is said.
    """
    with scope.beyond():
        salon = locked(guest.salon)
        found = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if found.state != Guest.State.CAME:
            raise BadInput(_("Only who was there says how it was."))
        ticked = [code for code in salon.products if code in interests]
        if rating is None and again is None and not words.strip() and not ticked:
            raise BadInput(_("Tick or write something, so that we know."))
        if rating is not None and not 1 <= rating <= 5:
            raise BadInput(_("Rate from 1 to 5."))
        found.rating, found.again = rating, again
        found.words, found.said_at = " ".join(words.split())[:500], at
        found.interests = sorted({*found.interests, *ticked})
        found.save(update_fields=["rating", "again", "words", "said_at", "interests"])
        made = sum(_opened(salon, found, code, kind, by=by, at=at) for code in ticked)
    audit.record("salons.guest.said", found, by=by, at=at, opportunities=made)
    return found


def _opened(
    salon: Salon, guest: Guest, code: str, kind: str, *, by: Actor, at: datetime
) -> bool:
    """Open one; what is open already, or does not suit them, stays a word to their manager."""
    product = products.by_code().get(code)
    if product is None:
        return False
    day = core.local_date(salon.begins_at)
    told = _("Ticked at “%(salon)s” on %(day)s")
    try:
        with transaction.atomic():
            opportunities.make(
                guest.customer, About(product=product), kind=kind,
                signal=Signal(
                    Opportunity.Source.CONTACT, salon.source,
                    because=told % {"salon": salon, "day": day},
                    cycle=f"{guest.public_id}:{code}"[:64],
                ),
                by=by, at=at,
            )  # fmt: skip
    except RegularsError:
        return False
    return True
