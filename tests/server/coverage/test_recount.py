"""Every figure of coverage, counted again by somebody who reads one row after the other."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from tests.server.care.conftest import World

from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.coverage import queries
from regulars.server.customers.models import Customer
from regulars.server.standards import queries as standards
from regulars.server.tiers.models import Assignment
from regulars.testing.cast import NOON, TESTS, TODAY, customer

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1), date(2026, 11, 30)
TRIGGERS = ("contact_overdue", "deposit_maturity", "large_outflow", "complaint_opened")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def moment(day: date, luck: random.Random) -> datetime:
    """Any minute of a day in Shanghai, so that days of UTC and ours differ."""
    minutes = luck.randrange(24 * 60)
    return datetime.combine(day, time(), UTC) + timedelta(minutes=minutes - 8 * 60)


def live(world: World, seed: int) -> list[Customer]:
    """Customers of three books with tiers, contacts and reasons of every fate, by chance."""
    luck, cast = random.Random(seed), world.cast
    books = (cast.mei_book, cast.tao_book, cast.willow_pool)
    people = [customer(f"9{n:03}", f"客户{n}", luck.choice(books)) for n in range(40)]
    run = world.score({one: {"stake": str(n * 100)} for n, one in enumerate(people)})
    world.tier(run, {one: (luck.choice((2, 3, 4, 5)), None, None) for one in people[:-4]})
    for one in people:
        for _ in range(luck.randrange(4)):
            world.talk(
                one, luck.randrange(1, 120), channel=luck.choice(("call", "visit", "wecom")),
                two_way=luck.random() < 0.6,
            )  # fmt: skip
        for n in range(luck.randrange(5)):
            reason(one, n, luck)
    return people


def reason(one: Customer, n: int, luck: random.Random) -> None:
    due = TODAY + timedelta(days=luck.randrange(-50, 20))
    first = due - timedelta(days=luck.randrange(1, 12)) if luck.random() < 0.3 else None
    last = due + timedelta(days=luck.randrange(4))
    state = luck.choice(("open", "open", "done", "done", "expired"))
    closed = None if state == "open" else moment(due + timedelta(luck.randrange(-4, 6)), luck)
    won = luck.choice(("reached", "interested", "done", "no_answer"))
    desk, outcome = luck.choice(("rm", "manager")), won if luck.random() < 0.3 else ""
    waiting = Card.objects.filter(customer=one, desk=desk, state="open").first()
    card = waiting if state == "open" and waiting else Card.objects.create(
        customer=one, book=one.book, day=TODAY - timedelta(days=100 + n), priority=3,
        due_on=due, state="open" if state == "open" else "done", desk=desk,
        outcome=won if closed else outcome,
    )  # fmt: skip
    Task.objects.create(
        card=card, customer=one, trigger=luck.choice(TRIGGERS), cycle=f"n{n}", priority=3,
        state=state, due_on=due, first_due_on=first, expires_on=last, made_at=NOON,
        closed_at=closed,
    )  # fmt: skip


def fate(task: Task) -> str:
    """What became of a reason, said as slowly as the page's definition says it."""
    zone = core.time_zone()
    owed = task.first_due_on or task.due_on
    closed = task.closed_at.astimezone(zone).date() if task.closed_at else None
    if task.state == "done":
        assert closed is not None
        return "in_time" if closed <= owed else "after"
    if task.state == "expired":
        assert closed is not None
        return "withdrawn" if closed <= task.expires_on else "expired"
    return "late" if owed < TODAY else "ahead"


