"""The guests of a salon whom a viewer sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.outreach import queries as outreach
from regulars.server.products import queries as products
from regulars.server.salons.models import Guest, GuestQuerySet, Salon

State, Source = Guest.State, Guest.Source
# The lists behind the numbers of a salon.
SHOWS: dict[str, Q] = {
    "all": ~Q(state__in=(State.HELD_OUT, State.MERGED)),
    "proposed": Q(state=State.PROPOSED),
    "invited": Q(state__in=Guest.ASKED, invited_at__isnull=False)
    & ~Q(source__in=(Source.WALK_IN, Source.FRIEND)),
    "open": Q(state=State.INVITED),
    "accepted": Q(state__in=(*Guest.SEATED, State.MISSED))
    & ~Q(source__in=(Source.WALK_IN, Source.FRIEND)),
    "waiting": Q(state=State.WAITING),
    "declined": Q(state=State.DECLINED),
    "came": Q(state=State.CAME),
    "missed": Q(state=State.MISSED),
    "friends": Q(source=Source.FRIEND, state=State.CAME),
    "walk_in": Q(source=Source.WALK_IN, state=State.CAME),
    "said": Q(said_at__isnull=False) & ~Q(state=State.MERGED),
    "held_out": Q(state=State.HELD_OUT),
    "left_by_lot_came": Q(source=Source.PROPOSED, invited_at__isnull=True, state=State.CAME),
}
MOST = 500
CLOSE = timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """A guest of the list, with what became of the message and what they ticked."""

    guest: Guest
    sent: str
    wants: tuple[str, ...]


def guests(viewer: Person, salon: Salon, show: str = "all", words: str = "") -> list[Line]:
    """The guests of a list whom the viewer sees, as they were proposed."""
    found = _seen(viewer, salon).filter(SHOWS[show])
    for word in words.split():
        named = Q(customer__name__icontains=word) | Q(customer__name_en__icontains=word)
        found = found.filter(named | Q(customer__number__iexact=word) | _phone(word))
    rows = list(found.order_by("position", "pk")[:MOST])
    sent = outreach.reached(f"{salon.source}:invite", [row.customer_id for row in rows])
    names = products.names() if any(row.interests for row in rows) else {}
    return [
        Line(
            row,
            sent.get(row.customer_id, ""),
            tuple(names.get(code, code) for code in row.interests),
        )
        for row in rows
    ]


def door(viewer: Person, salon: Salon, words: str = "") -> list[Guest]:
    """Who may be checked in: seated ones and who came, by name; a search looks at everybody."""
    found = _seen(viewer, salon)
    if not words.strip():
        return list(found.filter(state__in=Guest.SEATED).order_by("customer__name", "pk"))
    for word in words.split():
        named = Q(customer__name__icontains=word) | Q(customer__name_en__icontains=word)
        found = found.filter(named | _phone(word))
    return list(found.order_by("customer__name", "pk")[:30])


def guest(viewer: Person, salon: Salon, public_id: str) -> Guest | None:
    """One guest whom the viewer sees."""
    return _seen(viewer, salon).filter(public_id=public_id).first()


def guests_after(
    viewer: Person, salon: Salon, after: str, *, show: str, most: int
) -> list[Guest] | None:
    """Guests whom the viewer sees, from the one after another on; None after a stranger."""
    found = _seen(viewer, salon).filter(SHOWS[show]).order_by("pk")
    if after:
        last = _seen(viewer, salon).filter(public_id=after).first()
        if last is None:
            return None
        found = found.filter(pk__gt=last.pk)
    return list(found[:most])


def counts(salon: Salon, viewer: Person | None = None) -> dict[str, int]:
    """How many guests each list holds: of the whole salon, or those whom a viewer sees."""
    each = {name: Count("pk", filter=where) for name, where in SHOWS.items()}
    if viewer is not None:
        found = Guest.objects.filter(salon=salon).visible_to(viewer)
        return dict(found.order_by().aggregate(**each))
    with scope.beyond():
        return dict(Guest.objects.filter(salon=salon).order_by().aggregate(**each))


def mine(viewer: Person, salon: Salon) -> int:
    """How many guests of a salon the viewer sees."""
    return _seen(viewer, salon).filter(SHOWS["all"]).count()


def of_customer(viewer: Person, customer: Customer) -> list[Guest]:
    """The salons that a customer was asked to, the newest first."""
    found = Guest.objects.visible_to(viewer).standing().filter(customer=customer)
    found = found.exclude(state__in=(State.PROPOSED, State.HELD_OUT))
    return list(found.select_related("salon__kind").order_by("-salon__begins_at", "-pk")[:20])


def _seen(viewer: Person, salon: Salon) -> GuestQuerySet:
    found = Guest.objects.visible_to(viewer).standing().filter(salon=salon)
    return found.select_related(
        "customer__book__owner", "brought_by__customer", "salon__kind", "checked_by"
    )


def _phone(word: str) -> Q:
    """The last digits of a number, as people say it at a door."""
    return Q(customer__phone__endswith=word) if word.isdigit() and len(word) >= 4 else Q(pk=0)
