"""What the open ones will bring, month by month, and what came of what was expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Sum

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.opportunities.models import ForecastMark, Opportunity, Stage
from regulars.server.opportunities.models.forecasts import ForecastMarkQuerySet
from regulars.server.opportunities.queries.stages import chance_of, chances, open_stages
from regulars.server.opportunities.queries.wanted import (
    AHEAD,
    BOOKS,
    MINE,
    PLACE,
    Wanted,
    asked,
    month_bounds,
    of_rates,
)
from regulars.server.opportunities.rules import Chance, Deal, Expected, Open, expect, hit
from regulars.server.opportunities.rules import chances as rated

BEHIND = 12


@dataclass(frozen=True)
class Month:
    """What is expected of one month; None as the month: no day was said, or it is over."""

    month: date | None
    told: Expected


@dataclass(frozen=True)
class Check:
    """What was expected of a month when it began, and what came."""

    month: date
    open: int
    expected: Decimal
    wins: Decimal
    came: Decimal
    won: int
    share: float | None


@dataclass(frozen=True)
class Promised:
    """One book's part of what was expected of a month; no mark where it expected nothing."""

    book: Book
    mark: ForecastMark | None
    won: int
    came: Decimal

    @property
    def expected(self) -> Decimal:
        return self.mark.expected if self.mark else Decimal(0)


@dataclass(frozen=True)
class StageChance:
    """The chance of a stage, and where it is known from."""

    stage: Stage
    chance: Chance


@dataclass(frozen=True)
class Forecast:
    """The forecast part of the funnel page."""

    whole: Expected
    months: tuple[Month, ...]
    later: Expected
    undated: Expected
    overdue: Expected
    chances: tuple[StageChance, ...]
    checks: tuple[Check, ...]


def forecast(viewer: Person, wanted: Wanted, at: datetime) -> Forecast:
    """The open ones by the month in which they are to be decided."""
    today, known = core.local_date(at), chances()
    first = today.replace(day=1)
    rows = list(asked(viewer, wanted, at).open())
    grouped: dict[object, list[Opportunity]] = defaultdict(list)
    for each in rows:
        grouped[_group(each.expected_on, today, first)].append(each)
    months = [add_months(first, n) for n in range(AHEAD)]
    return Forecast(
        whole=_expect(rows, known),
        months=tuple(Month(month, _expect(grouped[month], known)) for month in months),
        later=_expect(grouped["later"], known),
        undated=_expect(grouped["undated"], known),
        overdue=_expect(grouped["overdue"], known),
        chances=tuple(StageChance(each, chance_of(each)) for each in open_stages()),
        checks=tuple(checks(viewer, wanted, at)),
    )


def checks(viewer: Person, wanted: Wanted, at: datetime) -> Iterable[Check]:
    """Months that are over, the newest first; what was expected was kept by book."""
    first = core.local_date(at).replace(day=1)
    marks = _marks(viewer, wanted).filter(
        month__lt=first, month__gte=add_months(first, -BEHIND)
    )
    told = marks.values("month").annotate(n=Sum("open"), sum=Sum("expected"), hoped=Sum("wins"))
    for row in told.order_by("-month"):
        start, stop = month_bounds(row["month"])
        ended = asked(viewer, _of_books(wanted), at).filter(
            state="won", closed_at__gte=start, closed_at__lt=stop
        )
        came = ended.order_by().aggregate(n=Count("pk"), sum=Sum("won_amount"))
        brought = came["sum"] or Decimal(0)
        yield Check(
            row["month"], row["n"], row["sum"], row["hoped"], brought, came["n"],
            hit(row["sum"], brought),
        )  # fmt: skip


def promised(viewer: Person, wanted: Wanted, month: date, at: datetime) -> list[Promised]:
    """Book by book what was expected of a month when it began, and what came in it."""
    start, stop = month_bounds(month)
    won = asked(viewer, _of_books(wanted), at).filter(
        state="won", closed_at__gte=start, closed_at__lt=stop
    )
    came = {
        book: (n, brought or Decimal(0))
        for book, n, brought in won.order_by()
        .values_list("customer__book")
        .annotate(n=Count("pk"), sum=Sum("won_amount"))
    }
    marks = _marks(viewer, wanted).filter(month=month).select_related("book__owner")
    rows = [
        Promised(mark.book, mark, *came.pop(mark.book_id, (0, Decimal(0)))) for mark in marks
    ]
    others = Book.objects.select_related("owner").in_bulk(came)
    rows += [Promised(others[book], None, *told) for book, told in came.items()]
    return sorted(rows, key=lambda row: (row.mark is None, -row.expected, row.book.pk))


def _marks(viewer: Person, wanted: Wanted) -> ForecastMarkQuerySet:
    marks = ForecastMark.objects.visible_to(viewer)
    if wanted.view != PLACE:
        marks = marks.filter(book__owner=viewer)
    return marks.filter(book__org_unit__code=wanted.branch) if wanted.branch else marks


def expected_by_book(month: date, at: datetime) -> Mapping[int, Expected]:
    """What each book expects of a month, as the page shows it then; for the system.

    Whose day is over is in no month: somebody has to say a new one first.
    """
    first, today = month.replace(day=1), core.local_date(at)
    rows = (
        Opportunity.objects.open()
        .counted()
        .filter(expected_on__gte=max(first, today), expected_on__lt=add_months(first, 1))
    )
    found: dict[int, list[Opportunity]] = defaultdict(list)
    for each in rows.select_related("stage", "customer").order_by("pk"):
        found[each.customer.book_id].append(each)
    known = chances()
    return {book: _expect(inside, known) for book, inside in found.items()}


def company_chances(at: datetime) -> dict[int, Chance]:
    """The own won rate of every open stage, of two years before today; for the system."""
    ended = of_rates(Opportunity.objects.counted(), core.local_date(at))
    rows = ended.with_furthest().order_by("pk")
    deals = [
        Deal(furthest or 0, state) for furthest, state in rows.values_list("furthest", "state")
    ]
    stated = {
        each.position: each.chance
        for each in Stage.objects.filter(ends="").order_by("position")
    }
    return rated(deals, stated)


def _of_books(wanted: Wanted) -> Wanted:
    """What was won is held against what books expected: no other cut may be made.

    One's own are those of the own books: what was named or stood in for is another book's.
    """
    view = BOOKS if wanted.view == MINE else wanted.view
    return Wanted(view=view, state="all", branch=wanted.branch)


def _group(day: date | None, today: date, first: date) -> object:
    if day is None:
        return "undated"
    if day < today:
        return "overdue"
    month = day.replace(day=1)
    return month if month < add_months(first, AHEAD) else "later"


def _expect(rows: Iterable[Opportunity], known: Mapping[int, Chance]) -> Expected:
    return expect((Open(each.stage.position, each.amount, each.chance) for each in rows), known)
