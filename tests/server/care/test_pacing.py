"""A fresh company is not flooded: states speak on turning, waves by their best, caps by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, day, kept, of_trade, put

from regulars.server.care import actions
from regulars.server.care.models import Stay, Task
from regulars.server.care.rules.catalogue import CORP_LARGE_MOVEMENT, TRIGGERS
from regulars.server.care.rules.pacing import is_state, limit, may_flood
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
BUSY = Given(balances=[kept(-20, 60_000), kept(-1, 900)])


def idle(n: int) -> Given:
    """Worth the more, the later the number."""
    return Given(balances=[kept(-20, 60_000 + 1_000 * n)])


def idlers(world: World, n: int, *, busy: int = 0) -> list[Customer]:
    of_trade("bank")
    found = put(world, [*map(idle, range(n)), *[BUSY] * busy])
    people = [customer for customer, _given in found]
    scores(world, people)
    return people


def scores(world: World, people: list[Customer]) -> None:
    rows: dict[Customer, dict[str, Any]] = {
        customer: {"stake": str(1000 + n), "first_on": day(-900), "last_on": TODAY}
        for n, customer in enumerate(people)
    }
    run = world.score(rows)
    world.tier(run, dict.fromkeys(people, (2, None, None)))


def told(trigger: str = "idle_balance", state: str = "open") -> set[str]:
    found = Task.objects.filter(trigger=trigger, state=state)
    return {number[4:] for number in found.values_list("customer__number", flat=True)}


def test_the_first_morning_speaks_of_the_best_few_and_knows_the_others(world: World) -> None:
    idlers(world, 9)

    made = world.plan()

    assert told() == {"004", "005", "006", "007", "008"}
    assert made.counts["old"] == 4
    assert Stay.objects.filter(speaks=False).count() == 4


def test_the_same_day_again_and_the_days_after_bring_no_more_of_it(world: World) -> None:
    idlers(world, 9)
    world.plan()

    for n in (0, 0, 1, 2, 45, 100):
        world.plan(day(n))

    assert {t.customer.number[4:] for t in Task.objects.filter(trigger="idle_balance")} <= {
        *("004", "005", "006", "007", "008"),
    }


def test_who_comes_into_the_state_later_is_news(world: World) -> None:
    people = idlers(world, 9, busy=1)
    world.plan()
    late = people[-1]

    world.plan(day(8))  # what was spent yesterday is a week ago by then
    assert late.number[4:] not in told()
    _add_balance(late, day(9), 80_000)
    world.plan(day(17))

    assert late.number[4:] in told()


def test_who_left_the_state_loses_the_card_with_a_word(world: World) -> None:
    people = idlers(world, 2)
    world.plan()
    _add_balance(people[0], day(0), 900)

    world.plan(day(1))

    (gone,) = Task.objects.filter(state="gone")
    assert (gone.customer, gone.gone) == (people[0], "over")


def test_a_wave_later_on_speaks_by_its_best_too(world: World) -> None:
    idlers(world, 0, busy=1)
    world.plan()
    put(world, [*map(idle, range(8))], first=50)
    everybody = list(Customer.objects.filter(number__startswith="CASE").order_by("number"))
    scores(world, everybody)

    world.plan(TOMORROW)

    assert told() == {"053", "054", "055", "056", "057"}


def test_a_cap_lets_the_best_through_each_day_until_all_are_told(world: World) -> None:
    idlers(world, 7)
    actions.tune("idle_balance", cap=3, by=TESTS, at=NOON)

    seen = []
    for n in range(3):
        world.plan(day(n))
        seen.append(len(told()))

    assert seen == [3, 6, 7]


def test_only_from_now_on_takes_back_what_waits_and_keeps_it_silent(world: World) -> None:
    people = idlers(world, 7)
    world.plan()
    taken = actions.only_from_now("idle_balance", by=TESTS, at=NOON)
    assert taken == 5
    assert told() == set()
    assert {t.gone for t in Task.objects.filter(trigger="idle_balance")} == {"old"}

    world.plan(TOMORROW)
    assert told() == set()

    _add_balance(people[0], day(1), 900)
    world.plan(day(2))
    _add_balance(people[0], day(3), 90_000)
    world.plan(day(95))  # another quarter: another cycle
    assert people[0].number[4:] in told()


def test_a_trigger_that_was_off_begins_anew(world: World) -> None:
    idlers(world, 2)
    world.plan()
    actions.switch("idle_balance", on=False, by=TESTS, at=NOON)
    assert told() == set()
    world.plan(TOMORROW)
    assert not Stay.objects.filter(trigger="idle_balance").exists()

    actions.switch("idle_balance", on=True, by=TESTS, at=NOON)
    world.plan(day(45))  # another quarter: another cycle

    assert told() == {"000", "001"}


def test_the_companys_own_numbers_stand_in_the_place_of_those_shipped(world: World) -> None:
    people = idlers(world, 1)
    actions.tune(
        "idle_balance", deadline=2, minutes=21, chance=0.5, priority=2, by=TESTS, at=NOON
    )

    world.plan()

    (task,) = Task.objects.filter(customer=people[0], trigger="idle_balance")
    assert (task.minutes, task.priority, task.due_on) == (21, 2, day(2))
    assert task.gain == task.stake / 2
    actions.restore("idle_balance", by=TESTS, at=NOON)
    settings = core.change_settings(by=TESTS, at=NOON).settings
    assert all("idle_balance" not in settings[name] for name in ("minutes", "priorities"))


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("idle_balance", {"minutes": 0}),
        ("idle_balance", {"deadline": 90}),
        ("idle_balance", {"priority": 1}),
        ("idle_balance", {"stages": [1]}),
        ("idle_balance", {"channels": []}),
        ("idle_balance", {"cap": 0}),
        ("promise_due", {"priority": 4}),
        ("deposit_maturity", {"stages": []}),
    ],
)
def test_numbers_beyond_their_bounds_are_refused(
    world: World, code: str, values: dict[str, Any]
) -> None:
    with pytest.raises(actions.BeyondBounds):
        actions.tune(code, **values, by=TESTS, at=NOON)


def test_what_is_a_state_and_what_may_come_in_waves() -> None:
    states = {code for code, trigger in TRIGGERS.items() if is_state(trigger)}
    assert states == {"idle_balance", "aum_drop", "tier_threshold"}
    assert may_flood(TRIGGERS["churn_risk_up"])
    assert not may_flood(TRIGGERS["deposit_maturity"])
    assert not may_flood(CORP_LARGE_MOVEMENT)
    assert [limit(5, first=first, listed=300) for first in (True, False)] == [5, 30]


def _add_balance(customer: Customer, on: Any, amount: int) -> None:
    from tests.server.care.triggers import cases

    from regulars.server.customers.models import FactKey

    key = FactKey.objects.get(customer=customer).pk
    cases._add("balances", [cases._balance(key, {"on": on, "amount": amount * 100,
                                                 "product": "CURRENT"})])  # fmt: skip
