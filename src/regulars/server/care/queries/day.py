"""Today: the cards of a day as one person may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.server.care.models import Card, CardQuerySet, PlanRun
from regulars.server.care.queries.cards import AT_RISK, CardView, view_all
from regulars.server.care.rules.catalogue import Priority
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role

PAGE = 50
# What a card is expected to change, a minute of work: the order within a class.
PER_MINUTE = F("gain") / Greatest(F("minutes"), 1)
CLASSES = {
    Priority.PROMISE: gettext_lazy("Promises"),
    Priority.LOSS: gettext_lazy("Prevent loss"),
    Priority.MATURITY: gettext_lazy("Maturities"),
    Priority.GROWTH: gettext_lazy("Growth"),
    Priority.CARE: gettext_lazy("Care"),
}


@dataclass(frozen=True)
class Group:
    """The cards of one class."""

    priority: int
    name: str
    count: int
    sum_label: str
    sum: Decimal | None
    cards: tuple[CardView, ...]


@dataclass(frozen=True)
class Figures:
    """The line at the top: how far the day is."""

    done: int
    total: int
    at_risk: Decimal
    chance: Decimal
    minutes: int
    rest: int
    rest_soon: int  # of the rest, due within a week
    late: int
    pips: tuple[tuple[int, tuple[str, ...]], ...]  # (cards of a class, state of each)


@dataclass(frozen=True)
class Day:
    """The page."""

    day: date
    today: date
    made: PlanRun
    figures: Figures
    groups: tuple[Group, ...]
    shown: str
    filters: tuple[tuple[str, str, int], ...]
    finished: tuple[Card, ...]
    books: tuple[Book, ...]
    book: Book | None
    held_back: int


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
    return _listed(viewer, *books_of(viewer, code))


def _listed(viewer: Person, books: Sequence[Book], named: Book | None) -> CardQuerySet:
    found = cards(viewer).filter(of_desks(viewer))
    if named is not None or not any(book.owner_id == viewer.pk for book in books):
        return found.filter(book__in=books)
    return found.filter(Q(book__in=books, helper=None) | Q(helper=viewer))


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
    found = on_list(viewer).filter(day=made.day, state=Card.State.OPEN, over_capacity=False)
    answer = found.aggregate(n=Count("pk"), due=Min("due_on"))
    return answer["n"], answer["due"] is not None and answer["due"] < today


def waiting(viewer: Person, at: datetime) -> QuerySet[Card]:
    """The open cards of the viewer's list, in its order; none before any was made."""
    made = current_plan(core.local_date(at))
    if made is None:
        return Card.objects.none()
    found = on_list(viewer).filter(day=made.day, state=Card.State.OPEN, over_capacity=False)
    return _ordered(found)


def listed(
    viewer: Person, at: datetime, *, every: bool = False, after: str = "", most: int
) -> list[Card] | None:
    """Cards of the viewer's list in its order, from the one after a card on.

    With `every` those with a result too. None where `after` is no card of this list.
    """
    made = current_plan(core.local_date(at))
    if made is None:
        return None if after else []
    found = on_list(viewer).filter(day=made.day, over_capacity=False)
    if not every:
        found = found.filter(state=Card.State.OPEN)
    ranked = _ordered(found).annotate(rate=PER_MINUTE)
    if after:
        # The one where the page ended may have got its result since.
        last = cards(viewer).annotate(rate=PER_MINUTE).filter(public_id=after).first()
        if last is None or last.day != made.day:
            return None
        ranked = ranked.filter(_behind(last))
    return list(ranked.select_related("touch", "closed_by", "book__org_unit")[:most])


def _behind(last: Any) -> Q:
    """What comes after a card, with its `rate`, in the order of a list."""
    same = Q(priority=last.priority)
    even = same & Q(rate=last.rate)
    return (
        Q(priority__gt=last.priority)
        | same & Q(rate__lt=last.rate)
        | even & Q(stake__lt=last.stake)
        | even & Q(stake=last.stake, pk__gt=last.pk)
    )


def today(
    viewer: Person, at: datetime, *, book: str = "", show: str = "", offset: int = 0
) -> Day | None:
    """The list of the day, or None before any was made."""
    now = core.local_date(at)
    made = current_plan(now)
    if made is None:
        return None
    books, named = books_of(viewer, book)
    of_day = _listed(viewer, books, named).filter(day=made.day)
    waiting = of_day.filter(state=Card.State.OPEN, over_capacity=False)
    counted, helped = _counted(waiting, viewer)
    wanted = _shown(waiting, show, viewer)
    page = list(_ordered(wanted)[offset : offset + PAGE])
    views = view_all(viewer, page, at)
    finished = list(
        of_day.exclude(state__in=[Card.State.OPEN, Card.State.EXPIRED])
        .select_related("customer", "closed_by")
        .prefetch_related("tasks")
        .order_by("closed_at")
    )
    return Day(
        day=made.day,
        today=now,
        made=made,
        figures=figures(of_day, now),
        groups=_groups(views, wanted),
        shown=show,
        filters=_filters(counted, helped),
        finished=tuple(finished),
        books=tuple(core.books(viewer)),
        book=named,
        held_back=int(made.counts.get("held_back", 0)),
    )


