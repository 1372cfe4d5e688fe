"""Facts that arrive during the day make their card at once, and only once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, of_trade, put

from regulars.server.care import actions, handlers
from regulars.server.care.models import Card, PlanRun, Task
from regulars.server.care.queries import facts_came
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.live import is_live
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


def people(world: World, n: int = 1, *packs: str) -> list[Customer]:
    of_trade(*(packs or ("bank", "universal", "retail")))
    found = [customer for customer, _given in put(world, [Given()] * (n + 1))]
    world.score({customer: {"stake": "10000"} for customer in found})
    world.plan()
    Task.objects.all().delete()
    Card.objects.all().delete()
    return found[:n]


def came(customer: Customer, kind: str, at: datetime, *, ref: str = "", **more: Any) -> None:
    """An event that happened and was known at a moment."""
    key = FactKey.objects.get(customer=customer).pk
    known = (more.get("known") or at).replace(tzinfo=None)
    facts.add(
        "events",
        f"select {key}::bigint fact_key, timestamp '{at.replace(tzinfo=None)}' occurred_at, "
        f"'{kind}' kind, '{ref}' as ref, null::double as value, '{uuid4()}' row_key, "
        f"timestamp '{known}' known_at",
        source="api", by=TESTS, at=at,
    )  # fmt: skip


def told(customer: Customer) -> list[str]:
    found = Task.objects.filter(customer=customer, state="open")
    return sorted(found.values_list("trigger", flat=True))


def test_a_visit_in_the_branch_is_a_card_the_same_minute(world: World) -> None:
    (one,) = people(world)
    came(one, "branch_visit", NOON)

    assert actions.hear(by=TESTS, at=NOON + timedelta(minutes=1)) == 1

    (task,) = Task.objects.filter(customer=one)
    assert (task.trigger, task.due_on, task.card.day) == ("branch_visit", TODAY, TODAY)
    assert task.facts["lag"] == "1"


def test_heard_twice_and_planned_again_it_stays_one(world: World) -> None:
    (one,) = people(world)
    came(one, "branch_visit", NOON)
    actions.hear(by=TESTS, at=NOON)

    assert actions.hear(by=TESTS, at=NOON) == 0
    world.plan()
    world.plan(TODAY + timedelta(days=1))

    assert Task.objects.filter(trigger="branch_visit").count() == 1


def test_a_cart_waits_an_hour_and_is_silent_once_ordered(world: World) -> None:
    left, ordered = people(world, 2)
    for who, ref in ((left, "A"), (ordered, "B")):
        came(who, "cart_abandoned", NOON, ref=ref)
    assert actions.hear(by=TESTS, at=NOON + timedelta(minutes=59)) == 0
    came(ordered, "cart_ordered", NOON + timedelta(minutes=30), ref="B")

    assert actions.hear(by=TESTS, at=NOON + timedelta(minutes=61)) == 1

    assert (told(left), told(ordered)) == (["cart_abandoned"], [])


def test_a_card_of_the_day_is_taken_back_when_the_order_comes(world: World) -> None:
    (one,) = people(world)
    came(one, "cart_abandoned", NOON, ref="A")
    actions.hear(by=TESTS, at=NOON + timedelta(minutes=61))
    came(one, "cart_ordered", NOON + timedelta(minutes=70), ref="A")

    actions.hear(by=TESTS, at=NOON + timedelta(minutes=71))

    assert [task.gone for task in Task.objects.filter(customer=one)] == ["came"]


def test_what_comes_after_the_card_of_the_day_was_done_is_a_card_of_its_own_today(
    world: World,
) -> None:
    (one,) = people(world)
    came(one, "branch_visit", NOON)
    actions.hear(by=TESTS, at=NOON)
    first = Card.objects.get(customer=one)
    actions.record_outcome(first, outcome="reached", step="done", by=world.cast.mei, at=NOON)
    came(one, "complaint", NOON + timedelta(minutes=3), ref="C1")

    later = NOON + timedelta(minutes=4)
    heard = [actions.hear(by=TESTS, at=later), actions.hear(by=TESTS, at=later)]
    world.plan()
    world.plan(TODAY + timedelta(days=1))

    assert heard == [1, 0]
    assert told(one) == ["complaint_opened"]
    first.refresh_from_db()
    assert (first.state, first.outcome) == ("done", "reached")
    assert Task.objects.get(trigger="complaint_opened").card != first


def test_undo_lays_what_arrived_meanwhile_on_the_card_that_is_open_again(world: World) -> None:
    (one,) = people(world)
    mei = world.cast.mei
    came(one, "branch_visit", NOON)
    actions.hear(by=TESTS, at=NOON)
    first = Card.objects.get(customer=one)
    actions.record_outcome(first, outcome="reached", step="done", by=mei, at=NOON)
    came(one, "branch_visit", NOON + timedelta(minutes=1), ref="again")
    assert actions.hear(by=TESTS, at=NOON + timedelta(minutes=2)) == 1
    assert Card.objects.filter(customer=one, day=TODAY, desk=first.desk).count() == 2

    actions.undo(first, by=mei, at=NOON + timedelta(minutes=3))

    (card,) = Card.objects.filter(customer=one, desk=first.desk)
    assert (card, card.state, card.tasks.filter(state="open").count()) == (first, "open", 2)


def test_what_may_wait_for_the_morning_waits(world: World) -> None:
    (one,) = people(world)
    came(one, "referral_result", NOON)

    assert actions.hear(by=TESTS, at=NOON) == 0


def test_nothing_is_heard_before_the_days_list_is_there(world: World) -> None:
    (one,) = people(world)
    PlanRun.objects.all().delete()
    came(one, "branch_visit", NOON)

    assert actions.hear(by=TESTS, at=NOON) == 0


def test_an_old_event_that_arrives_late_counts_from_the_day_it_is_known(world: World) -> None:
    (one,) = people(world)
    came(one, "branch_visit", NOON - timedelta(days=1), known=NOON)

    actions.hear(by=TESTS, at=NOON)

    (task,) = Task.objects.filter(customer=one)
    assert (task.happens_on, task.learned_on) == (TODAY - timedelta(days=1), TODAY)


def test_an_own_trigger_of_the_same_day_is_heard_too(world: World) -> None:
    from tests.server.care.test_own_triggers import made

    (one,) = people(world)
    trigger = made(world, deadline=0, find={"kind": "event", "event": "test_drive"})
    slow = made(world, deadline=1, find={"kind": "event", "event": "test_drive"})
    came(one, "test_drive", NOON)

    actions.hear(by=TESTS, at=NOON)

    assert told(one) == [trigger.code]
    assert slow.code not in told(one)


def test_facts_that_came_wake_the_job(world: World) -> None:
    data = {"kind": "events", "added": 3}
    handlers.imported(uuid4(), data, NOON)
    handlers.imported(uuid4(), data, NOON)
    handlers.imported(uuid4(), {"kind": "customers", "added": 3}, NOON)

    assert _queued() == 1


def test_the_clock_looks_only_while_something_may_be_due(world: World) -> None:
    (one,) = people(world)
    assert not facts_came(NOON)
    came(one, "cart_abandoned", NOON, ref="A")

    assert facts_came(NOON + timedelta(minutes=65))
    assert not facts_came(NOON + timedelta(hours=3))


def test_which_triggers_speak_on_the_day_itself() -> None:
    live = {code for code, trigger in TRIGGERS.items() if is_live(trigger)}
    assert {"branch_visit", "complaint_opened", "cart_abandoned", "wecom_added"} <= live
    assert not live & {"deposit_maturity", "survey_promoter", "referral_feedback", "birthday"}
    assert TRIGGERS["cart_abandoned"].wait == 60


def _queued() -> int:
    from django.db import connection

    with connection.cursor() as db:
        db.execute("select count(*) from procrastinate_jobs where task_name = 'care.hear'")
        return int(db.fetchone()[0])


def balance(customer: Customer, days: int, amount: int) -> None:
    """A balance of a day, known that day at noon."""
    on = TODAY + timedelta(days=days)
    key = FactKey.objects.get(customer=customer).pk
    known = (NOON + timedelta(days=days)).replace(tzinfo=None)
    facts.add(
        "balances",
        f"""select {key}::bigint fact_key, date '{on}' as "on", 'A' account_id, """
        f"'HQ001' product_id, {amount * 100}::bigint balance, '{uuid4()}' row_key, "
        f"timestamp '{known}' known_at",
        source="api", by=TESTS, at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("left", "says"), [(290_000, ["large_outflow"]), (345_000, []), (460_000, ["large_inflow"])]
)
def test_money_that_moves_during_the_day_is_known_the_same_day(
    world: World, left: int, says: list[str]
) -> None:
    (one,) = people(world, 1, "bank")
    usual = {"adb_90": 350_000.0, "flow_low": -20_000.0, "flow_high": 10_000.0}
    world.tier(world.score({one: usual | {"stake": "9000"}}), {one: (5, None, None)})
    balance(one, -30, 360_000)
    balance(one, 0, left)

    actions.hear(by=TESTS, at=NOON + timedelta(minutes=1))
    actions.hear(by=TESTS, at=NOON + timedelta(minutes=2))

    assert told(one) == says
