"""Customers join and leave; what they bring is noted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import queries
from regulars.server.communities.models import Asking, Community, Deed, Member
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor, System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.reception import queries as reception
from regulars.server.reception import rules as matching

PUBLIC = System("community-page")
IDEAS = 5  # of one member by their own page in a day


class AlreadyIn(Refused):
    """The customer is a member already."""


class NotHere(Refused):
    """The link leads nowhere any more."""


@transaction.atomic
def enter(
    community: Community,
    customer: Customer,
    *,
    agreed: str,
    by: Person,
    at: datetime,
    brought_by: Member | None = None,
    way: str = Member.Way.STAFF,
) -> Member:
    """Take a customer in. `agreed` says how they allowed to be written to as a member; empty:
    they did not, and nothing of the community is sent to them.

    :raises AlreadyIn: they are a member.
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    if Member.objects.filter(
        community=community, customer=customer, left_on__isnull=True
    ).exists():
        raise AlreadyIn(_("%(customer)s is a member already.") % {"customer": customer})
    made = Member.objects.create(
        community=community, customer=customer, joined_on=core.local_date(at), way=way,
        agreed_at=at if agreed.strip() else None, agreed_how=agreed.strip()[:120],
        brought_by=brought_by, entered_by=by,
    )  # fmt: skip
    audit.record("communities.joined", made, by=by, at=at, community=community.public_id)
    return made


@transaction.atomic
def leave(member: Member, *, how: str, by: Actor, at: datetime) -> None:
    """End a membership; what they did stays counted. Said twice it counts once."""
    ended = Member.objects.filter(pk=member.pk, left_on__isnull=True).update(
        left_on=core.local_date(at), left_how=how.strip()[:120]
    )
    if ended:
        audit.record("communities.left", member, by=by, at=at)


def leave_by_link(token: str, *, at: datetime) -> None:
    """A member leaves by their own page.

    :raises NotHere: the link leads nowhere.
    """
    with scope.everything():
        leave(_behind(token), how=_("By their own link"), by=PUBLIC, at=at)


def ask_to_join(
    community: Community, *, name: str, phone: str, at: datetime, brought_by: str = ""
) -> None:
    """Note that somebody asked. Only who is on file is called back, and nobody is told which.
    `brought_by` is the word that a member passes on.

    :raises BadInput: name or phone are missing.
    """
    if not name.strip() or len(matching.digits(phone)) < 7:
        raise BadInput(_("Write your name and the phone number that we know you by."))
    with scope.everything(), transaction.atomic():
        known = matching.match(name, phone, "", reception.candidates(phone, ""))
        if known is None:
            return
        if Member.objects.filter(
            community=community, customer=known.pk, left_on__isnull=True
        ).exists():
            return
        friend = queries.friend_behind(community, brought_by)
        made, fresh = Asking.objects.get_or_create(
            community=community, customer_id=known.pk, state=Asking.State.WAITING,
            defaults={"at": at, "brought_by": friend},
        )  # fmt: skip
        if fresh:
            audit.record("communities.asked", made, by=PUBLIC, at=at)


@transaction.atomic
def decide(
    asking: Asking, *, joined: bool, agreed: str = "", note: str = "", by: Person, at: datetime
) -> Member | None:
    """After the call: take them in, or not.

    :raises AlreadyIn: somebody decided, or they are a member.
    """
    held = Asking.objects.select_for_update(of=("self",)).select_related("community")
    found = held.get(pk=asking.pk)
    if found.state != Asking.State.WAITING:
        raise AlreadyIn(_("Somebody called them back already."))
    found.state = Asking.State.JOINED if joined else Asking.State.DECLINED
    found.decided_at, found.decided_by, found.note = at, by, note.strip()[:200]
    found.save(update_fields=["state", "decided_at", "decided_by", "note"])
    audit.record("communities.answered", found, by=by, at=at, joined=joined)
    if not joined:
        return None
    return enter(
        found.community, found.customer, agreed=agreed, by=by, at=at,
        brought_by=found.brought_by, way=Member.Way.LINK,
    )  # fmt: skip


@transaction.atomic
def set_host(member: Member, *, host: bool, by: Person, at: datetime) -> None:
    """A customer hosts the community, or does so no more."""
    if Member.objects.filter(pk=member.pk, is_host=not host).update(is_host=host):
        audit.record("communities.host", member, by=by, at=at, host=host)


@transaction.atomic
def note_deed(member: Member, *, kind: str, words: str, by: Person, at: datetime) -> Deed:
    """Note an idea, a post or an answer of a member.

    :raises BadInput: it says nothing.
    """
    return _deed(member, kind=kind, words=words, noted_by=by, by=by, at=at)


def tell_idea(token: str, *, words: str, at: datetime) -> None:
    """A member tells an idea on their own page, a few a day.

    :raises NotHere: the link leads nowhere.
    :raises BadInput: it says nothing, or there were enough today.
    """
    with scope.everything(), transaction.atomic():
        one = _behind(token)
        told = Deed.objects.filter(member=one, on=core.local_date(at), noted_by__isnull=True)
        if told.count() >= IDEAS:
            raise BadInput(_("Thank you, that is a lot for one day. Tell us more tomorrow."))
        _deed(one, kind="idea", words=words, noted_by=None, by=PUBLIC, at=at)


def _deed(
    member: Member, *, kind: str, words: str, noted_by: Person | None, by: Actor, at: datetime
) -> Deed:
    if not words.strip():
        raise BadInput(_("Say what it is."))
    made, fresh = Deed.objects.get_or_create(
        member=member, kind=kind, on=core.local_date(at), words=words.strip()[:500],
        defaults={"noted_by": noted_by},
    )  # fmt: skip
    if fresh:
        audit.record("communities.deed", member, by=by, at=at, kind=kind)
    return made


def _behind(token: str) -> Member:
    found = Member.objects.filter(token=token, community__ended_at__isnull=True)
    one = queries.standing(found.select_related("community").first())
    if one is None:
        raise NotHere(_("This link leads nowhere any more."))
    return one
