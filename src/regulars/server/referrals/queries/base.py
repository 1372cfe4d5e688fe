"""What actions ask: terms in force, clocks, who owns a link, what waits, what is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Book, OrgUnit
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Link, Referral, Terms
from regulars.server.referrals.rules import Policy, contact_until

State = Referral.State
WATCHED = (State.RECEIVED, State.CONTACTED, State.MET, State.CUSTOMER)
UNDONE = timedelta(days=90)  # so long a reward is taken back when its event is undone


def policy() -> Policy:
    return Policy.of(core.settings_of_company())


def in_force(day: date) -> Terms | None:
    """The terms that hold on a day."""
    found = Terms.objects.filter(state=Terms.State.ADOPTED, valid_from__lte=day)
    return found.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day)).first()


def versions() -> QuerySet[Terms]:
    return Terms.objects.select_related("made_by", "adopted_by").order_by("-version")


def terms(public_id: str) -> Terms | None:
    return Terms.objects.filter(public_id=public_id).first()


def drafted() -> Terms | None:
    return Terms.objects.filter(state=Terms.State.DRAFT).first()


def contact_by(at: datetime) -> datetime:
    """Until when somebody must have spoken with a friend who came at a moment."""
    return contact_until(core.work_hours(), at, hours=policy().contact_hours)


def owner(link: Link) -> Customer | None:
    """Whose link it is: of two files that became one, the one that lives on."""
    found: Customer | None = link.customer
    for _step in range(5):
        if found is None or found.state != Customer.State.MERGED:
            break
        found = found.merged_into
    if found is None or found.state in {Customer.State.MERGED, Customer.State.ERASED}:
        return None
    return found


def is_customer(file: Customer) -> bool:
    """Whether a file is of somebody who has business with us, not only of a prospect."""
    return bool(file.own_number) or file.since is not None


def places() -> list[tuple[str, str]]:
    """Branches that a friend may choose: those with a book to go to."""
    units = OrgUnit.objects.filter(books__isnull=False).distinct().order_by("path")
    return [(each.code, str(each)) for each in units]


def place(code: str) -> Book | None:
    """Where the friends of a branch go: its pool, or its first book."""
    found = Book.objects.filter(org_unit__code=code).order_by("code")
    return found.filter(owner__isnull=True).first() or found.first()


def to_watch(at: datetime) -> QuerySet[Referral]:
    """Referrals that facts may still move, and rewards whose event may still be undone.

    What ended is not read again: it came to nothing, is not valid, was thanked for long ago,
    or brought a customer and waits for no more.
    """
    lately = core.local_date(at - UNDONE)
    wanted = Q(state__in=WATCHED, settled_at=None) | Q(
        state=State.REWARDED, earned_on__gte=lately
    )
    found = Referral.objects.filter(wanted, friend__isnull=False)
    return found.select_related("friend", "terms").order_by("pk")


def late(at: datetime) -> QuerySet[Referral]:
    """Friends with whom nobody spoke in time."""
    return Referral.objects.filter(
        state=State.RECEIVED, friend__isnull=False, contact_by__lte=at
    )


def named(cycles: Iterable[str], kind: str) -> QuerySet[Referral]:
    """The referrals that reasons are about: "ref:12:2026-12-02"."""
    keys = []
    for cycle in cycles:
        head, _colon, rest = cycle.partition(":")
        number = rest.partition(":")[0]
        if head == kind and number.isdecimal():
            keys.append(int(number))
    return Referral.objects.filter(pk__in=keys).order_by("pk")
