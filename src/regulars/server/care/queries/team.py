"""The team: per book what is open, done, late and expired, and who is looked after in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from regulars.server.care.models import Card, CardQuerySet, PlanRun
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.day import current_plan
from regulars.server.care.queries.helping import Load, loads
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.standards import queries as standards
from regulars.server.standards.rules import LEVELS
from regulars.server.tiers.queries import TierMark

EXPIRED_DAYS = 7
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One book on the board."""

    book: Book
    open: int
    done: int
    late: int
    rest: int
    expired: int
    given: int
    covered: int
    due: int
    load: Load | None

    @property
    def share(self) -> float | None:
        return self.covered / self.due if self.due else None

    @property
    def listed(self) -> int:
        return self.open + self.done


@dataclass(frozen=True)
class Team:
    """The board of one viewer."""

    made: PlanRun | None
    today: date
    lines: tuple[Line, ...]
    total: Line | None
    minutes: Load
    standards: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Covered:
    """One customer behind a coverage figure."""

    customer: Customer
    tier: TierMark | None
    last: date | None
    days: int | None
    every: int
    in_time: bool


def team(viewer: Person, at: datetime) -> Team:
    """What each book has done and owes, for the books that the viewer sees."""
    today = core.local_date(at)
    made = current_plan(today)
    books = list(core.books(viewer))
    carried = loads({book.owner_id for book in books if book.owner_id}, made, today)
    counted = _counts(viewer, made, today)
    covered = in_time([book.pk for book in books], today)
    lines = tuple(
        Line(
            book,
            **counted.get(book.pk, dict.fromkeys(COUNTED, 0)),
            covered=covered.get(book.pk, (0, 0))[0],
            due=covered.get(book.pk, (0, 0))[1],
            load=carried.get(book.owner_id) if book.owner_id else None,
        )
        for book in books
    )
    return Team(
        *(made, today, lines, _total(lines)),
        minutes=Load(
            sum(each.needed for each in carried.values()),
            sum(each.has for each in carried.values()),
        ),
        standards=tuple(_usual(today).items()),
    )


def coverage_rows(
    viewer: Person, at: datetime, *, book: Book, show: str = "", offset: int = 0
) -> tuple[list[Covered], bool]:
    """The customers behind a coverage figure: all due, those in time, or those not."""
    today = core.local_date(at)
    found = [
        row
        for row in _contacted([book.pk], today)
        if show not in ("in", "late") or row[4] == (show == "in")
    ]
    page = found[offset : offset + PAGE]
    people = {
        c.pk: c for c in Customer.objects.visible_to(viewer).filter(pk__in=[r[0] for r in page])
    }
    tiers = marks(viewer, people)
    rows = [
        Covered(
            customer=people[customer],
            tier=tiers.get(customer),
            last=last,
            days=(today - last).days if last else None,
            every=every,
            in_time=in_time,
        )
        for customer, _book, last, every, in_time in page
        if customer in people
    ]
    return rows, len(found) > offset + PAGE


COUNTED = ("open", "done", "late", "rest", "expired", "given")


def _counts(viewer: Person, made: PlanRun | None, today: date) -> dict[int, dict[str, int]]:
    if made is None:
        return {}
    found: CardQuerySet = Card.objects.visible_to(viewer)
    now = Q(day=made.day)
    is_open = Q(state=Card.State.OPEN) & now
    listed = Q(over_capacity=False)
    is_done = Q(state__in=[Card.State.DONE, Card.State.SNOOZED]) & now
    since = today - timedelta(days=EXPIRED_DAYS)
    rows: Iterable[Any] = (
        found.filter(day__gte=since)
        .order_by()
        .values("book_id")
        .annotate(
            open=Count("pk", filter=is_open & listed),
            done=Count("pk", filter=is_done),
            late=Count("pk", filter=is_open & Q(due_on__lt=today)),
            rest=Count("pk", filter=is_open & ~listed),
            expired=Count("pk", filter=Q(state=Card.State.EXPIRED)),
            given=Count("pk", filter=is_open & Q(helper__isnull=False)),
        )
    )
    return {
        int(row["book_id"]): {name: int(row.get(name) or 0) for name in COUNTED} for row in rows
    }


def _usual(today: date) -> dict[int, int]:
    """Days between contacts by level, where no place or class has its own."""
    held = standards.in_force(today)
    found = {level: held.standard(level).contact_every for level in LEVELS}
    return {level: every for level, every in found.items() if every}


# Who is due, and when each last answered; customers of the tiers that people look after.
CONTACTED = f"""
select c.id, c.book_id, t.last, e.days,
       coalesce(t.last >= %(day)s::date - e.days, false) as in_time
from ({reads.TIER_OF}) a
join customers_customer c on c.id = a.customer_id and c.state <> 'closed'
     and c.book_id = any (%(books)s)
{standards.EVERY}
left join lateral (
    select (max(at) at time zone %(zone)s)::date as last from channels_touch
    where customer_id = c.id and two_way and reversed_at is null
) t on true
"""


def contacted(books: list[int], today: date) -> dict[str, object] | None:
    """The parameters of `CONTACTED`; None where nobody is due in a rhythm."""
    tiered = reads.tier_run()
    every = standards.intervals(standards.in_force(today).matrix, day=today)
    if tiered is None or every is None:
        return None
    return {
        "tier_run": tiered.pk,
        "books": books,
        "zone": str(core.time_zone()),
        **every,
    }


def in_time(books: list[int], today: date) -> dict[int, tuple[int, int]]:
    """Book -> (customers contacted within their tier's interval, customers with one)."""
    parameters = contacted(books, today)
    if parameters is None:
        return {}
    rows = reads.sql(
        f"select book_id, count(*) filter (where in_time), count(*) from ({CONTACTED}) x "
        "group by book_id",
        parameters,
    )
    return {book: (covered, due) for book, covered, due in rows}


def _contacted(books: list[int], today: date) -> list[tuple[int, int, date | None, int, bool]]:
    parameters = contacted(books, today)
    if parameters is None:
        return []
    return [
        (customer, book, last, every, in_time)
        for customer, book, last, every, in_time in reads.sql(
            f"{CONTACTED} order by in_time, last nulls first, c.id", parameters
        )
    ]


def _total(lines: tuple[Line, ...]) -> Line | None:
    if not lines:
        return None
    sums = {
        name: sum(getattr(line, name) for line in lines)
        for name in (*COUNTED, "covered", "due")
    }
    return Line(lines[0].book, load=None, **sums)
