"""What customers of the demo complained of in two years, and how it was dealt with.

Some sixty cases are lived through in their order, as people would write them: heard, looked
into, answered, made good, asked about afterwards. A few are open, with their clocks running.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zlib import crc32

from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role
from regulars.server.customers.models import Customer
from regulars.server.site.grievance_stories import BANK, CALLS, ROUTES, SHOP, Story
from regulars.server.tiers.models import Assignment

DEMO = System("demo")
PAST = 52  # closed ones
BACK = 700  # days over which they are spread


CHANNELS = ("call", "counter", "call", "wecom", "app", "call", "letter", "counter", "regulator")


@dataclass(frozen=True)
class Hands:
    """Who deals with complaints of one book."""

    desk: Person  # takes them in and handles them
    head: Person  # decides and calls back


def live(*, kind: str, today: date, at: datetime) -> None:
    """Live through two years of complaints, the oldest first, up to this morning."""
    actions.bring_lists(by=DEMO, at=at)
    stories = BANK if kind == "bank" else SHOP
    entries = {entry.code: entry for entry in queries.types(every=True)}
    causes = {entry.code: entry for entry in queries.causes(every=True)}
    known = list(_known())
    if not known:
        return
    for n in range(PAST):
        customer, hands = known[_dice(f"who/{n}", len(known))]
        story = stories[_dice(f"what/{n}", len(stories))]
        # More lately: a company that asks hears more.
        ago = 6 + int((1 - n / PAST) ** 1.4 * BACK)
        day = _workday(today - timedelta(days=ago))
        _lived(n, story, customer, hands, day, entries, causes)
    _open_ones(stories, known, today, at, entries, causes)


def _lived(
    n: int,
    story: Story,
    customer: Customer,
    hands: Hands,
    day: date,
    entries: dict[str, Entry],
    causes: dict[str, Entry],
) -> Case:
    """One case from the first word to the call back."""
    heard = _at(day, 9 + n % 7, 7 * n % 60)
    case = _heard(n, story, customer, hands, heard, entries)
    slow = n % 9 == 4  # a few were late
    seen = heard + timedelta(hours=30 if slow else 1, minutes=11 * n % 45)
    actions.acknowledge(case, by=hands.desk, at=seen, note="已致电客户，说明由我办理。")
    actions.note(case, words=story.found, by=hands.desk, at=seen + timedelta(hours=1))
    if n % 13 == 6:
        actions.close(
            case, result="withdrawn", note="客户来电说明是误会，撤回投诉。", by=hands.desk,
            at=_later(seen, 2, 10),
        )  # fmt: skip
        return case
    days = 22 if slow else 1 + n % 3
    actions.answer(
        case, text=_answer(case, story.told), by=hands.desk, at=_later(seen, days, 16)
    )
    done = _later(seen, days + 1, 10)
    _closed(case, story, hands, done, causes)
    content, said = CALLS[n % len(CALLS)]
    actions.call_back(
        case, is_content=content, note=said, by=hands.head, at=_later(done, 1 + n % 3, 11)
    )
    return case


def _open_ones(
    stories: Sequence[Story],
    known: Sequence[tuple[Customer, Hands]],
    today: date,
    at: datetime,
    entries: dict[str, Entry],
    causes: dict[str, Entry],
) -> None:
    """What stands on the desk this morning, in every state that a case can be in."""
    known = _near(known)
    before = [_workday(today - timedelta(days=n)) for n in (1, 2, 3, 5, 6, 8, 9, 11)]

    def one(n: int, heard: datetime) -> tuple[Case, Story, Hands]:
        customer, hands = known[n * 7 % len(known)]
        story = stories[n % len(stories)]
        return _heard(n, story, customer, hands, heard, entries), story, hands

    one(1, at - timedelta(minutes=35))  # a moment ago, nobody has it
    one(2, _at(before[0], 16, 50))
    one(3, _at(before[1], 10))  # late: it goes up the line
    case, _story, hands = one(4, _at(before[0], 11))
    actions.acknowledge(case, by=hands.desk, at=_at(before[0], 13), note="客户下午方便接电话。")
    case, story, hands = one(5, _at(before[2], 9, 20))
    actions.acknowledge(case, by=hands.desk, at=_at(before[2], 10))
    actions.note(case, words=story.found, by=hands.desk, at=_at(before[2], 15))
    actions.wait(
        case, reason="papers", note="请客户补一份当时的回单。", by=hands.desk,
        until=at + timedelta(days=6), at=_at(before[2], 16),
    )  # fmt: skip
    case, story, hands = one(6, _at(before[4], 9, 40))
    actions.acknowledge(case, by=hands.desk, at=_at(before[4], 10, 30))
    actions.note(case, words=story.found, by=hands.desk, at=_at(before[3], 9, 50))
    actions.answer(case, text=_answer(case, story.told), by=hands.desk, at=_at(before[1], 14))
    case, story, hands = one(7, _at(before[7], 9, 15))
    actions.acknowledge(case, by=hands.desk, at=_at(before[7], 10))
    actions.change(
        case, type=case.type, severity=3, is_complex=True, wish=case.wish, product=case.product,
        about=case.about, about_service=case.about_service, by=hands.desk, at=_at(before[6], 9),
    )  # fmt: skip
    actions.ask(
        case, days=10, reason="需要总行科技部出具系统日志，预计还要一周。", by=hands.desk,
        at=_at(before[1], 17),
    )  # fmt: skip
    for n, ended in ((8, before[1]), (9, before[0])):  # the customer is to be called
        case, story, hands = one(n, _at(before[5], 10, n))
        actions.acknowledge(case, by=hands.desk, at=_at(before[5], 11))
        actions.answer(case, text=_answer(case, story.told), by=hands.desk, at=_at(ended, 10))
        _closed(case, story, hands, _at(ended, 11), causes)
    _stranger(known[0][1], _at(before[0], 15, 30), entries)
    for moment in (_at(before[0], 17), at):  # the clock has run meanwhile
        actions.rise(by=DEMO, at=moment)


def _heard(
    n: int, story: Story, customer: Customer, hands: Hands, at: datetime,
    entries: dict[str, Entry],
) -> Case:  # fmt: skip
    owner = customer.book.owner
    names = story.type == "service" and n % 2 == 0
    return actions.open_case(
        words=story.words,
        wish=story.wish,
        type=entries.get(story.type) or entries["other"],
        channel=CHANNELS[n % len(CHANNELS)],
        severity=story.severity,
        customer=customer,
        about=owner if names and owner != hands.desk else None,
        by=hands.desk,
        at=at,
    )


def _closed(
    case: Case, story: Story, hands: Hands, at: datetime, causes: dict[str, Entry]
) -> None:
    actions.close(
        case,
        result=story.result,
        cause=causes[story.cause],
        remedy=story.remedy,
        cost=Decimal(story.cost) if story.cost else None,
        by=hands.desk,
        at=at,
    )


def _stranger(hands: Hands, at: datetime, entries: dict[str, Entry]) -> None:
    """Somebody whom nobody has on file yet."""
    book = Book.objects.filter(org_unit=hands.desk.org_unit).order_by("pk").first()
    case = actions.open_case(
        who="冯先生", phone="10100009999", book=book, type=entries["waiting"],
        channel="counter",
        words="陪老人来办业务，轮椅坡道被电动车堵了，没人管。", wish="把坡道清出来。",
        severity=1, by=hands.desk, at=at,
    )  # fmt: skip
    actions.acknowledge(case, by=hands.desk, at=at + timedelta(minutes=10))


def _near(known: Sequence[tuple[Customer, Hands]]) -> list[tuple[Customer, Hands]]:
    """Those of the first manager, whose desk a visitor of the demo looks at; else all."""
    first = Person.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk").first()
    place = first.org_unit_id if first else None
    own = [row for row in known if row[0].book.org_unit_id == place]
    return own if len(own) > 4 else list(known)


def _known() -> Iterator[tuple[Customer, Hands]]:
    """Customers of every tier with those who deal with their complaints, mixed by a throw."""
    ranked = Assignment.objects.standing().order_by("-level", "-value", "customer")
    ids = list(ranked.values_list("customer", flat=True)[:4000])
    chosen = sorted(ids, key=lambda pk: crc32(f"grievance/{pk}".encode()))[:120]
    found = Customer.objects.select_related("book__owner", "book__org_unit").in_bulk(chosen)
    at_work = list(Person.objects.filter(is_active=True).order_by("pk"))
    for pk in chosen:
        customer = found[pk]
        if hands := _hands(customer.book, at_work):
            yield customer, hands


def _hands(book: Book, people: Sequence[Person]) -> Hands | None:
    """The lobby manager of the branch, else its manager; and who stands above them."""

    def first(role: Role, *, here: bool) -> Person | None:
        return next(
            (
                one
                for one in people
                if one.role == role and (not here or one.org_unit_id == book.org_unit_id)
            ),
            None,
        )

    manager, leader = first(Role.MANAGER, here=True), first(Role.LEADER, here=False)
    desk = first(Role.LOBBY_MANAGER, here=True) or manager
    head = manager if manager is not None and manager != desk else leader
    if desk is None or head is None or desk == head:
        return None
    # Who looks after the book may be whom it is about.
    keepers = {book.owner_id, book.backup_id}
    return None if {desk.pk, head.pk} & keepers else Hands(desk, head)


def _answer(case: Case, told: str) -> str:
    return f"{case.who}：\n\n{told}\n\n{ROUTES}"


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), core.time_zone())


def _later(at: datetime, days: int, hour: int) -> datetime:
    """An hour of a working day, so many of them later."""
    day = core.work_calendar().add_workdays(core.local_date(at), days)
    return _at(day, hour)


def _workday(day: date) -> date:
    calendar = core.work_calendar()
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _dice(what: str, sides: int) -> int:
    """A number that looks thrown, and is the same each time."""
    return crc32(what.encode()) % sides
