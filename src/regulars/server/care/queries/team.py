"""The team: per book what is open, done, late and expired, and who is looked after in time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from regulars.server.care.models import Counting, PlanRun
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.day import current_plan
from regulars.server.care.queries.helping import Load, loads
from regulars.server.care.queries.kept import Shape, parts, standing
from regulars.server.core import queries as core
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.standards import queries as standards
from regulars.server.standards.rules import LEVELS
from regulars.server.tiers.queries import TierMark

EXPIRED_DAYS = 7
PAGE = 50
MOST = 60  # books on one board; more are summed up by place


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
    counting: Counting | None  # the count that the figures were read from; None: live
    books: tuple[Book, ...]
    places: tuple[Line, ...]  # in place of the lines where there are too many
    unit: OrgUnit | None  # the place that was asked for
    units: tuple[OrgUnit, ...]


@dataclass(frozen=True)
class Covered:
    """One customer behind a coverage figure."""

    customer: Customer
    tier: TierMark | None
    last: date | None
    days: int | None
    every: int
    in_time: bool


def team(viewer: Person, at: datetime, *, unit: str = "") -> Team:
    """What each book has done and owes, for the books that the viewer sees.

    Of many books the places are summed up; a named place shows its own.
    """
    today = core.local_date(at)
    made = current_plan(today)
    every = list(core.books(viewer))
    counting = standing(every, today)
    named = next((b.org_unit for b in every if b.org_unit.code == unit), None)
    books = [b for b in every if named is None or b.org_unit_id == named.pk]
    lines = _lines(viewer, books, made, today, counting)
    carried = [line.load for line in lines if line.load]
    many = named is None and len(lines) > MOST
    return Team(
        *(made, today, () if many else lines, _total(lines)),
        minutes=_together(carried),
        standards=tuple(_usual(today).items()),
        counting=counting,
        books=tuple(books),
        places=_by_place(lines) if many else (),
        unit=named,
        units=tuple(sorted({b.org_unit for b in every}, key=lambda each: each.code)),
    )


def _lines(
    viewer: Person, books: list[Book], made: PlanRun | None, today: date,
    counting: Counting | None,
) -> tuple[Line, ...]:  # fmt: skip
    keys = [book.pk for book in books]
    carried = loads({book.owner_id for book in books if book.owner_id}, made, today)
    counted = _counts(viewer, keys, made, today, counting)
    covered = in_time(keys, today, viewer=viewer, counting=counting)
    return tuple(
        Line(
            book,
            **counted.get(book.pk, dict.fromkeys(COUNTED, 0)),
            covered=covered.get(book.pk, (0, 0))[0],
            due=covered.get(book.pk, (0, 0))[1],
            load=carried.get(book.owner_id) if book.owner_id else None,
        )
        for book in books
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


# What a book has done and owes on the day of the newest list.
IS_OPEN = "state = 'open' and day <= %(day)s"
CARDS = Shape(
    "cards",
    """
    select k.customer_id, k.book_id as book, k.state, k.day, k.due_on, k.over_capacity,
           k.helper_id
    from care_card k
    join customers_customer c on c.id = k.customer_id and c.book_id = any (%(books)s)
    where (k.day >= %(since)s::date or k.state = 'open') and k.book_id = any (%(books)s)
    """,
    tuple(
        f"count(*) filter (where {which})"
        for which in (
            f"{IS_OPEN} and not over_capacity",
            "state in ('done', 'snoozed') and day = %(day)s",
            f"{IS_OPEN} and due_on < %(today)s",
            f"{IS_OPEN} and over_capacity",
            "state = 'expired'",
            f"{IS_OPEN} and helper_id is not null",
        )
    ),
    settled=False,
)
COUNTED = ("open", "done", "late", "rest", "expired", "given")


def of_cards(books: list[int], made: PlanRun, today: date) -> dict[str, Any]:
    """The parameters of `CARDS`."""
    since = today - timedelta(days=EXPIRED_DAYS)
    return {"books": books, "day": made.day, "today": today, "since": since}


def _counts(
    viewer: Person, books: list[int], made: PlanRun | None, today: date,
    counting: Counting | None,
) -> dict[int, dict[str, int]]:  # fmt: skip
    if made is None:
        return {}
    found = parts(CARDS, of_cards(books, made, today), viewer=viewer, counting=counting)
    return {
        part.value: dict(zip(COUNTED, part.sums, strict=True))
        for part in found
        if part.axis == "book"
    }


def _usual(today: date) -> dict[int, int]:
    """Days between contacts by level, where no place or class has its own."""
    held = standards.in_force(today)
    found = {level: held.standard(level).contact_every for level in LEVELS}
    return {level: every for level, every in found.items() if every}


# Who is due, and when each last answered; customers of the tiers that people look after.
CONTACTED = f"""
select c.id as customer_id, c.book_id as book, t.last, e.days,
       coalesce(t.last >= %(day)s::date - e.days, false) as in_time
from ({reads.TIER_OF}) a
join customers_customer c on c.id = a.customer_id and c.state <> 'closed'
     and c.book_id = any (%(books)s)
{standards.every("a.level")}
left join lateral (
    select (max(at) at time zone %(zone)s)::date as last from channels_touch
    where customer_id = c.id and two_way and reversed_at is null
) t on true
"""
STANDARD = Shape("standard", CONTACTED, ("count(*) filter (where in_time)", "count(*)"))


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


def in_time(
    books: list[int], today: date, *, viewer: Person, counting: Counting | None = None
) -> dict[int, tuple[int, int]]:
    """Book -> (customers contacted within their tier's interval, customers with one)."""
    parameters = contacted(books, today)
    if parameters is None:
        return {}
    found = parts(STANDARD, parameters, viewer=viewer, counting=counting)
    return {part.value: part.sums for part in found if part.axis == "book"}


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


def _by_place(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """One line per place, by its code; its load is that of its people together."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.book.org_unit.code].append(line)
    return tuple(
        replace(total, load=_together([line.load for line in found[code] if line.load]))
        for code in sorted(found)
        if (total := _total(tuple(found[code])))
    )


def _together(carried: list[Load]) -> Load:
    return Load(sum(each.needed for each in carried), sum(each.has for each in carried))


def _total(lines: tuple[Line, ...]) -> Line | None:
    if not lines:
        return None
    sums = {
        name: sum(getattr(line, name) for line in lines)
        for name in (*COUNTED, "covered", "due")
    }
    return Line(lines[0].book, load=None, **sums)