def seen_by(viewer: Person) -> list[Task]:
    books = set(viewer.scope.books) if not viewer.scope.everything else None
    return [
        task
        for task in Task.objects.select_related("card", "customer")
        if (books is None or task.card.book_id in books)
        and MONTH[0] <= (task.first_due_on or task.due_on) <= MONTH[1]
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("who", ["lin", "wei", "mei"])
def test_due_done_and_late_are_those_of_a_slow_recount(
    world: World, who: str, seed: int
) -> None:
    live(world, seed)
    viewer = Person.objects.get(pk=getattr(world.cast, who).pk)
    tasks = seen_by(viewer)
    by_axis: dict[str, Counter[tuple[object, str]]] = {
        "": Counter(("", fate(task)) for task in tasks),
        "book": Counter((task.card.book_id, fate(task)) for task in tasks),
        "desk": Counter((task.card.desk, fate(task)) for task in tasks),
        "trigger": Counter((task.trigger, fate(task)) for task in tasks),
    }

    with scope.looking(viewer):
        ground = queries.ground(viewer, NOON, period="month")
        found = queries.sums(ground)
        listed, more = queries.rows(ground, by="", of="", show="late")
    scope.set_scope(scope.EVERYBODY)

    for axis, expected in by_axis.items():
        told = {
            (value, name): n
            for value, each in found[axis].items()
            for name, n in each.fates.items()
            if n
        }
        assert told == dict(expected), axis
    late = {task.pk for task in tasks if fate(task) == "late"}
    assert not more
    assert {row.task.pk for row in listed} == late


@pytest.mark.parametrize("seed", range(3))
def test_rates_are_those_of_a_slow_recount_and_their_rows_are_there(
    world: World, seed: int
) -> None:
    live(world, seed)
    viewer, zone = world.cast.lin, core.time_zone()
    owing = [task for task in seen_by(viewer) if fate(task) not in ("withdrawn", "ahead")]
    assigned = {task.customer_id for task in owing}
    won = {
        task.customer_id
        for task in owing
        if task.state == "done" and task.card.outcome in ("interested", "done")
    }
    answered = list(Touch.objects.filter(two_way=True, reversed_at=None))
    spoken = {
        each.customer_id
        for each in answered
        if MONTH[0] <= each.at.astimezone(zone).date() <= MONTH[1]
    }
    calls = [
        each
        for each in Touch.objects.filter(reversed_at=None, inbound=False, channel="call")
        if MONTH[0] <= each.at.astimezone(zone).date() <= MONTH[1]
    ]
    standard, kept = by_the_standard(answered)

    with scope.looking(viewer):
        ground = queries.ground(viewer, NOON, period="month")
        total = queries.reached(ground, queries.mixes(ground)[""][""])
        behind = {
            who: {each.customer.pk for each in queries.behind(ground, who)[0]}
            for who in ("assigned", "reached", "won", "spoken", "standard", "kept")
        }

    assert behind == {
        "assigned": assigned, "reached": assigned & spoken, "won": won, "spoken": spoken,
        "standard": standard, "kept": kept,
    }  # fmt: skip
    assert (total.assigned, total.won, total.spoken) == (len(assigned), len(won), len(spoken))
    assert (total.reached, total.kept) == (len(assigned & spoken), len(kept))
    assert (total.calls, total.connected) == (len(calls), sum(c.two_way for c in calls))


def by_the_standard(answered: list[Touch]) -> tuple[set[int], set[int]]:
    """Who has an interval by the standard in force, and whose last contact lies within it."""
    held, zone = standards.in_force(TODAY).matrix, core.time_zone()
    due, kept = set(), set()
    for row in Assignment.objects.select_related("customer__book__org_unit", "scheme"):
        one = row.customer
        if row.scheme.customer_kind not in ("", one.kind):
            continue
        every = held.standard(row.level, kind=one.kind, unit=one.book.org_unit.path)
        if every.contact_every is None or one.state == "closed":
            continue
        due.add(one.pk)
        days = [t.at.astimezone(zone).date() for t in answered if t.customer_id == one.pk]
        if days and (TODAY - max(days)).days <= every.contact_every:
            kept.add(one.pk)
    return due, kept


def test_putting_off_does_not_make_a_late_reason_punctual(world: World) -> None:
    cast = world.cast
    due = TODAY - timedelta(days=3)
    card = Card.objects.create(
        customer=cast.li, book=cast.mei_book, day=TODAY - timedelta(days=4), priority=3,
        due_on=due,
    )  # fmt: skip
    task = Task.objects.create(
        card=card, customer=cast.li, trigger="complaint_opened", cycle="1", priority=3,
        due_on=due, expires_on=TODAY + timedelta(days=30), made_at=NOON,
    )  # fmt: skip
    yesterday = NOON - timedelta(days=1)
    actions.snooze(card, until=TODAY, reason="no_time", by=cast.mei, at=yesterday)

    actions.plan(day=TODAY, by=TESTS, at=NOON - timedelta(hours=6))

    task.refresh_from_db()
    assert (task.due_on, task.first_due_on) == (TODAY, due)
    with scope.looking(cast.mei):
        total = queries.sums(queries.ground(cast.mei, NOON, period="month"))[""][""]
    assert (total.late, total.ahead) == (1, 0)