def _counted(waiting: CardQuerySet, viewer: Person) -> tuple[dict[int, int], int]:
    """How many cards of each class wait, and how many of all were taken over."""
    rows = list(
        waiting.order_by()
        .values_list("priority")
        .annotate(n=Count("pk"), helped=Count("pk", filter=Q(helper=viewer)))
    )
    return {priority: n for priority, n, _helped in rows}, sum(row[2] for row in rows)


def _shown(waiting: CardQuerySet, show: str, viewer: Person) -> CardQuerySet:
    """Keep one class, with "risk" all that may be lost, with "helped" what was taken over."""
    if show == "helped":
        return waiting.filter(helper=viewer)
    if show == "risk":
        return waiting.filter(priority__in=AT_RISK)
    return waiting.filter(priority=int(show)) if show in map(str, Priority) else waiting


def rest(
    viewer: Person, at: datetime, *, book: str = "", offset: int = 0
) -> tuple[list[CardView], bool]:
    """Cards beyond a day's work, 50 at a time, and whether there are more."""
    made = current_plan(core.local_date(at))
    if made is None:
        return [], False
    over = on_list(viewer, book).filter(day=made.day, state=Card.State.OPEN, over_capacity=True)
    page = list(_ordered(over)[offset : offset + PAGE + 1])
    return view_all(viewer, page[:PAGE], at), len(page) > PAGE


def figures(of_day: CardQuerySet, today: date) -> Figures:
    """How far the day is, over the cards of a list."""
    is_open = Q(state=Card.State.OPEN)
    waits = is_open & Q(over_capacity=False)
    # What somebody did from below the list counts as done today, too.
    done = Q(state__in=[Card.State.DONE, Card.State.SNOOZED])
    found = of_day.aggregate(
        total=Count("pk", filter=waits | done),
        done=Count("pk", filter=done),
        at_risk=Sum("stake", filter=waits & Q(priority__in=AT_RISK)),
        chance=Sum("stake", filter=waits & Q(priority=Priority.GROWTH)),
        minutes=Sum("minutes", filter=waits),
        late=Count("pk", filter=waits & Q(due_on__lt=today)),
        rest=Count("pk", filter=is_open & Q(over_capacity=True)),
        rest_soon=Count(
            "pk", filter=is_open & Q(over_capacity=True, due_on__lte=today + timedelta(days=7))
        ),
    )
    return Figures(
        done=found["done"],
        total=found["total"],
        at_risk=found["at_risk"] or Decimal(0),
        chance=found["chance"] or Decimal(0),
        minutes=found["minutes"] or 0,
        rest=found["rest"],
        rest_soon=found["rest_soon"],
        late=found["late"],
        pips=_pips(of_day.filter(waits | done)) if found["total"] <= PAGE else (),
    )


def figures_of(viewer: Person, at: datetime, *, book: str = "") -> Figures | None:
    """The same for the page's own books, to be swapped in after a result."""
    today_ = core.local_date(at)
    made = current_plan(today_)
    if made is None:
        return None
    return figures(on_list(viewer, book).filter(day=made.day), today_)


def _ordered(found: QuerySet[Card]) -> QuerySet[Card]:
    return found.select_related("customer", "book", "book__owner", "helper").order_by(
        "priority", PER_MINUTE.desc(), "-stake", "pk"
    )


def _groups(views: list[CardView], wanted: QuerySet[Card]) -> tuple[Group, ...]:
    sums = {
        priority: (n, stake)
        for priority, n, stake in wanted.order_by()
        .values_list("priority")
        .annotate(n=Count("pk"), stake=Sum("stake"))
    }
    found: dict[int, list[CardView]] = defaultdict(list)
    for view in views:
        found[view.card.priority].append(view)
    return tuple(
        Group(
            priority=priority,
            name=str(CLASSES[Priority(priority)]),
            count=sums[priority][0],
            sum_label=_("at stake") if priority in AT_RISK else _("chance"),
            sum=sums[priority][1] if priority != Priority.CARE else None,
            cards=tuple(inside),
        )
        for priority, inside in sorted(found.items())
    )


def _filters(counted: dict[int, int], helped: int) -> tuple[tuple[str, str, int], ...]:
    every = ("", _("All"), sum(counted.values()))
    over = (("helped", _("Taken over"), helped),) if helped else ()
    return (
        every,
        *over,
        *(
            (str(priority), str(CLASSES[Priority(priority)]), counted[priority])
            for priority in sorted(counted)
        ),
    )


def _pips(listed: QuerySet[Card]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """One stroke per card, by class; the finished ones filled, the next one outlined."""
    rows = listed.order_by("priority", PER_MINUTE.desc(), "-stake", "pk").values_list(
        "priority", "state"
    )
    by_class: dict[int, list[str]] = defaultdict(list)
    started = False
    for priority, state in rows:
        if state != Card.State.OPEN:
            mark = "on"
        else:
            mark, started = ("", True) if started else ("now", True)
        by_class[priority].append(mark)
    return tuple((len(found), tuple(found)) for _p, found in sorted(by_class.items()))
