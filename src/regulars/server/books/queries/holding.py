"""Books, the pool, who has nobody, and what a hand-over would carry; for one viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from regulars.server.alerts.models import Alert
from regulars.server.books import rules
from regulars.server.books.models import Handover, HandoverQuerySet
from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Book, Person, Tenure
from regulars.server.core.rules import Permission, Role
from regulars.server.customers.models import Customer, History
from regulars.server.promises.models import Promise
from regulars.server.scoring.models import Score
from regulars.server.tiers.models import Assignment

# Whose customer is in nobody's hands: of a pool, or of an owner who left.
NOBODY = Q(customer__book__owner__isnull=True) | Q(customer__book__owner__is_active=False)


@dataclass(frozen=True)
class Load:
    """A book with what waits in it."""

    book: Book
    customers: int
    top: int
    cards: int
    minutes: int

    @property
    def has_nobody(self) -> bool:
        return self.book.owner is None or not self.book.owner.is_active


@dataclass(frozen=True)
class Free:
    """A customer of the pool, as one may see who could claim them: no name, no number."""

    public_id: str
    district: str
    kind: str
    tier: str
    value: Decimal
    since: date | None


@dataclass(frozen=True)
class Carried:
    """What goes along with the customers of a book."""

    customers: int
    contacts: int
    cards: int
    next_dates: int
    promises: int
    alerts: int


def books(viewer: Person) -> QuerySet[Book]:
    """Books whose customers the viewer sees."""
    found = Book.objects.select_related("owner", "backup", "org_unit").order_by(
        "org_unit", "code"
    )
    return found if viewer.scope.everything else found.filter(pk__in=viewer.scope.books)


def one(viewer: Person, key: int) -> Book | None:
    return books(viewer).filter(pk=key).first()


def loads(viewer: Person) -> list[Load]:
    """Every book of the viewer with its customers, those of top tiers, and what waits."""
    seen = Customer.objects.visible_to(viewer).order_by()
    customers = dict(seen.values_list("book").annotate(n=Count("pk")))
    top = dict(_top(viewer).values_list("customer__book").annotate(n=Count("customer")))
    cards = Card.objects.filter(state=Card.State.OPEN, book__in=books(viewer)).order_by()
    waiting = {
        book: (n, minutes)
        for book, n, minutes in cards.values_list("book").annotate(
            n=Count("pk"), minutes=Sum("minutes")
        )
    }
    return [
        Load(
            each, customers.get(each.pk, 0), top.get(each.pk, 0), *waiting.get(each.pk, (0, 0))
        )
        for each in books(viewer)
    ]


def _top(viewer: Person) -> QuerySet[Assignment]:
    seen = Customer.objects.visible_to(viewer)
    top = Assignment.objects.standing().filter(level__gte=rules.TOP_LEVEL, customer__in=seen)
    return top.order_by()


def without_anybody(viewer: Person) -> QuerySet[Assignment]:
    """Customers of top tiers whom nobody looks after: pool, or an owner who left."""
    found = _top(viewer).filter(NOBODY).select_related("customer__book__org_unit", "scheme")
    return found.order_by("-value", "customer")


def without_anybody_count(viewer: Person) -> int:
    return without_anybody(viewer).count()


def successors(viewer: Person, book: Book) -> QuerySet[Book]:
    """Books that could take customers over: with somebody at work, of the viewer's scope."""
    return books(viewer).filter(owner__is_active=True).exclude(pk=book.pk)


def people_for(viewer: Person, book: Book) -> QuerySet[Person]:
    """People who could own or back up a book: relationship managers around it."""
    found = Person.objects.filter(is_active=True, role__in=(Role.RM, Role.MANAGER))
    if not viewer.scope.everything:
        found = found.filter(org_unit__path__startswith=viewer.org_unit.path)
    return found.order_by("org_unit", "username")


def carried(viewer: Person, book: Book) -> Carried:
    """What goes along when the customers of a book go to others."""
    own = Customer.objects.visible_to(viewer).filter(book=book)
    touches = Touch.objects.visible_to(viewer).standing().filter(customer__in=own)
    cards = Card.objects.filter(customer__in=own, state=Card.State.OPEN)
    dates = touches.filter(next_on__isnull=False)
    pledged = Promise.objects.visible_to(viewer).filter(customer__in=own)
    return Carried(
        customers=own.count(),
        contacts=touches.count(),
        cards=cards.count(),
        next_dates=dates.count(),
        promises=(pledged.open() | pledged.owed()).count(),
        alerts=Alert.objects.visible_to(viewer).live().filter(customer__in=own).count(),
    )


def by_level(viewer: Person, book: Book) -> dict[int, int]:
    """How many customers of a book stand in each level of tier; 0 for those in none."""
    own = Customer.objects.visible_to(viewer).filter(book=book)
    rows = Assignment.objects.standing().filter(customer__in=own).order_by()
    found = dict(rows.values_list("level").annotate(n=Count("customer")))
    rest = own.count() - sum(found.values())
    return dict(sorted({**found, **({0: rest} if rest else {})}.items(), reverse=True))


def level_names() -> dict[int, str]:
    """What the tiers of each level are called."""
    from regulars.server.tiers import queries as tiers

    found: dict[int, list[str]] = {}
    for mark in tiers.primary_marks().values():
        found.setdefault(mark.level, []).append(mark.name)
    return {level: _(", ").join(words) for level, words in found.items()}


def levels(book: Book) -> list[tuple[int, int | None]]:
    """Every customer of a book with the level of their tier; for an action's own use."""
    ranked = Assignment.objects.standing().filter(customer__book=book)
    known = dict(ranked.values_list("customer", "level"))
    own = Customer.objects.standing().filter(book=book).order_by("pk").values_list("pk")
    return [(key, known.get(key)) for (key,) in own]


def tenures(book: Book) -> QuerySet[Tenure]:
    """Who held a book, newest first."""
    return Tenure.objects.filter(book=book).select_related("person").order_by("-pk")


def handovers(viewer: Person) -> HandoverQuerySet:
    found = Handover.objects.visible_to(viewer)
    return found.select_related("book", "leaver", "made_by")


def own_books(viewer: Person) -> QuerySet[Book]:
    """Books into which the viewer may claim: the own ones."""
    return Book.objects.filter(owner=viewer).order_by("code")


def pool(viewer: Person, *, most: int, start: int = 0) -> list[Free]:
    """Customers of the branch whom nobody looks after, the most valuable first.

    Who may claim them does not see them yet: what is shown names nobody.
    """
    if not viewer.may(Permission.CLAIM):
        return []
    with scope.beyond():
        found: list[Any] = list(free(viewer)[start : start + most])
        tiers = _tiers([each.pk for each in found])
    return [
        Free(
            each.public_id,
            each.district,
            each.kind,
            tiers.get(each.pk, ""),
            each.worth or Decimal(0),
            each.since,
        )
        for each in found
    ]


def free(viewer: Person) -> QuerySet[Customer]:
    """The customers of the pools of the viewer's own branch. Call it beyond the scope."""
    from django.db.models import OuterRef, Subquery
    from django.db.models.functions import Coalesce

    worth = Score.objects.filter(customer=OuterRef("pk"), run__is_current=True).values("value")
    found = Customer.objects.standing().filter(
        book__owner__isnull=True, book__org_unit=viewer.org_unit
    )
    valued = found.annotate(worth=Coalesce(Subquery(worth[:1]), Decimal(0)))
    return valued.order_by("-worth", "pk")


def pool_size(viewer: Person) -> int:
    if not viewer.may(Permission.CLAIM):
        return 0
    with scope.beyond():
        return free(viewer).count()


def _tiers(ids: Iterable[int]) -> dict[int, str]:
    from regulars.server.tiers import queries as tiers

    return {key: mark.name for key, mark in tiers.tiers_of(list(ids)).items()}


def claimed_since(person: Person, start: datetime) -> int:
    """How many customers somebody claimed from the pool since a moment."""
    return AuditEntry.objects.filter(
        action="books.customer.claimed", actor=f"person:{person.pk}", happened_at__gte=start
    ).count()


@dataclass(frozen=True)
class Owned:
    """Who looked after a customer, from when to when; "" is the pool."""

    name: str
    since: datetime | None
    until: datetime | None


def owners(customer: Customer) -> list[Owned]:
    """Everybody who looked after a customer, newest first.

    Out of two histories: in which book the customer stood, and who held that book then.
    """
    found: list[Owned] = []
    for book, start, stop in _stays(customer):
        held = Tenure.objects.filter(book=book, role=Tenure.Role.OWNER).select_related("person")
        for each in held:
            since, until = _later(each.since, start), _earlier(each.until, stop)
            if since is None or until is None or since < until:
                found.append(Owned(str(each.person or ""), since, until))
    return found


def _stays(customer: Customer) -> list[tuple[int, datetime | None, datetime | None]]:
    """The books in which a customer stood: (book, from, until), newest first."""
    moves = History.objects.filter(customer=customer, changes__has_key="book_id")
    ends = [(int(m.changes["book_id"]), m.valid_to) for m in moves.order_by("-valid_to")]
    stays: list[tuple[int, datetime | None, datetime | None]] = []
    until: datetime | None = None
    book = customer.book_id
    for before, moved_at in ends:
        stays.append((book, moved_at, until))
        book, until = before, moved_at
    return [*stays, (book, None, until)]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)
