"""The page: the list of the day by class, with the figures above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.server.care.models import Card, CardQuerySet, PlanRun
from regulars.server.care.queries.cards import AT_RISK, CardView, view_all
from regulars.server.care.queries.day.lists import (
    IN_ORDER,
    books_of,
    current_plan,
    in_books,
    on_list,
    ordered,
)
from regulars.server.care.queries.kept import FEW
from regulars.server.care.rules.catalogue import Priority
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person

PAGE = 50
MANY = 20  # cards of a page about more books than anybody works through
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
    finished: tuple[Card, ...]  # the last ones
    over: int  # how many finished in all
    size: int  # cards of one page
    books: tuple[Book, ...]
    book: Book | None
    held_back: int


def today(
    viewer: Person, at: datetime, *, book: str = "", show: str = "", offset: int = 0
) -> Day | None:
    """The list of the day, or None before any was made."""
    now = core.local_date(at)
    made = current_plan(now)
    if made is None:
        return None
    books, named = books_of(viewer, book)
    of_day = in_books(viewer, books, named).of_day(made.day)
    waiting = of_day.filter(state=Card.State.OPEN, over_capacity=False)
    classes = _classes(of_day, now, viewer)
    wanted = _shown(waiting, show, viewer)
    size = PAGE if len(books) <= FEW else MANY
    if not show:
        wanted = wanted.filter(priority__in=_first(classes, offset + size))
    page = list(ordered(wanted)[offset : offset + size])
    views = view_all(viewer, page, at)
    return Day(
        day=made.day,
        today=now,
        made=made,
        figures=_figures(of_day, classes),
        groups=_groups(views, classes, helped=show == "helped"),
        shown=show,
        filters=_filters(classes),
        finished=_finished(of_day, made),
        over=sum(each.over for each in classes.values()),
        size=size,
        books=tuple(core.books(viewer)),
        book=named,
        held_back=int(made.counts.get("held_back", 0)),
    )


@dataclass(frozen=True)
class _Class:
    """What a list has of one class, counted in one reading of its cards."""

    waits: int
    stake: Decimal
    minutes: int
    late: int
    helped: int
    helped_stake: Decimal
    done: int
    over: int
    rest: int
    rest_soon: int


def _classes(
    of_day: CardQuerySet, today: date, viewer: Person | None = None
) -> dict[int, _Class]:
    is_open, zero = Q(state=Card.State.OPEN), Decimal(0)
    waits = is_open & Q(over_capacity=False)
    rest = is_open & Q(over_capacity=True)
    helped = waits & Q(helper=viewer) if viewer else Q(pk=None)
    soon = Q(due_on__lte=today + timedelta(days=7))
    rows: Iterable[Any] = (
        of_day.order_by()
        .values("priority")
        .annotate(
            waits=Count("pk", filter=waits),
            stake_=Coalesce(Sum("stake", filter=waits), zero),
            minutes_=Coalesce(Sum("minutes", filter=waits), 0),
            late=Count("pk", filter=waits & Q(due_on__lt=today)),
            helped=Count("pk", filter=helped),
            helped_stake=Coalesce(Sum("stake", filter=helped), zero),
            # What somebody did from below the list counts as done today, too.
            done=Count("pk", filter=Q(state__in=[Card.State.DONE, Card.State.SNOOZED])),
            over=Count("pk", filter=~Q(state__in=[Card.State.OPEN, Card.State.EXPIRED])),
            rest=Count("pk", filter=rest),
            rest_soon=Count("pk", filter=rest & soon),
        )
    )
    return {
        row.pop("priority"): _Class(stake=row.pop("stake_"), minutes=row.pop("minutes_"), **row)
        for row in rows
    }


def _first(classes: Mapping[int, _Class], many: int) -> list[int]:
    """The classes that so many cards come from, so that the others need not be put in order."""
    found: list[int] = []
    for priority in sorted(classes):
        found.append(priority)
        many -= classes[priority].waits
        if many <= 0:
            break
    return found


def _finished(of_day: CardQuerySet, made: PlanRun) -> tuple[Card, ...]:
    """The last cards with an end, in the order of their ends; found by the hour of it."""
    since = datetime.combine(made.day - timedelta(days=1), time(), core.time_zone())
    found = (
        of_day.exclude(state__in=[Card.State.OPEN, Card.State.EXPIRED])
        .filter(closed_at__gte=since)
        .select_related("customer", "closed_by")
        .prefetch_related("tasks")
        .order_by("-closed_at", "-pk")
    )
    return tuple(reversed(found[:PAGE]))


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
    over = on_list(viewer, book).waiting(made.day).filter(over_capacity=True)
    page = list(ordered(over)[offset : offset + PAGE + 1])
    return view_all(viewer, page[:PAGE], at), len(page) > PAGE


def figures(of_day: CardQuerySet, today: date) -> Figures:
    """How far the day is, over the cards of a list."""
    return _figures(of_day, _classes(of_day, today))


def _figures(of_day: CardQuerySet, classes: Mapping[int, _Class]) -> Figures:
    every = classes.values()
    done, waits = sum(each.done for each in every), sum(each.waits for each in every)
    nothing = Decimal(0)
    growth = classes.get(Priority.GROWTH)
    ended = Q(state__in=[Card.State.DONE, Card.State.SNOOZED])
    listed = Q(state=Card.State.OPEN, over_capacity=False) | ended
    return Figures(
        done=done,
        total=done + waits,
        at_risk=sum((each.stake for of, each in classes.items() if of in AT_RISK), nothing),
        chance=growth.stake if growth else nothing,
        minutes=sum(each.minutes for each in every),
        rest=sum(each.rest for each in every),
        rest_soon=sum(each.rest_soon for each in every),
        late=sum(each.late for each in every),
        pips=_pips(of_day.filter(listed)) if done + waits <= PAGE else (),
    )


def figures_of(viewer: Person, at: datetime, *, book: str = "") -> Figures | None:
    """The same for the page's own books, to be swapped in after a result."""
    today_ = core.local_date(at)
    made = current_plan(today_)
    if made is None:
        return None
    return figures(on_list(viewer, book).of_day(made.day), today_)


