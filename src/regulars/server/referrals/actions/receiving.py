"""A friend arrives: by a link or code they open themselves, or told to us by somebody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions as care
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor, System
from regulars.server.core.events.actions import wake
from regulars.server.core.models import Book, Person, public_id
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity
from regulars.server.reception import queries as reception
from regulars.server.reception import rules as matching
from regulars.server.referrals import queries
from regulars.server.referrals.actions import checking
from regulars.server.referrals.actions.consenting import Word, keep_word
from regulars.server.referrals.actions.hoping import check, hoped
from regulars.server.referrals.actions.knocking import knock
from regulars.server.referrals.actions.links import device_of
from regulars.server.referrals.actions.steps import tell
from regulars.server.referrals.models import Link, Referral, Step

STRANGER = System("referral-link")
ONCE = timedelta(days=1)  # so long the same form sent again is the one before
State, Agreed, Way = Referral.State, Referral.Agreed, Referral.Way


class NoConsent(BadInput):
    """The friend did not agree to be spoken with."""


class NothingToReach(BadInput):
    """Neither phone nor e-mail."""


class NoReferrer(Refused):
    """Who referred is not on file, or their file is closed."""


@dataclass(frozen=True)
class Friend:
    """Who is recommended, as they or somebody else wrote it."""

    name: str
    phone: str = ""
    email: str = ""
    note: str = ""


def by_link(
    link: Link,
    friend: Friend,
    *,
    way: str,
    channels: Collection[str],
    book: Book | None,
    address: str,
    agent: str,
    at: datetime,
) -> None:
    """Take in a friend who wrote their name themselves.

    Answers nothing: whether somebody was on file is nobody's business outside.

    :raises TooMany: the address, or the link, sent too many this hour.
    :raises NoConsent: no way of contact was agreed to.
    """
    if not channels:
        raise NoConsent(_("Tick at least one way by which we may get in touch with you."))
    knock(address, link=link, at=at)
    with scope.everything():
        referrer = queries.owner(link)
        assert referrer is not None
        take_in(
            referrer, friend, Word(Agreed.FORM, channels=tuple(channels)), way=way, link=link,
            book=book, device=device_of(address, agent), by=STRANGER, at=at,
        )  # fmt: skip


def told(
    referrer: Customer,
    friend: Friend,
    word: Word,
    *,
    by: Person,
    at: datetime,
    way: str = Way.RM,
    book: Book | None = None,
    reference: str = "",
    opportunity: Opportunity | None = None,
    came_at: datetime | None = None,
) -> Referral:
    """Take in a friend whom somebody tells us of, with how the friend's consent was had.

    `came_at` is when we heard of them, where that was before: the clock of the first contact
    runs from now on all the same.

    :raises NothingToReach: there is neither a phone nor an e-mail address.
    :raises NoConsent: nobody says how the friend agreed.
    """
    with scope.beyond():
        return take_in(
            referrer, friend, word, way=way, book=book, reference=reference, by=by, at=at,
            opportunity=opportunity, came_at=came_at,
        )  # fmt: skip


@transaction.atomic
def take_in(
    referrer: Customer,
    friend: Friend,
    word: Word,
    *,
    way: str,
    by: Actor,
    at: datetime,
    link: Link | None = None,
    book: Book | None = None,
    device: str = "",
    reference: str = "",
    opportunity: Opportunity | None = None,
    came_at: datetime | None = None,
) -> Referral:
    """Open a referral: the friend's file, the consent, the clock, what speaks against it.

    A friend whom the same customer refers already stays that one referral.
    """
    _check(friend, word)
    if not reference or (known := _told_before(reference)) is None:
        held = customers.hold(referrer.pk)
        _one_after_the_other(matching.digits(friend.phone), matching.fold(friend.email))
        file, was_known = _file(friend, book or held.book, by=by, at=at)
        if was_known and (same := _same(held, file, reference, at=at)) is not None:
            return same
        made = _open(
            held, file, friend, word, was_known=was_known, way=way, link=link, device=device,
            reference=reference, opportunity=opportunity, came_at=came_at or at, by=by, at=at,
        )  # fmt: skip
        keep_word(made, file, word, by=by, at=at)
        return made
    return known


def _check(friend: Friend, word: Word) -> None:
    if not friend.name.strip():
        raise BadInput(_("Write the name."))
    if not (matching.digits(friend.phone) or friend.email.strip()):
        raise NothingToReach(_("Write a phone number or an e-mail address."))
    if word.agreed not in Agreed.values:
        raise NoConsent(_("Say how the friend agreed."))
    if word.agreed == Agreed.REFERRER and word.channels:
        raise NoConsent(
            _("News needs the friend's own word: what the referrer says is for one call only.")
        )


def _told_before(reference: str) -> Referral | None:
    with connection.cursor() as db:
        db.execute(
            "select pg_advisory_xact_lock(hashtextextended('referral:' || %s, 0))", [reference]
        )
    return Referral.objects.filter(reference=reference).first()


def _same(
    referrer: Customer, file: Customer, reference: str, *, at: datetime
) -> Referral | None:
    """The referral of the same two that stands, or that was refused a moment ago."""
    rows = Referral.objects.filter(referrer=referrer, friend=file)
    ended = Q(state__in=(State.LOST, State.REFUSED))
    lately = Q(state=State.REFUSED, received_at__gt=at - ONCE)
    found = rows.filter(~ended | lately).order_by("-received_at", "-pk").first()
    if found is not None and reference and not found.reference:
        found.reference = reference
        found.save(update_fields=["reference"])
    return found


def _one_after_the_other(*ways: str) -> None:
    with connection.cursor() as db:
        for way in sorted({*ways} - {""}):
            db.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reception:{way}"]
            )


def _file(friend: Friend, book: Book, *, by: Actor, at: datetime) -> tuple[Customer, bool]:
    phone, email = matching.digits(friend.phone), friend.email.strip()
    known = matching.match(friend.name, phone, email, reception.candidates(phone, email))
    if known is not None:
        return Customer.objects.get(pk=known.pk), True
    made = customers.add_customer(
        number=f"R-{public_id()}", name=" ".join(friend.name.split())[:60], book=book,
        phone=phone, email=email, source="referral", by=by, at=at,
    )  # fmt: skip
    return made, False


def _open(
    referrer: Customer,
    file: Customer,
    friend: Friend,
    word: Word,
    *,
    opportunity: Opportunity | None,
    came_at: datetime,
    by: Actor,
    at: datetime,
    **told: Any,
) -> Referral:
    why = _not_valid(referrer, file, was_known=bool(told["was_known"]))
    made = Referral.objects.create(
        referrer=referrer,
        friend=file,
        opportunity=_hope(opportunity, referrer, file) if not why else None,
        terms=queries.in_force(core.local_date(came_at)),
        received_at=came_at,
        received_by=by if isinstance(by, Person) else None,
        note=" ".join(friend.note.split())[:300],
        agreed=word.agreed,
        agreed_words=word.words.strip()[:200],
        contact_by=queries.contact_by(at),
        state=State.REFUSED if why else State.RECEIVED,
        reason=why,
        ended_at=at if why else None,
        **told,
    )
    audit.record("referrals.received", made, by=by, at=at, way=made.way, valid=not why)
    tell(made, Step.What.RECEIVED, by=by, at=at)
    if why:
        tell(made, Step.What.REFUSED, by=by, at=at)
    else:
        checking.look_at(made, by=by, at=at)
        wake(care.HEAR)
    return made


def _hope(told: Opportunity | None, referrer: Customer, file: Customer) -> Opportunity | None:
    """The opportunity that was named, or the one in which somebody hoped for it."""
    if told is None:
        return hoped(referrer)
    check(told, {referrer.pk, file.pk})
    return told


def _not_valid(referrer: Customer, file: Customer, *, was_known: bool) -> str:
    """Why it is no referral from the start; nothing where it is one."""
    if referrer.pk == file.pk:
        return Referral.Refused.SELF
    taken = Referral.objects.filter(friend=file).exclude(state__in=(State.LOST, State.REFUSED))
    if taken.exists():
        return Referral.Refused.EARLIER
    return Referral.Refused.KNOWN if was_known and queries.is_customer(file) else ""
