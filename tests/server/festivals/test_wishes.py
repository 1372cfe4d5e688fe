"""One wish for everybody: by message, by their manager, or for their birthday."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from tests.server.care.conftest import World
from tests.server.festivals.conftest import NEW_YEAR, Planning, at, person

from regulars.server.care.models import Task
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery
from regulars.server.festivals import actions, queries
from regulars.server.festivals.actions import NotNow, NotWhole
from regulars.server.festivals.models import Festival, Plan, Wish
from regulars.testing.cast import TESTS, TODAY

pytestmark = pytest.mark.django_db


def levels(world: World, by: dict[Customer, int]) -> None:
    world.tier(
        world.score({who: {} for who in by}), {w: (n, None, None) for w, n in by.items()}
    )


def cards(who: Customer, on: date, trigger: str = "festival") -> int:
    found = Task.objects.filter(customer=who, trigger=trigger, happens_on=on)
    return found.exclude(state=Task.State.GONE).count()


def wished(who: Customer, on: date) -> int:
    """How often somebody is wished well on a day, by whatever way."""
    message = Wish.objects.filter(customer=who, plan__on=on).count()
    return message + cards(who, on) + cards(who, on, "birthday")


def test_over_a_year_everybody_is_wished_once_whatever_happens(
    world: World, planning: Planning
) -> None:
    """Tiers move, messages are laid down early, late and twice, mornings run in between."""
    festivals = [
        one for one in queries.coming(world.cast.max, TODAY + timedelta(days=23), years=1)
        if one.festival.wish and one.festival.whom == "all"
    ][:6]  # fmt: skip
    people = []
    for n, level in enumerate((5, 4, 3, 2)):
        people.append((person(world.cast, f"7{n}00"), level))
        for m, one in enumerate(festivals[::3]):
            born = date(1980, one.on.month, one.on.day)
            people.append((person(world.cast, f"7{n}{m + 1}0", born), level))
    by = dict(people)
    ways = Counter[str]()
    for n, one in enumerate(festivals):
        levels(world, by)
        plan = planning(one.festival.code, one.on) if n % 3 != 1 else None
        for before in (4, 3, 0):
            day = one.on - timedelta(days=before)
            if plan and before == (4, 3, 0)[n % 3]:
                actions.send(plan, by=TESTS, at=at(day, 0))
                actions.send(plan, by=TESTS, at=at(day, 1))
            world.plan(day)
            if before == 3:  # whom the tier lost or won in between
                levels(world, {who: 7 - level for who, level in by.items()})
            if plan and before == 0:
                actions.send(plan, by=TESTS, at=at(day, 2))
        for who, level in people:
            found = wished(who, one.on)
            assert found <= 1, (one.festival.code, level, who.birth_date)
            if plan:
                assert found == 1, (one.festival.code, level, who.birth_date)
                ways[str(Wish.objects.filter(customer=who, plan=plan).count())] += 1
        sent = Delivery.objects.filter(mailing__key=plan.key) if plan else ()
        assert len({row.customer_id for row in sent}) == len(sent)
    assert min(ways["0"], ways["1"]) >= 8, "both ways were walked"


def test_a_birthday_on_the_day_is_wished_for_once(world: World, planning: Planning) -> None:
    born = person(world.cast, "7001", date(1980, 1, 1))
    other = person(world.cast, "7002")
    levels(world, {born: 5, other: 5})
    planning()

    for before in (22, 15, 3, 0):
        world.plan(NEW_YEAR - timedelta(days=before))

    assert (cards(born, NEW_YEAR), cards(born, NEW_YEAR, "birthday")) == (0, 1)
    assert (cards(other, NEW_YEAR), cards(other, NEW_YEAR, "birthday")) == (1, 0)


def test_two_festivals_on_one_day_are_one_wish(world: World, planning: Planning) -> None:
    high, low = person(world.cast, "7001"), person(world.cast, "7002")
    levels(world, {high: 5, low: 2})
    made = actions.add(
        name="行庆",
        comes="solar",
        month=1,
        day=1,
        whom="all",
        wish=True,
        by=TESTS,
        at=at(TODAY),
    )
    actions.send(planning(made.code), by=TESTS, at=at(NEW_YEAR - timedelta(days=1)))
    actions.send(planning(), by=TESTS, at=at(NEW_YEAR - timedelta(days=1)))

    world.plan(NEW_YEAR)

    assert (wished(high, NEW_YEAR), wished(low, NEW_YEAR)) == (1, 1)


def test_a_festival_that_is_off_or_skipped_or_of_mourning_greets_nobody(
    world: World, planning: Planning
) -> None:
    who = person(world.cast, "7001")
    levels(world, {who: 5})
    spring = Festival.objects.get(code="spring")
    actions.switch(spring, on=False, by=world.cast.max, at=at(TODAY))
    actions.skip(planning(decided=False), why="装修停业", by=world.cast.max, at=at(TODAY))
    actions_plan = queries.festival(world.cast.max, "qingming")
    assert actions_plan is not None
    quiet = actions.make_plan(
        actions_plan, date(2027, 4, 5), owner=world.cast.max, way="message", message="x",
        by=world.cast.max, at=at(TODAY),
    )  # fmt: skip

    for on in (NEW_YEAR, date(2027, 2, 6), date(2027, 4, 5)):
        world.plan(on)
        assert wished(who, on) == 0, on
    assert (quiet.way, quiet.message) == ("none", "")


def test_the_festival_of_the_elderly_is_not_for_the_young(world: World) -> None:
    old, young = person(world.cast, "7001", date(1950, 3, 3)), person(world.cast, "7002")
    levels(world, {old: 5, young: 5})
    on = date(2027, 10, 8)

    world.plan(on)

    assert (wished(old, on), wished(young, on)) == (1, 0)


def test_a_plan_needs_something_to_take_part_in_and_an_approved_greeting(
    world: World, planning: Planning
) -> None:
    bare = planning(decided=False, idea="")
    with pytest.raises(NotWhole):
        actions.decide(bare, by=world.cast.max, at=at(TODAY))
    actions.change_plan(bare, by=world.cast.max, at=at(TODAY), activity="写信", message="none")
    with pytest.raises(NotWhole):
        actions.decide(bare, by=world.cast.max, at=at(TODAY))
    with pytest.raises(NotNow):
        actions.send(bare, by=world.cast.max, at=at(TODAY))


def test_wishes_go_out_by_themselves_the_day_before_and_only_once(
    world: World, planning: Planning
) -> None:
    who = person(world.cast, "7001")
    levels(world, {who: 2})
    plan = planning()

    assert actions.send_due(NEW_YEAR - timedelta(days=2), by=TESTS, at=at(TODAY)) == 0
    eve = NEW_YEAR - timedelta(days=1)
    assert actions.send_due(eve, by=TESTS, at=at(eve)) == 1
    assert actions.send_due(NEW_YEAR, by=TESTS, at=at(NEW_YEAR)) == 0

    plan.refresh_from_db()
    row = Delivery.objects.get(customer=who)
    assert (row.mailing.key, row.mailing.purpose) == (plan.key, "greeting")
    assert row.mailing.not_before == at(NEW_YEAR, 0).replace(minute=30)
    with pytest.raises(NotNow):
        actions.change_plan(plan, by=world.cast.max, at=at(eve), levels=[5])
    actions.end_over(NEW_YEAR + timedelta(days=1), by=TESTS, at=at(NEW_YEAR))
    plan.refresh_from_db()
    assert plan.state == Plan.State.DONE
