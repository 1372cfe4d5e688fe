"""The people behind figures: who is counted, who referred, who was invited, who is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Opening, Referral
from regulars.server.referrals.queries.figures import (
    active,
    opened,
    referring,
    written_down,
)
from regulars.server.referrals.queries.reach import Voice, voices_of
from regulars.server.referrals.queries.seen import Seen, seen, visible
from regulars.server.referrals.queries.spans import begin

PEOPLE = ("customers", "referrers")


@dataclass(frozen=True)
class Invited:
    """A device that opened somebody's link, or a friend whom somebody wrote down."""

    at: datetime
    by: Customer | None  # whose link it is, or who referred; None where it is not seen
    friend: Seen | None  # of one who was written down


def people(viewer: Person, at: datetime, months: int, *, of: str) -> QuerySet[Customer]:
    """Active customers, or those of them who referred somebody in this time."""
    found = active(viewer)
    if of == "referrers":
        found = referring(viewer, begin(at, months))
    return found.select_related("book__owner").order_by("pk")


def invitations(
    viewer: Person, at: datetime, months: int, *, offset: int, most: int
) -> tuple[list[Invited], int]:
    """Some invitations, the newest first, and how many there are."""
    since, stop = begin(at, months), offset + most
    links = opened(viewer, since).select_related("link__customer__book__owner")
    friends = visible(viewer).filter(pk__in=written_down(viewer, since).values("pk"))
    rows = [
        *(_opened(row) for row in links.order_by("-at", "-pk")[:stop]),
        *(_told(row, at) for row in friends.order_by("-received_at", "-pk")[:stop]),
    ]
    rows.sort(key=lambda row: row.at, reverse=True)
    return rows[offset:stop], links.count() + friends.count()


def looked_at(viewer: Person, at: datetime, kind: str) -> list[Voice]:
    """Every customer whose reach was summed up, who reaches most first."""
    return list(voices_of(viewer, at, kind).every)


def reached(viewer: Person, at: datetime, kind: str, *, steps: int) -> QuerySet[Customer]:
    """Whom the happy or the unhappy reach within one step, or two; each once."""
    found = voices_of(viewer, at, kind)
    rows = Customer.objects.visible_to(viewer).filter(
        pk__in=found.near if steps == 1 else found.around
    )
    return rows.select_related("book__owner").order_by("pk")


def _opened(row: Opening) -> Invited:
    return Invited(row.at, row.link.customer, None)


def _told(row: Referral, at: datetime) -> Invited:
    return Invited(row.received_at, row.referrer, seen(row, at))
