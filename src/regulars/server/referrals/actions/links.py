"""Links and codes: made, handed to their owner, opened by friends, ended."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries, rules
from regulars.server.referrals.models import Link, Opening

TRIES = 5


class NoLink(Refused):
    """The address or the code leads nowhere, or not any more."""


@transaction.atomic
def link_of(customer: Customer, *, by: Actor, at: datetime) -> Link:
    """The customer's link, made where there is none.

    :raises NotStanding: the file was merged or erased meanwhile.
    """
    customers.hold(customer.pk)
    standing = Link.objects.filter(customer=customer, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    made = _new(customer, by=by, at=at)
    audit.record("referrals.link.made", made, by=by, at=at)
    return made


@transaction.atomic
def hand_over(link: Link, *, by: Person, at: datetime) -> Link:
    """Write down that the owner was given the link."""
    link.handed_at = at
    link.save(update_fields=["handed_at"])
    audit.record("referrals.link.handed", link, by=by, at=at)
    return link


@transaction.atomic
def show(link: Link, *, shows: str, by: Actor, at: datetime) -> Link:
    """Keep what the owner allows friends to read of them.

    :raises BadInput: there is no such choice.
    """
    if shows not in Link.Shows.values:
        raise BadInput(_("Choose what friends may read of who referred them."))
    link.shows = shows
    link.save(update_fields=["shows"])
    audit.record("referrals.link.shown", link, by=by, at=at, shows=shows)
    return link


@transaction.atomic
def end_link(link: Link, *, by: Actor, at: datetime) -> None:
    """Let a link lead nowhere from now on; who came by it stays."""
    link.ended_at = link.ended_at or at
    link.save(update_fields=["ended_at"])
    audit.record("referrals.link.ended", link, by=by, at=at)


def behind(token: str) -> Link:
    """The link of an address that friends open. Call it where the system sees everybody.

    :raises NoLink: there is none, it was ended, or its owner is not with us any more.
    """
    return _standing(Link.objects.filter(token=token[:32]).first())


def behind_own(token: str) -> Link:
    """The link of the address that its owner alone has.

    :raises NoLink: as above.
    """
    return _standing(Link.objects.filter(own_token=token[:32]).first())


def behind_code(code: str) -> Link:
    """The link of a short code.

    :raises NoLink: as above.
    """
    return _standing(Link.objects.filter(code=rules.tidy(code)).first())


@transaction.atomic
def opened(link: Link, *, address: str, agent: str, own: bool, at: datetime) -> None:
    """Count a device that opened a page; the same one is counted once."""
    Opening.objects.bulk_create(
        [Opening(link=link, device=device_of(address, agent), own=own, at=at)],
        ignore_conflicts=True,
    )


def device_of(address: str, agent: str) -> str:
    return keyed_hash(rules.device(address, agent), purpose="referral-device")


def drop_openings(before: datetime) -> int:
    """Throw old traces of devices away."""
    return Opening.objects.filter(at__lt=before).delete()[0]


def _standing(link: Link | None) -> Link:
    if link is None or link.ended_at is not None or queries.owner(link) is None:
        raise NoLink(_("This link is not in use any more. Ask your friend for a new one."))
    return link


def _new(customer: Customer, *, by: Actor, at: datetime) -> Link:
    """Codes are short: one that is taken is drawn again."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return Link.objects.create(
                    customer=customer,
                    made_at=at,
                    made_by=by if isinstance(by, Person) else None,
                )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError
