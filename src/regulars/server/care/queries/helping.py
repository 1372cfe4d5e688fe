"""Who has too much today, who could help, and what each one's day holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from regulars.server.care.models import Capacity, Card, CardQuerySet, PlanRun
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.day import current_plan
from regulars.server.care.rules.policy import Policy
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

MOST = 200  # cards that one drawer lists; the buttons for a whole tier reach all


@dataclass(frozen=True)
class Load:
    """Minutes of open work on somebody's list, and those that their day has for it."""

    needed: int
    has: int

    @property
    def share(self) -> float:
        """How full the day is, one at most."""
        return min(1.0, self.needed / self.has) if self.has else 1.0

    @property
    def over(self) -> bool:
        return self.needed > self.has


@dataclass(frozen=True)
class Helpable:
    """One card that somebody else could take."""

    card: Card
    tier: TierMark | None
    late: bool


@dataclass(frozen=True)
class Burden:
    """A book whose owner may need help: its cards, counted by what one click could give."""

    book: Book
    load: Load | None
    today: date
    rows: tuple[Helpable, ...]
    over: int
    late: int
    given: tuple[Card, ...]
    levels: tuple[tuple[TierMark, int], ...]  # overflow by level of tier, the top first
    helpers: tuple[Person, ...]
    capacities: tuple[Capacity, ...]


def loads(people: Collection[int], made: PlanRun | None, today: date) -> dict[int, Load]:
    """What waits on each one's list of the day, in minutes, beside what their day holds.

    Cards that others took over count there; lists of ranks count for nobody.
    """
    usual = Policy.of(core.settings_of_company()).minutes_a_day
    has = {held.person_id: held.minutes for held in _held(people, today)}
    needed: dict[int, int] = {}
    if made is not None:
        rows = (
            Card.objects.waiting(made.day)
            .filter(desk=Card.Desk.RM)
            .filter(Q(helper__in=people) | Q(helper=None, book__owner__in=people))
            .order_by()
            .annotate(holder=Coalesce("helper_id", "book__owner_id"))
            .values_list("holder")
            .annotate(n=Sum("minutes"))
        )
        needed = dict(rows)
    return {each: Load(needed.get(each, 0), has.get(each, usual)) for each in people}


def burden(viewer: Person, book: Book, at: datetime) -> Burden:
    """The late cards and those beyond the day, of a book that the viewer sees."""
    today = core.local_date(at)
    made = current_plan(today)
    over = helpable(viewer, book, at, what="over")
    late = helpable(viewer, book, at, what="late")
    wanted = (
        (over | late)
        .select_related("customer", "helper")
        .order_by("due_on", "priority", "-stake", "pk")
    )
    page = list(wanted[:MOST])
    ids = list(over.values_list("customer_id", flat=True))
    marked = marks(viewer, {*ids, *(card.customer_id for card in page)})
    counted = Counter(marked[customer].level for customer in ids if customer in marked)
    names = tiers.names_of_levels()
    owner = book.owner_id
    return Burden(
        book=book,
        load=loads([owner], made, today)[owner] if owner else None,
        today=today,
        rows=tuple(
            Helpable(card, marked.get(card.customer_id), card.due_on < today) for card in page
        ),
        over=len(ids),
        late=late.count(),
        given=tuple(
            helpable(viewer, book, at, what="return")
            .select_related("customer", "helper")
            .order_by("helper__name", "due_on", "pk")[:MOST]
        ),
        levels=tuple(
            (TierMark("", names.get(level, ""), level), n)
            for level, n in sorted(counted.items(), reverse=True)
        ),
        helpers=tuple(helpers(viewer, book)),
        capacities=tuple(capacities(book.owner, today)) if book.owner else (),
    )


def helpable(
    viewer: Person, book: Book, at: datetime, *, what: str, chosen: Collection[str] = ()
) -> CardQuerySet:
    """Open cards on the list of a book's owner: chosen ones, late ones, or those beyond the
    day; "over:5" keeps the tier of that level."""
    today = core.local_date(at)
    made = current_plan(today)
    found = Card.objects.visible_to(viewer).filter(
        book=book, desk=Card.Desk.RM, state=Card.State.OPEN, helper=None
    )
    if made is None:
        return found.none()
    found = found.waiting(made.day)
    if what == "return":
        given = Card.objects.visible_to(viewer).waiting(made.day)
        given = given.filter(book=book, helper__isnull=False)
        return given.filter(public_id__in=list(chosen)) if chosen else given
    if what == "late":
        return found.filter(due_on__lt=today)
    if what == "chosen":
        return found.filter(public_id__in=list(chosen))
    beyond = found.filter(over_capacity=True)
    _over, _colon, level = what.partition(":")
    if not level:
        return beyond
    ids = list(beyond.values_list("customer_id", flat=True))
    of_level = [who for who, mark in marks(viewer, ids).items() if str(mark.level) == level]
    return beyond.filter(customer__in=of_level)


def helpers(viewer: Person, book: Book) -> list[Person]:
    """Who could take cards of a book: its backup, the viewer, then colleagues of its place."""
    people = Person.objects.filter(is_active=True).exclude(books=book)
    beside = people.filter(role__in=[Role.RM, Role.MANAGER], org_unit=book.org_unit).order_by(
        "name", "pk"
    )
    first = [book.backup] if book.backup and book.backup.is_active else []
    first += [viewer] if viewer.pk not in (book.owner_id, book.backup_id) else []
    taken = {person.pk for person in first}
    return [*first, *(person for person in beside if person.pk not in taken)]


def capacities(person: Person, today: date) -> QuerySet[Capacity]:
    """What was said of somebody's days, for today and what lies ahead."""
    found = Capacity.objects.filter(person=person).select_related("set_by")
    return found.filter(Q(last_on=None) | Q(last_on__gte=today))


def _held(people: Collection[int], day: date) -> QuerySet[Capacity]:
    return (
        Capacity.objects.filter(person__in=people, first_on__lte=day)
        .filter(Q(last_on=None) | Q(last_on__gte=day))
        .order_by("person_id", "-first_on", "-pk")
        .distinct("person_id")
    )
