"""A trigger leaves some alone: no card, one arm for good, and all others speak as ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.server.care.conftest import World
from tests.server.care.test_pacing import idlers
from tests.server.care.test_trigger_pages import post, signed_in

from regulars.server.care import actions
from regulars.server.care.models import Task
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.experiments import actions as experiments
from regulars.server.experiments import queries
from regulars.server.experiments.models import Assignment, Experiment
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def told() -> set[int]:
    found = Task.objects.filter(trigger="idle_balance")
    return set(found.values_list("customer_id", flat=True))


def test_who_is_left_alone_gets_no_card_of_that_trigger(world: World) -> None:
    idlers(world, 40)
    actions.tune("idle_balance", holdout=0.5, cap=100, by=TESTS, at=NOON)

    run = world.plan()

    experiment = Experiment.objects.get(source="trigger:idle_balance:0.5")
    arms = dict(Assignment.objects.values_list("customer_id", "arm"))
    alone = {pk for pk, arm in arms.items() if arm == "control"}
    assert (experiment.kind, experiment.rolling, experiment.state) == (
        "trigger",
        True,
        "running",
    )
    assert len(arms) == 40
    assert 8 <= len(alone) <= 32
    assert told() == set(arms) - alone
    assert run.counts["left_alone"] == len(alone)


def test_the_next_mornings_draw_only_who_is_new(world: World) -> None:
    idlers(world, 20)
    actions.tune("idle_balance", holdout=0.5, cap=100, by=TESTS, at=NOON)
    world.plan()
    before = dict(Assignment.objects.values_list("customer_id", "arm"))
    first = told()

    world.plan()
    world.plan(TOMORROW)

    assert dict(Assignment.objects.values_list("customer_id", "arm")) == before
    assert told() == first


def test_without_a_share_nobody_is_left_alone(world: World) -> None:
    idlers(world, 5)

    world.plan()

    assert len(told()) == 5
    assert not Experiment.objects.exists()


def test_no_marketing_trigger_speaks_to_who_is_left_out_of_everything(world: World) -> None:
    assert catalogue()["idle_balance"].marketing
    idlers(world, 60)
    actions.tune("idle_balance", cap=100, by=TESTS, at=NOON)
    experiments.hold_out(
        0.05, starts_on=TODAY, ends_on=TODAY + timedelta(days=365), by=TESTS, at=NOON
    )

    ids = list(Customer.objects.values_list("pk", flat=True))
    out = queries.held_out_among(ids, on=TODAY)

    world.plan()

    assert told()
    assert not told() & out
    people = set(
        Customer.objects.filter(number__startswith="CASE").values_list("pk", flat=True)
    )
    assert told() == people - out


def test_the_share_is_set_on_the_trigger_s_page(world: World, client: Client) -> None:
    ada = signed_in(client, world.cast.ada)
    one = catalogue()["idle_balance"]
    data = {
        "priority": int(one.priority), "deadline": one.deadline, "minutes": one.minutes,
        "percent": 100 * one.chance, "channels": list(one.channels),
        "first": one.channels[0], "holdout": "10",
    }  # fmt: skip

    assert post(ada, "/triggers/idle_balance", data).status_code in (204, 302)

    assert core.settings_of_company()["holdouts"] == {"idle_balance": 0.1}
    assert post(ada, "/triggers/idle_balance", data | {"holdout": "90"}).status_code == 422
