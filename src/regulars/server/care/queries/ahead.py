"""What is coming: the two-week calendar and what wants preparation, for one viewer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.calendar import WorkCalendar, festivals_between, lunar, lunar_text
from regulars.server.care.models import Card, Visit
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.day import books_of
from regulars.server.care.queries.visits import visits_within
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product
from regulars.server.standards import queries as standards
from regulars.server.tiers.queries import TierMark

DAYS = 14
PREPARE_DAYS = 30
# What a calendar shows as a maturity.
PLACED = ("deposit", "wealth")
MOST = 8
HIGH = 4  # tiers from here up want preparation


@dataclass(frozen=True)
class Event:
    """Something on a day: a visit, a maturity, a birthday, an agreed step, a festival."""

    kind: str
    day: date
    title: str
    customer: Customer | None = None
    tier: TierMark | None = None
    amount: Decimal | None = None
    lunar: str = ""
    days: int = 0


@dataclass(frozen=True)
class CalendarDay:
    """One square of the calendar."""

    day: date
    label: str
    title: str
    festival: bool
    free: bool
    now: bool
    events: tuple[Event, ...]

    @property
    def kinds(self) -> list[str]:
        """The dots below the number, one per kind."""
        return sorted({event.kind for event in self.events if event.kind != "festival"})


@dataclass(frozen=True)
class Ahead:
    """The column beside Today."""

    days: tuple[CalendarDay, ...]
    prepare: tuple[Event, ...]
    promises: tuple[Event, ...]


def ahead(viewer: Person, at: datetime, *, book: str = "") -> Ahead:
    """The calendar from Monday of this week, and the list of what to prepare."""
    today = core.local_date(at)
    books, _named = books_of(viewer, book)
    stop = today + timedelta(days=PREPARE_DAYS + 1)
    agreed = _promises(viewer, books, today, stop)
    coming = [
        *_visits(viewer, books, today, stop),
        *_birthdays(viewer, books, today),
        *_maturities(viewer, books, today, stop),
        *agreed,
    ]
    festivals = _festivals(today - timedelta(days=7), stop)
    return Ahead(
        days=tuple(_calendar(today, core.work_calendar(), coming, festivals)),
        prepare=tuple(_to_prepare(today, coming, festivals)),
        promises=tuple(agreed[:MOST]),
    )


def _calendar(
    today: date, work: WorkCalendar, coming: Sequence[Event], festivals: Sequence[Event]
) -> Iterable[CalendarDay]:
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in coming:
        by_day[event.day].append(event)
    named = {event.day: event.title for event in festivals}
    start = today - timedelta(days=today.weekday())
    for day in (start + timedelta(days=n) for n in range(DAYS)):
        yield CalendarDay(
            day=day,
            label=_label(day, named.get(day, "")),
            title=named.get(day, ""),
            festival=day in named,
            free=not work.is_workday(day),
            now=day == today,
            events=tuple(by_day[day]),
        )


def _label(day: date, festival: str) -> str:
    """Below the number, in Chinese: the festival or the lunar day, the first by its month."""
    if festival and festival.endswith("节") and len(festival) > 2:
        festival = festival.removesuffix("节")
    if not (get_language() or "zh").startswith("zh"):
        return ""
    month_and_day = lunar_text(day)
    month, _sep, rest = month_and_day.partition("月")
    return festival or (f"{month}月" if lunar(day)[1] == 1 else rest)


def _to_prepare(
    today: date, coming: Sequence[Event], festivals: Sequence[Event]
) -> Iterable[Event]:
    """Birthdays of the upper tiers, the larger maturities, the next festival."""
    horizon = today + timedelta(days=standards.in_force(today).longest_lead)
    birthdays = [
        event
        for event in coming
        if event.kind == "birthday"
        and today <= event.day <= horizon
        and event.tier is not None
        and event.tier.level >= HIGH
    ]
    maturities = [event for event in coming if event.kind == "maturity" and event.day >= today]
    largest = sorted(maturities, key=lambda event: -(event.amount or 0))[: MOST // 2]
    next_festival = [event for event in festivals if event.day > today][:1]
    chosen = [*birthdays[: MOST // 2], *largest, *next_festival]
    return sorted(chosen, key=lambda event: (event.day, event.kind))


def _birthdays(viewer: Person, books: Sequence[Book], today: date) -> list[Event]:
    found = reads.birthdays_within(today, PREPARE_DAYS, [book.pk for book in books])
    people = _people(viewer, {row.customer_id for row in found})
    tiers = marks(viewer, people)
    return [
        Event(
            "birthday", row.on, str(people[row.customer_id]), people[row.customer_id],
            tiers.get(row.customer_id),
            lunar=lunar_text(row.on) if row.lunar else "", days=(row.on - today).days,
        )
        for row in found
        if row.customer_id in people
    ]  # fmt: skip


def _maturities(viewer: Person, books: Sequence[Book], today: date, stop: date) -> list[Event]:
    start = today - timedelta(days=today.weekday())
    known = facts.maturing(viewer, start, stop, books=books)
    held = [(who, row) for who, row in known if row.closed_on is None]
    people = _people(viewer, {who for who, _row in held})
    goods = {p.code: p for p in Product.objects.all()}
    tiers = marks(viewer, people)
    return [
        Event(
            "maturity", row.matures_on, str(goods.get(row.product, row.product)),
            people[who], tiers.get(who), row.amount,
            days=(row.matures_on - today).days,
        )
        for who, row in held
        if row.matures_on
        and who in people
        and (row.product not in goods or goods[row.product].kind in PLACED)
    ]  # fmt: skip


def _promises(viewer: Person, books: Sequence[Book], today: date, stop: date) -> list[Event]:
    """Steps with a date that a contact left, and cards that were put off until a day."""
    touches = (
        Touch.objects.visible_to(viewer)
        .standing()
        .filter(next_on__gte=today, next_on__lt=stop, customer__book__in=books)
        .select_related("customer")
        .order_by("next_on", "customer", "next_step", "pk")
        .distinct("next_on", "customer", "next_step")  # noted twice, agreed on once
    )
    waiting = (
        Card.objects.visible_to(viewer)
        .filter(state=Card.State.SNOOZED, next_on__gte=today, next_on__lt=stop, book__in=books)
        .select_related("customer")
        .order_by("next_on", "pk")
    )
    found = [
        *(
            Event("promise", t.next_on, t.next_words, t.customer, days=(t.next_on - today).days)
            for t in touches
            if t.next_on
        ),
        *(
            Event(
                "promise", c.next_on, c.get_snooze_reason_display(), c.customer,
                days=(c.next_on - today).days,
            )
            for c in waiting
            if c.next_on
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda event: event.day)


def _visits(viewer: Person, books: Sequence[Book], today: date, stop: date) -> list[Event]:
    return [
        Event(
            "visit", each.day, _visit_words(each), each.customer, days=(each.day - today).days
        )
        for each in visits_within(viewer, books, today, stop)
    ]


def _visit_words(visit: Visit) -> str:
    hour = f"{visit.hour:%H:%M}" if visit.hour else ""
    return " ".join(filter(None, (hour, _("Visit"), visit.aim or visit.place)))


def _festivals(start: date, stop: date) -> list[Event]:
    zh = (get_language() or "zh").startswith("zh")
    today = start + timedelta(days=7)
    return [
        Event("festival", day, name if zh else name_en, days=(day - today).days)
        for day, name, name_en in festivals_between(start, stop)
    ]


def _people(viewer: Person, ids: set[int]) -> dict[int, Customer]:
    found = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    return {customer.pk: customer for customer in found}
