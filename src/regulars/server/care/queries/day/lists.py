"""Whose cards stand on which list, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, DateField, Exists, F, Min, Q, QuerySet, When
from django.db.models.functions import Greatest

from regulars.server.care.models import Card, CardQuerySet, PlanRun
from regulars.server.care.rules.shape import Priority
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role

# What a card is expected to change, a minute of work: the order within a class.
PER_MINUTE = F("gain") / Greatest(F("minutes"), 1)


def books_of(viewer: Person, code: str = "") -> tuple[list[Book], Book | None]:
    """Whose cards Today shows: the named book, else one's own, else all one may see.

    A book that is not the viewer's to see is no book: the answer is the same as without.
    """
    seen = list(core.books(viewer))
    if code:
        named = [book for book in seen if book.code == code]
        return named, named[0] if named else None
    own = [book for book in seen if book.owner_id == viewer.pk]
    return own or seen, None


def on_list(viewer: Person, code: str = "") -> CardQuerySet:
    """The cards of the viewer's list, of whatever day; `books_of` says of which books.

    A card that a colleague took over stands on the colleague's list; who opens a book sees
    all of it.
    """
    return in_books(viewer, *books_of(viewer, code))


def in_books(viewer: Person, books: Sequence[Book], named: Book | None) -> CardQuerySet:
    found = cards(viewer).filter(of_desks(viewer))
    if named is not None or not any(book.owner_id == viewer.pk for book in books):
        return found.filter(book__in=books)
    return found.filter(Q(book__in=books, helper=None) | Q(helper=viewer))


# A promise is kept by its day: of the first class what falls due first comes first.
PROMISED_BY = When(priority=Priority.PROMISE, then=F("due_on"))
BY_DAY = Choose(PROMISED_BY, default=None, output_field=DateField(null=True))

IN_ORDER = ("priority", BY_DAY, PER_MINUTE.desc(), "-stake", "pk")

# On whose list cards stand: the desk of a role, beside the lists of the books it may see.
DESKS = {
    Role.MANAGER: Card.Desk.MANAGER,
    Role.LEADER: Card.Desk.LEADER,
    Role.LOBBY_MANAGER: Card.Desk.SERVICE,
}


def of_desks(viewer: Person) -> Q:
    """The desks whose cards Today shows to somebody: the books' own, and that of the role.

    The manager has the service desk of a branch where nobody else does.
    """
    own = DESKS.get(Role(viewer.role))
    found = Q(desk__in=[Card.Desk.RM, own] if own else [Card.Desk.RM])
    if own != Card.Desk.MANAGER:
        return found
    serving = [role for role, desk in DESKS.items() if desk == Card.Desk.SERVICE]
    colleagues = Person.objects.filter(
        org_unit=viewer.org_unit_id, is_active=True, role__in=serving
    )
    return found | Q(~Exists(colleagues), desk=Card.Desk.SERVICE)


def current_plan(today: date) -> PlanRun | None:
    """The newest list that is not of a day to come."""
    return PlanRun.objects.filter(day__lte=today).order_by("-day", "-pk").first()


def cards(viewer: Person) -> CardQuerySet:
    return Card.objects.visible_to(viewer)


def card(viewer: Person, public_id: str) -> Card | None:
    """One card, or None for what the viewer may not see."""
    found = cards(viewer).select_related("customer", "book", "closed_by", "touch")
    return found.filter(public_id=public_id).first()


def open_count(viewer: Person, at: datetime) -> tuple[int, bool]:
    """How many cards wait on the viewer's list, and whether one of them is late."""
    today = core.local_date(at)
    made = current_plan(today)
    if made is None:
        return 0, False
    found = on_list(viewer).waiting(made.day).filter(over_capacity=False)
    answer = found.aggregate(n=Count("pk"), due=Min("due_on"))
    return answer["n"], answer["due"] is not None and answer["due"] < today


def waiting(viewer: Person, at: datetime) -> QuerySet[Card]:
    """The open cards of the viewer's list, in its order; none before any was made."""
    made = current_plan(core.local_date(at))
    if made is None:
        return Card.objects.none()
    found = on_list(viewer).waiting(made.day).filter(over_capacity=False)
    return ordered(found)


def listed(
    viewer: Person, at: datetime, *, every: bool = False, after: str = "", most: int
) -> list[Card] | None:
    """Cards of the viewer's list in its order, from the one after a card on.

    With `every` those with a result too. None where `after` is no card of this list.
    """
    made = current_plan(core.local_date(at))
    if made is None:
        return None if after else []
    found = on_list(viewer).of_day(made.day).filter(over_capacity=False)
    if not every:
        found = found.filter(state=Card.State.OPEN)
    ranked = ordered(found).annotate(rate=PER_MINUTE)
    if after:
        # The one where the page ended may have got its result since.
        last = cards(viewer).annotate(rate=PER_MINUTE).filter(public_id=after).first()
        if last is None or not (last.day == made.day or last.waits_on(made.day)):
            return None
        ranked = ranked.filter(_behind(last))
    return list(ranked.select_related("touch", "closed_by", "book__org_unit")[:most])


def _behind(last: Any) -> Q:
    """What comes after a card, with its `rate`, in the order of a list."""
    same = Q(priority=last.priority)
    later = Q(pk__in=[])
    if last.priority == Priority.PROMISE:
        later, same = same & Q(due_on__gt=last.due_on), same & Q(due_on=last.due_on)
    even = same & Q(rate=last.rate)
    return (
        Q(priority__gt=last.priority)
        | later
        | same & Q(rate__lt=last.rate)
        | even & Q(stake__lt=last.stake)
        | even & Q(stake=last.stake, pk__gt=last.pk)
    )


def ordered(found: QuerySet[Card]) -> QuerySet[Card]:
    return found.select_related("customer", "book", "book__owner", "helper").order_by(*IN_ORDER)
