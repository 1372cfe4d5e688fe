"""Triggers that read several days of our own: a new owner, a festival, a tier that was lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import YES, day

from regulars.server.books import actions as books
from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer
from regulars.testing import cast as people
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
OLD = NOON - timedelta(days=400)


def li(world: World) -> Customer:
    """Li, known for long, and not to be called for anything else."""
    found = world.cast.li
    Customer.objects.filter(pk=found.pk).update(created_at=OLD, updated_at=OLD, consents=YES)
    found.refresh_from_db()
    return found


def given_to_tao(world: World, days_ago: int = 0) -> Customer:
    customer = li(world)
    at = NOON - timedelta(days=days_ago)
    books.give([customer.pk], world.cast.tao_book, by=TESTS, at=at)
    return customer


def steps(world: World, customer: Customer) -> list[tuple[str, str, date]]:
    return [(t.trigger, t.facts["stage"], t.due_on) for t in world.tasks(customer)]


def test_who_takes_a_customer_over_calls_within_a_week(world: World) -> None:
    customer = given_to_tao(world)

    world.plan()
    world.plan()

    assert steps(world, customer) == [("owner_changed", "7", day(7))]
    assert world.card(customer).desk == "rm"


def test_and_visits_within_thirty_days(world: World) -> None:
    customer = given_to_tao(world)
    world.plan()

    world.plan(day(8))

    assert steps(world, customer) == [("owner_changed", "30", day(30))]


def test_the_call_is_not_asked_for_again_once_made(world: World) -> None:
    customer = given_to_tao(world, days_ago=2)
    channels.record_touch(
        customer, by=world.cast.tao, at=NOON - timedelta(days=1), channel="call",
        outcome="reached", two_way=True,
    )  # fmt: skip

    world.plan()

    assert [stage for _code, stage, _due in steps(world, customer)] == ["30"]


def test_a_book_with_a_new_owner_is_taken_over_whole(world: World) -> None:
    customer = li(world)
    core.assign_book(world.cast.mei_book, owner=world.cast.tao, backup=None, by=TESTS, at=NOON)

    world.plan()

    assert [code for code, *_ in steps(world, customer)] == ["owner_changed"]


def test_nobody_is_new_to_a_file_that_came_this_week(world: World) -> None:
    customer = people.customer("0777", "新客户", world.cast.mei_book)
    books.give([customer.pk], world.cast.tao_book, by=TESTS, at=NOON)

    world.plan()

    assert world.triggers(customer) == []


@pytest.mark.parametrize(
    ("level", "on", "speaks"),
    [
        # New Year's Day 2027 is a Friday: three days before is Tuesday, 29 December.
        (5, date(2026, 12, 28), False),
        (5, date(2026, 12, 29), True),
        (5, date(2027, 1, 1), True),
        (3, date(2026, 12, 30), False),
    ],
)
def test_festivals_are_greeted_from_three_days_before(
    world: World, level: int, on: date, speaks: bool
) -> None:
    customer = li(world)
    world.level(customer, level)

    world.plan(on)

    found = [t for t in world.tasks(customer) if t.trigger == "festival"]
    assert bool(found) is speaks
    if found:
        assert (found[0].due_on, found[0].card.desk) == (date(2027, 1, 1), "service")
        assert found[0].facts["event_en"] == "New Year"


# A tier that was lost ----------------------------------------------------------------------


def lived(world: World, months: dict[int, dict[str, str]], now: float = 450_000.0) -> Customer:
    """Runs of some months ago, each with the tier that Li was in."""
    customer = li(world)
    world.level(customer, 2)  # makes the scheme
    for days, frame in sorted(months.items(), reverse=True):
        world.score({customer: {**frame, "aum": now}}, as_of=TODAY - timedelta(days=days))
    return customer


def in_(tier: str) -> dict[str, str]:
    return {"tier_personal": tier}


LOW = {0: in_("mass"), 30: in_("mass"), 60: in_("target"), 90: in_("mass")}


def test_three_months_below_a_tier_are_told_once(world: World) -> None:
    customer = lived(world, LOW | {120: in_("vip")})

    world.plan()
    world.plan(day(1))

    (task,) = world.tasks(customer)
    assert (task.trigger, task.due_on, task.facts["tier"]) == ("tier_watch", day(7), "vip")
    assert task.facts["tier_en"] == "VIP"
    assert task.facts["gap"] == "50000.0"


@pytest.mark.parametrize(
    "months",
    [
        {**LOW, 60: in_("vip"), 120: in_("vip")},
        {**LOW, 120: in_("mass")},
        {30: in_("mass"), 0: in_("mass"), 120: in_("vip")},
    ],
    ids=["back in between", "never higher", "months are missing"],
)
def test_what_is_not_proved_by_every_month_is_not_told(
    world: World, months: dict[int, dict[str, str]]
) -> None:
    customer = lived(world, months)

    world.plan()

    assert world.triggers(customer) == []
