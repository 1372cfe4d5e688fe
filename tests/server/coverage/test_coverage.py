"""Coverage: counted anew from the rows, nothing late forgotten, every figure with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import World
from tests.server.care.test_pages import HTMX, body, enter

from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.coverage import queries, rules
from regulars.server.customers.models import Customer
from regulars.server.segments.queries import asking, bonds
from regulars.server.segments.queries import ground as segments
from regulars.server.segments.rules import Condition, Group
from regulars.testing.cast import NOON, TODAY, customer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]
FATES = ("in_time", "after", "late", "expired", "ahead", "withdrawn")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def put(world: World, who: Customer, fate: str, n: int = 0) -> Task:
    """One reason of this month with the end that it is to have."""
    past, ahead = TODAY - timedelta(days=5), TODAY + timedelta(days=3)
    closed = {"in_time": -6, "after": -2, "expired": -1, "withdrawn": -6}.get(fate)
    state = {"in_time": "done", "after": "done", "expired": "expired", "withdrawn": "expired"}
    waiting = Card.objects.filter(customer=who, state="open").first() if not closed else None
    card = waiting or Card.objects.create(
        customer=who, book=who.book, day=past - timedelta(days=n), priority=5, due_on=past,
        state="open" if closed is None else "done", outcome="" if closed is None else "reached",
    )  # fmt: skip
    return Task.objects.create(
        card=card, customer=who, trigger="contact_overdue", cycle=f"{fate}{n}", priority=5,
        state=state.get(fate, "open"), due_on=ahead if fate == "ahead" else past,
        expires_on=ahead if fate == "ahead" else TODAY - timedelta(days=2),
        happens_on=past - timedelta(days=n), learned_on=past, made_at=NOON,
        closed_at=None if closed is None else NOON + timedelta(days=closed),
    )  # fmt: skip


def counted(world: World, who: Person) -> dict[str, dict[object, queries.Sum]]:
    fresh = Person.objects.get(pk=who.pk)
    with scope.looking(fresh):
        found = queries.sums(queries.ground(fresh, NOON, period="month"))
    scope.set_scope(scope.EVERYBODY)
    return found


def test_every_reason_has_one_fate_and_the_late_ones_stay_in_the_denominator(
    world: World,
) -> None:
    for n, fate in enumerate(FATES):
        put(world, world.cast.li, fate, n)

    total = counted(world, world.cast.mei)[""][""]

    assert {fate: total.fates[fate] for fate in FATES} == dict.fromkeys(FATES, 1)
    assert (total.due, total.done, total.late, total.expired) == (4, 2, 1, 1)
    assert total.execution == 2 / 4


def test_all_axes_sum_up_to_the_same(world: World) -> None:
    world.level(world.cast.li, 4)
    for n, fate in enumerate(FATES):
        put(world, world.cast.li, fate, n)
        put(world, world.cast.qian, fate, n)

    found = counted(world, world.cast.lin)

    for axis in ("level", "desk", "book", "trigger", "unit", "way"):
        assert sum(each.due for each in found[axis].values()) == 8, axis
    assert set(found["level"]) == {0, 4}


def test_nobody_counts_what_they_may_not_see(world: World) -> None:
    put(world, world.cast.li, "late")
    put(world, world.cast.qian, "late")

    assert counted(world, world.cast.wei)[""][""].late == 1
    assert set(counted(world, world.cast.mei)["book"]) == {world.cast.mei_book.pk}


def test_what_learning_late_costs_is_told_per_reason(world: World) -> None:
    for n in (0, 1, 9):
        put(world, world.cast.li, "late", n)

    with scope.looking(world.cast.mei):
        (lag,) = queries.lags(queries.ground(world.cast.mei, NOON, period="month"))

    assert (lag.trigger, lag.count, lag.median, lag.slow) == ("contact_overdue", 3, 1, 9)


def test_a_quarter_holds_its_month_and_a_week_begins_on_monday() -> None:
    quarter, week = rules.period("quarter", TODAY), rules.period("week", TODAY)

    assert (quarter.first.isoformat(), quarter.last.isoformat()) == ("2026-10-01", "2026-12-31")
    assert week.first.weekday() == 0 <= (TODAY - week.first).days < 7


def test_close_fair_and_forgotten_follow_contacts_and_business(world: World) -> None:
    cast = world.cast
    silent = customer("0009", "孙久未", cast.mei_book)
    Customer.objects.exclude(pk=cast.zhou.pk).update(
        created_at=datetime(2024, 1, 1, tzinfo=UTC), since=None
    )
    world.score({cast.li: {"stage": "active"}, silent: {"stage": "lost"}})
    world.talk(cast.li, 30)
    world.talk(cast.li, 60)
    world.talk(cast.qian, 30)
    world.talk(silent, 400)

    with scope.looking(cast.lin):
        ground = queries.ground(cast.lin, NOON)
        total = queries.splits(ground)[""][""]
        forgotten, _more = queries.people(ground, by="", of="", bond="forgotten")
        close, _more = queries.people(ground, by="", of="", bond="deep")
        on = segments.ground(cast.lin, NOON)
        asked = {
            bond: asking.ids(
                cast.lin,
                asking.settle(Group("all", (Condition("bond", "in", (bond,)),)), on),
                on,
            )
            for bond in ("deep", "fair", "forgotten")
        }

    # The shop of Zhou came this year: nobody spoke with it, yet it is not forgotten.
    assert (total.deep, total.fair, total.forgotten) == (1, 2, 1)
    assert [each.customer for each in forgotten] == [silent]
    assert [each.customer for each in close] == [cast.li]
    assert (asked["deep"], asked["forgotten"]) == ([cast.li.pk], [silent.pk])
    assert len(asked["fair"]) == 2


def test_the_rules_of_closeness_are_settings(world: World) -> None:
    world.cast.company.settings = {"relation": {"forgotten_days": 20, "deep_contacts": 0}}
    world.cast.company.save()

    rule = bonds.rule()

    assert (rule.forgotten_days, rule.deep_contacts, rule.deep_days) == (20, 1, 180)


def test_one_channel_only_is_said_of_who_uses_no_other(world: World) -> None:
    for n in range(9):
        world.talk(world.cast.li, n + 1)
    world.talk(world.cast.li, 10, channel="visit")
    world.talk(world.cast.li, 11, inbound=True, channel="branch")

    with scope.looking(world.cast.mei):
        mix = queries.mixes(queries.ground(world.cast.mei, NOON, period="month"))

    assert mix["book"][world.cast.mei_book.pk].only == "call"
    assert mix[""][""].channels == {"call": 9, "visit": 1}


def test_hours_stand_beside_value_by_tier(world: World) -> None:
    cast = world.cast
    run = world.score({cast.li: {"stake": "900"}, cast.qian: {"stake": "100"}})
    world.tier(run, {cast.li: (4, None, None), cast.qian: (3, None, None)})
    card = put(world, cast.qian, "late").card
    actions.record_outcome(card, outcome="reached", step="done", by=cast.tao, at=NOON)

    with scope.looking(cast.lin):
        found = {t.level: t for t in queries.by_tier(queries.ground(cast.lin, NOON))}

    assert (found[4].of_minutes, found[4].of_value) == (0, 0.9)
    assert (found[3].of_minutes, found[3].of_value) == (1, 0.1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_and_its_lists_too(
    world: World, client: Client, language: str
) -> None:
    put(world, world.cast.li, "late")
    world.level(world.cast.li, 4)
    world.talk(world.cast.li, 2)
    enter(client, world.cast.lin, language)

    for page in ("", "channels", "relations", "hours"):
        for period in ("week", "month", "quarter"):
            body(client, f"/coverage/{page}?period={period}")
    for lists in (
        "rows?by=level&of=4&show=late",
        "contacts?by=level&of=4",
        "people?bond=fair",
        "reached?who=assigned",
        "reached?who=spoken",
    ):
        assert "李娜" in body(client, f"/coverage/{lists}&period=month", **HTMX) or (
            language == "en"
        )


def test_a_list_stays_inside_the_walls(world: World, client: Client) -> None:
    put(world, world.cast.qian, "late")
    world.talk(world.cast.qian, 2)
    enter(client, world.cast.mei)

    for lists in ("rows?show=late", "contacts?", "people?"):
        page = body(client, f"/coverage/{lists}&by=book&of={world.cast.tao_book.pk}")
        assert "钱振华" not in page