def _groups(
    views: list[CardView], classes: Mapping[int, _Class], *, helped: bool
) -> tuple[Group, ...]:
    found: dict[int, list[CardView]] = defaultdict(list)
    for view in views:
        found[view.card.priority].append(view)
    return tuple(
        _group(priority, classes[priority], tuple(inside), helped=helped)
        for priority, inside in sorted(found.items())
    )


def _group(priority: int, of: _Class, inside: tuple[CardView, ...], *, helped: bool) -> Group:
    stake = of.helped_stake if helped else of.stake
    return Group(
        priority=priority,
        name=str(CLASSES[Priority(priority)]),
        count=of.helped if helped else of.waits,
        sum_label=_("at stake") if priority in AT_RISK else _("chance"),
        sum=stake if priority != Priority.CARE else None,
        cards=inside,
    )


def _filters(classes: Mapping[int, _Class]) -> tuple[tuple[str, str, int], ...]:
    every = ("", _("All"), sum(each.waits for each in classes.values()))
    helped = sum(each.helped for each in classes.values())
    over = (("helped", _("Taken over"), helped),) if helped else ()
    return (
        every,
        *over,
        *(
            (str(priority), str(CLASSES[Priority(priority)]), classes[priority].waits)
            for priority in sorted(classes)
            if classes[priority].waits
        ),
    )


def _pips(listed: QuerySet[Card]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """One stroke per card, by class; the finished ones filled, the next one outlined."""
    rows = listed.order_by(*IN_ORDER).values_list("priority", "state")
    by_class: dict[int, list[str]] = defaultdict(list)
    started = False
    for priority, state in rows:
        if state != Card.State.OPEN:
            mark = "on"
        else:
            mark, started = ("", True) if started else ("now", True)
        by_class[priority].append(mark)
    return tuple((len(found), tuple(found)) for _p, found in sorted(by_class.items()))
