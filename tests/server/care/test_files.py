"""What files lack becomes work: of the best customers, few per person, behind all else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.care.conftest import World

from regulars.server.care.models import Task
from regulars.server.core import actions as core
from regulars.server.customers import actions as customers
from regulars.server.customers.actions import quality
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, TODAY, customer

pytestmark = pytest.mark.django_db
WHOLE = {
    "phone": "10100000009", "gender": "female", "address": "路", "occupation": "教师",
    "email": "a@example.com", "preferred_channel": "call", "id_tail": "1234",
    "key_concern": "价格", "lunar_birthday": "1-1",
}  # fmt: skip


def rich(world: World, number: int, **fields: str) -> Customer:
    """A customer of Mei's whose file lacks something unless told otherwise."""
    made = customer(f"R{number}", f"客{number}", world.cast.mei_book, **fields)
    world.talk(made, 1)
    return made


def best(world: World, *who: Customer, level: int = 5) -> None:
    run = world.score({one: {"stake": str(100 * n)} for n, one in enumerate(who, 1)})
    world.tier(run, dict.fromkeys(who, (level, None, None)))
    quality.measure()


def asked(trigger: str = "file_incomplete") -> list[str]:
    found = Task.objects.filter(trigger=trigger, state="open").order_by("-customer__number")
    return [task.customer.number for task in found]


def test_the_dearest_are_asked_first_and_few_at_a_time(world: World) -> None:
    best(world, *(rich(world, n) for n in range(1, 6)))

    world.plan()
    world.plan()

    assert asked() == ["R5", "R4"]


def test_the_next_come_when_the_first_are_done(world: World) -> None:
    best(world, *(rich(world, n) for n in range(1, 6)))
    world.plan()
    Task.objects.filter(customer__number="R5").update(state="done")

    world.plan(TODAY + timedelta(days=1))

    assert asked() == ["R4", "R3"]


def test_a_company_says_how_many_and_of_which_tiers(world: World) -> None:
    best(world, *(rich(world, n) for n in range(1, 6)), level=3)
    world.plan()
    assert asked() == []

    core.change_settings(by=TESTS, at=NOON, file_tasks=3, file_tasks_from=3)
    world.plan()
    assert asked() == ["R5", "R4", "R3"]


def test_nobody_is_asked_where_the_company_wants_none(world: World) -> None:
    best(world, rich(world, 1))
    core.change_settings(by=TESTS, at=NOON, file_tasks=0)

    world.plan()

    assert asked() == []


def test_the_reason_names_what_is_missing_and_stands_behind_all_care(world: World) -> None:
    best(world, rich(world, 1, phone="10100000009"))

    world.plan()

    task = Task.objects.get(trigger="file_incomplete")
    assert "birth_date" in task.facts["missing"].split(",")
    assert "phone" not in task.facts["missing"].split(",")
    assert (task.priority, task.stake) == (5, 0)


def test_who_is_called_anyway_gets_no_second_reason(world: World) -> None:
    one = rich(world, 1)
    best(world, one)
    world.hold(one, TODAY + timedelta(days=3))

    world.plan()

    assert world.triggers(one) == ["deposit_maturity"]


def test_a_whole_file_that_nobody_confirmed_is_to_be_confirmed(world: World) -> None:
    one = rich(world, 1, **WHOLE)
    world.agree(one)
    best(world, one)

    world.plan()

    assert asked("profile_stale") == ["R1"]


def test_a_confirmation_closes_the_reason_by_the_next_morning(world: World) -> None:
    one = rich(world, 1, **WHOLE)
    world.agree(one)
    best(world, one)
    world.plan()

    quality.confirm(one, by=world.cast.mei, at=NOON)
    world.plan(TODAY + timedelta(days=1))

    assert asked("profile_stale") == []
    assert Task.objects.get(trigger="profile_stale").state == "done"


def test_a_file_that_was_filled_closes_the_reason(world: World) -> None:
    one = rich(world, 1)
    world.agree(one)
    best(world, one)
    world.plan()
    one.refresh_from_db()

    customers.change_customer(one, by=world.cast.mei, at=NOON, **WHOLE)
    world.plan(TODAY + timedelta(days=1))

    assert asked() == []
    assert asked("profile_stale") == []  # who wrote it by hand confirmed it


def test_who_did_not_want_to_say_is_left_alone_for_the_quarter(world: World) -> None:
    one = rich(world, 1)
    best(world, one)
    Customer.objects.filter(pk=one.pk).update(confirmed_at=NOON)
    world.plan()
    Task.objects.update(state="done")

    world.plan(TODAY + timedelta(days=7))

    assert Task.objects.filter(trigger="file_incomplete").count() == 1


def test_a_pool_that_nobody_owns_makes_no_work(world: World) -> None:
    best(world, world.cast.zhou)

    world.plan()

    assert asked() == []
